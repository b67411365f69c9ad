"""`manage.py import_calls`: call records of an exchange come in; run twice, nothing is added.

Exit status: 0 when calls went in or were there already, 2 when nothing could.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from directory.management.french import FrenchCommand, unknown_organisation
from directory.models import Organisation
from telephony.actions.importing import Sent, confirm, deposit
from telephony.enums import RecordFormat
from telephony.errors import UnusableFile
from telephony.placing import Placed
from telephony.records.text import LARGEST

SHOWN_LINES = 20
SHOWN_NUMBERS = 10


class Command(FrenchCommand):
    help = "Importe un relevé d’appels (voir docs/guides/telephone.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="relevé d’appels")
        parser.add_argument("--organisation", required=True, help="nom de l’organisation")
        parser.add_argument("--format", required=True, choices=RecordFormat.values)
        parser.add_argument("--utc", action="store_true", help="les heures du fichier sont en UTC")
        parser.add_argument("--dry-run", action="store_true", help="vérifie tout, n’écrit rien")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(name=options["organisation"].strip()).first()
        if organisation is None:
            self.leave(unknown_organisation(options["organisation"]))
        path: Path = options["file"]
        try:
            sent = Sent(path.name, self._content(path), options["format"], options["utc"])
            placed = self._import(sent, organisation, dry_run=options["dry_run"])
        except UnusableFile as refusal:
            self.leave(f"{path.name} : {refusal}")
        self._tell(path.name, placed)
        if options["dry_run"]:
            self.stdout.write("Essai à blanc : rien n’est entré.")
        elif not placed.new and not placed.already_present:
            self.leave("Aucun appel ne peut entrer : rien n’est entré.")

    def _content(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(LARGEST + 1)
        except OSError as error:
            self.leave(f"{path} : fichier illisible ({error.strerror}).")

    def _import(self, sent: Sent, organisation: Organisation, *, dry_run: bool) -> Placed:
        now = timezone.now()
        with transaction.atomic():
            placed = confirm(deposit(sent, organisation, by=None, now=now), by=None, now=now)
            if dry_run:
                transaction.set_rollback(True)
        return placed

    def _tell(self, name: str, placed: Placed) -> None:
        for broken in placed.broken[:SHOWN_LINES]:
            self.stderr.write(f"{name}, ligne {broken.number} : {broken.reason}")
        if len(placed.broken) > SHOWN_LINES:
            self.stderr.write(f"… et {len(placed.broken) - SHOWN_LINES} autres lignes refusées")
        for line in summary(name, placed):
            self.stdout.write(line)


def summary(name: str, placed: Placed) -> list[str]:
    """Where each line of the file went."""
    lines = [
        f"{name} : {placed.legs} lignes d’appels lues",
        f"  appels repris             {len(placed.new):>8}",
        f"  déjà présents             {placed.already_present:>8}",
        f"  vers d’autres numéros     {placed.others:>8}",
        f"  lignes refusées           {len(placed.broken):>8}",
    ]
    if placed.unfinished:
        lines.append(f"  en cours, non repris      {placed.unfinished:>8}")
    if placed.odd_callers:
        lines.append(f"  appelants non reconnus    {placed.odd_callers:>8}")
    if placed.judged_by_day:
        lines.append(f"  jugés au jour ouvré       {placed.judged_by_day:>8}")
    for number, count in placed.other_lines.most_common(SHOWN_NUMBERS):
        lines.append(f"Numéro appelé sans ligne : « {number} » ({count})")
    return lines
