"""`manage.py indicators`: the figures of the dashboard on the standard output.

Exit status: 0, or 2 with one line when an argument cannot be understood.
"""

import csv
import json
from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from contacts.enums import Channel, Nature
from contacts.queries import today_of
from directory.management.french import FrenchCommand, unknown_organisation
from directory.models import Organisation
from engagements.reporting import FIELDS, BadParameter, Question, parse_question
from ui.figures import bounds_text, count_text, nothing_text, percent_text

PARAMETERS = ("from", "to", "by", "measure", "limit", "as_of", "service", "channel", "nature")
HEADINGS = {
    "service": "Service",
    "channel": "Canal",
    "nature": "Nature",
    "day": "Jour",
    "month": "Mois",
    "year": "Année",
}
FIGURE_HEADINGS = (
    *("Dans le délai", "Hors délai", "Ouvertes en retard", "En cours", "n"),
    *("Taux", "IC 95 %", "Médiane (j. ouvrés)", "90e centile (j. ouvrés)"),
)
LABELS = {"channel": dict(Channel.choices), "nature": dict(Nature.choices)}
GAP = "  "
# A terminal aligns, and people search, with plain spaces.
PLAIN_SPACES = {0x00A0: " ", 0x202F: " "}


class Command(FrenchCommand):
    help = "Affiche les indicateurs de délai d’une organisation (json, table ou csv)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", required=True, help="nom de l’organisation")
        parser.add_argument("--from", default="", help="reçues à partir du (AAAA-MM-JJ)")
        parser.add_argument("--to", default="", help="reçues jusqu’au, inclus")
        parser.add_argument("--by", default="", help="regroupements : service,channel,month…")
        parser.add_argument("--measure", default="", help="first_reply, merits ou announced")
        parser.add_argument("--limit", default="", help="délai en jours ouvrés, sinon les cibles")
        parser.add_argument("--as-of", default="", help="en date du, sinon aujourd’hui")
        parser.add_argument("--service", default="", help="services, par leur nom")
        parser.add_argument("--channel", default="", help="canaux")
        parser.add_argument("--nature", default="", help="natures")
        parser.add_argument("--format", default="table", choices=["json", "table", "csv"])

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["organisation"].strip()
        organisation = Organisation.objects.filter(name=name).first()
        if organisation is None:
            self.leave(unknown_organisation(name))
        params = {name: options[name] for name in PARAMETERS}
        try:
            question = parse_question(
                params, organisation, today_of(organisation.pk, timezone.now())
            )
        except BadParameter as error:
            self.leave(f"--{error.name.replace('_', '-')} : {error.message}")
        return self._print(question, options["format"])

    def _print(self, question: Question, shape: str) -> None:
        rows = question.rows()
        if shape == "json":
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
        elif shape == "csv":
            self._print_csv(rows, question.by)
        else:
            self._print_table(rows, question.by)

    def _print_csv(self, rows: list[dict[str, Any]], by: Sequence[str]) -> None:
        writer = csv.DictWriter(self.stdout, [*by, *FIELDS], lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "histogram": json.dumps(row["histogram"])})

    def _print_table(self, rows: list[dict[str, Any]], by: Sequence[str]) -> None:
        headings = [*(HEADINGS[name] for name in by), *FIGURE_HEADINGS]
        lines = [headings, *([*_key_cells(row, by), *_figure_cells(row)] for row in rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for cells in lines:
            # Words to the left, figures to the right.
            aligned = [
                cell.ljust(width) if i < len(by) else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(cells, widths, strict=True))
            ]
            self.stdout.write(GAP.join(aligned).rstrip())


def _key_cells(row: dict[str, Any], by: Sequence[str]) -> list[str]:
    return [str(LABELS.get(name, {}).get(row[name], row[name])) for name in by]


def _figure_cells(row: dict[str, Any]) -> list[str]:
    nothing = nothing_text()
    interval = nothing if row["n"] == 0 else bounds_text(row["wilson_low"], row["wilson_high"])
    counts = [count_text(row[name]) for name in ("in_time", "late", "overdue_open", "pending", "n")]
    ranks = [nothing if row[name] is None else str(row[name]) for name in ("median", "p90")]
    cells = [*counts, percent_text(row["rate"]), interval, *ranks]
    return [cell.translate(PLAIN_SPACES) for cell in cells]
