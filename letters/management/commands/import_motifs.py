"""`manage.py import_motifs`: kinds of letters become motifs, with their delay and their silence.

Exit status: 0, or 2 with one line when the file or the organisation cannot be used.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from contacts.intake.errors import Unusable
from directory.management.french import FrenchCommand, unknown_organisation
from directory.models import Organisation
from letters.kinds import Report, bring_in_kinds, read_kinds


class Command(FrenchCommand):
    help = "Importe des types de courrier comme motifs (voir docs/guides/courrier.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="fichier .csv ou .xlsx")
        parser.add_argument("--organisation", required=True, help="nom de l’organisation")
        parser.add_argument("--dry-run", action="store_true", help="vérifie tout, n’écrit rien")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(name=options["organisation"].strip()).first()
        if organisation is None:
            self.leave(unknown_organisation(options["organisation"].strip()))
        try:
            kinds, refused = read_kinds(options["file"])
        except Unusable as error:
            self.leave(str(error))
        report = bring_in_kinds(organisation, kinds, refused, by=None, dry_run=options["dry_run"])
        self._tell(report, options["file"].name, dry_run=options["dry_run"])

    def _tell(self, report: Report, name: str, *, dry_run: bool) -> None:
        for one in report.refused:
            where = f"ligne {one.line}" + (f", colonne « {one.column} »" if one.column else "")
            self.stderr.write(f"{name}, {where} : {one.reason}")
        self.stdout.write(f"{name} : {report.read} types lus")
        for label, count in (
            ("créés", len(report.created)),
            ("mis à jour", len(report.changed)),
            ("inchangés", report.unchanged),
            ("refusés", len(report.refused)),
            ("familles créées", len(report.families)),
        ):
            self.stdout.write(f"  {label:<18}{count:>6}")
        if dry_run:
            self.stdout.write("Essai à blanc : rien n’est entré.")
