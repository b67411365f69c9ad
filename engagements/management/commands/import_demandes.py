"""`manage.py import_demandes`: demandes kept elsewhere come in, with their dates as they were.

Exit status: 0 when rows went in, 1 with --strict when one was refused, 2 when nothing could.
"""

import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser
from django.db import DatabaseError, transaction
from django.utils import timezone

from contacts.intake import report
from contacts.intake.errors import Unusable
from contacts.intake.mapping import Mapping, load
from contacts.intake.run import Outcome, Run, Source, open_source
from directory.actions import open_calendar
from directory.enums import Territory
from directory.management.french import FrenchCommand, unknown_organisation
from directory.models import Organisation, WorkingCalendar
from engagements.recount import settle_after_load
from engagements.referential import adopt

STRICT = 1
INTERRUPTED = 130


class Command(FrenchCommand):
    help = "Importe des demandes depuis un fichier CSV ou XLSX (voir docs/guides/import.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="fichier .csv ou .xlsx")
        parser.add_argument("--organisation", required=True, help="nom de l’organisation")
        parser.add_argument("--mapping", required=True, type=Path, help="correspondance .toml")
        parser.add_argument("--create", action="store_true", help="crée l’organisation au besoin")
        parser.add_argument(
            "--territory", choices=Territory.values, help="territoire du calendrier"
        )
        parser.add_argument("--dry-run", action="store_true", help="vérifie tout, n’écrit rien")
        parser.add_argument("--strict", action="store_true", help="tout ou rien")
        parser.add_argument("--report", type=Path, help="rapport des lignes refusées")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._import(options, timezone.now())
        except Unusable as error:
            self.leave(str(error))
        except DatabaseError as error:
            line = str(error).strip().splitlines()[0]
            self.leave(f"La base a refusé l’import, rien n’est entré : {line}")
        except KeyboardInterrupt:
            self.leave("Interrompu : rien n’est entré.", INTERRUPTED)
        if not options["dry_run"]:
            settle_after_load()

    def _import(self, options: dict[str, Any], now: datetime) -> None:
        mapping = load(options["mapping"])
        source = open_source(options["file"], mapping)
        place = options["report"] or report.default_path(source.name, now)
        report.check_place(place, options["file"], make_folder=options["report"] is None)
        start = time.monotonic()
        with transaction.atomic():
            outcome = self._run(source, mapping, options, now, place)
            status = self._status(outcome, options)
            if status or options["dry_run"]:
                transaction.set_rollback(True)
        self._tell(source, outcome, options, place, time.monotonic() - start)
        if status:
            sys.exit(status)

    def _run(
        self, source: Source, mapping: Mapping, options: dict[str, Any], now: datetime, place: Path
    ) -> Outcome:
        organisation = self._organisation(options, now)
        makes_services = options["create"] or mapping.create_services
        run = Run(
            source,
            organisation,
            now,
            calendar=self._calendar(organisation, options) if makes_services else None,
            create_motifs=options["create"] or mapping.create_motifs,
            progress=Progress(self),
        )
        outcome = run.bring_in()
        if outcome.refused:
            report.write(place)
        return outcome

    # --- the organisation --------------------------------------------------------------------

    def _organisation(self, options: dict[str, Any], now: datetime) -> Organisation:
        name = options["organisation"].strip()
        found = Organisation.objects.filter(name=name).first()
        if found:
            return found
        if not options["create"]:
            raise Unusable(f"{unknown_organisation(name)} (--create la crée.)")
        return self._create(name, options["territory"] or Territory.METROPOLE, now)

    def _create(self, name: str, territory: str, now: datetime) -> Organisation:
        organisation = Organisation(name=name)
        try:
            organisation.full_clean()
        except ValidationError as error:
            raise Unusable(f"--organisation : {' '.join(error.messages)}") from error
        organisation.save()
        label = str(Territory(territory).label)
        open_calendar(organisation, name=label, territory=territory, today=now.date())
        adopt(organisation)
        return organisation

    def _calendar(self, organisation: Organisation, options: dict[str, Any]) -> WorkingCalendar:
        """The calendar of services still to be made: that of --territory, else the only one."""
        calendars = list(organisation.calendars.order_by("pk"))
        wanted = options["territory"]
        of_territory = [one for one in calendars if one.territory == wanted]
        if of_territory or len(calendars) == 1:
            chosen = (of_territory or calendars)[0]
            if wanted and chosen.territory != wanted:
                self.stderr.write(
                    f"Note : {organisation} existe, avec le calendrier « {chosen} » "
                    f"({chosen.territory}) ; --territory {wanted} ne le change pas."
                )
            return chosen
        names = ", ".join(f"« {one} » ({one.territory})" for one in calendars) or "aucun"
        raise Unusable(
            f"{organisation} : quel calendrier pour les services à créer ? "
            f"Précisez --territory ; calendriers : {names}."
        )

    # --- what is said ------------------------------------------------------------------------

    def _status(self, outcome: Outcome, options: dict[str, Any]) -> int:
        if outcome.refused and options["strict"]:
            return STRICT
        return 0 if outcome.accepted or outcome.present else 2

    def _tell(
        self, source: Source, outcome: Outcome, options: dict[str, Any], place: Path, spent: float
    ) -> None:
        for line, column, _value, reason in outcome.first_refusals:
            where = f"ligne {line}, colonne « {column} »" if column else f"ligne {line}"
            self.stderr.write(f"{source.name}, {where} : {reason}")
        for line_of_text in summary(source, outcome, place, spent):
            self.stdout.write(line_of_text)
        if options["dry_run"]:
            self.stdout.write("Essai à blanc : rien n’est entré.")
        elif outcome.refused and options["strict"]:
            self.stderr.write("--strict : des lignes sont refusées, rien n’est entré.")
        elif not outcome.accepted and not outcome.present:
            self.stderr.write("Aucune ligne ne peut entrer : rien n’est entré.")


def summary(source: Source, outcome: Outcome, place: Path, spent: float) -> list[str]:
    """The closing lines: what was in the file, and where each row went."""
    lines = [
        f"{source.name} : {number(outcome.rows)} lignes lues",
        f"  reprises          {number(outcome.accepted):>10}",
        f"  déjà présentes    {number(outcome.present):>10}",
        f"  refusées          {number(outcome.refused):>10}",
    ]
    if outcome.blank:
        lines.append(f"  vides, ignorées   {number(outcome.blank):>10}")
    if outcome.refused:
        lines.append(f"Lignes refusées : {place}")
    if outcome.accepted:
        lines.append(
            f"Écriture : {number(outcome.accepted)} demandes, "
            f"{number(outcome.written_rows)} lignes avec contacts et réponses, "
            f"en {decimal(outcome.write_seconds)} s sur {decimal(spent)} s : "
            f"{number(round(outcome.write_rate))} demandes par seconde, "
            f"{number(round(outcome.row_rate))} lignes par seconde."
        )
    return lines


def number(value: int) -> str:
    """Thousands apart from five figures on: 1431, 12 480."""
    return str(value) if value < 10_000 else f"{value:,}".replace(",", " ")


def decimal(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


@dataclass
class Progress:
    """A bar that moves on a terminal; elsewhere, a line every ten seconds."""

    command: Command
    every: float = 10.0
    width: int = 30
    _last: float = field(default_factory=time.monotonic)

    def __call__(self, step: str, share: float, rows: int) -> None:
        on_terminal = self.command.stderr.isatty()
        now = time.monotonic()
        if not on_terminal and now - self._last < self.every:
            return
        self._last = now
        if on_terminal:
            filled = round(min(1.0, share) * self.width)
            bar = "█" * filled + "░" * (self.width - filled)
            end = "\n" if share >= 1 else ""
            self.command.stderr.write(f"\r{step:<9} {bar} {number(rows)}", ending=end)
        else:
            self.command.stderr.write(f"{step} : {number(rows)} lignes ({share:.0%})")
