"""`manage.py check_worktime FILE.json`: the engine held against cases in neutral form.

Exit status: 0; 1 when a case of the conventions that any engine must keep fails; 2 with a line
for each case, or the file, that cannot be read. What other conventions expect is compared too,
and a difference names the decision behind ours (`docs/decisions/0006-working-time.md`).
"""

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from directory.management.french import UNUSABLE, FrenchCommand
from directory.worktime.cases import Outcome, answers
from directory.worktime.neutral import Malformed, read_cases

FAILED = 1
HELD = ("common", "dates-only")
KEEPS_CLOCK = (
    "ajouter des jours ouvrés garde l’heure de l’horloge, même hors des heures d’ouverture"
)
DECISIONS = {
    ("biz-days", "add_working_days"): KEEPS_CLOCK,
    ("business_time-only", "add_working_days"): KEEPS_CLOCK,
    ("normalise-start-first", "add_working_days"): KEEPS_CLOCK,
}
# Conventions that are ours: a difference there is nobody's decision.
OURS = ("keep-clock-time", "gap-maps-one-hour-later", "month-bound roll")


class Command(FrenchCommand):
    help = "Vérifie le calcul du temps ouvré sur un fichier de cas en forme neutre (JSON)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FICHIER", help="fichier JSON de cas")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            cases = read_cases(Path(options["file"]).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            self.leave(f"{options['file']} : {_why(error)}")
        outcomes, faults = answers(cases)
        for outcome in outcomes:
            if not outcome.agrees:
                self.stdout.write(_difference(outcome))
        self._print_counts(outcomes)
        if faults:
            self.leave("\n".join(map(str, faults)), UNUSABLE)
        if any(not outcome.agrees and outcome.convention in HELD for outcome in outcomes):
            sys.exit(FAILED)

    def _print_counts(self, outcomes: Sequence[Outcome]) -> None:
        by_convention: dict[str, list[bool]] = defaultdict(list)
        for outcome in outcomes:
            by_convention[outcome.convention].append(outcome.agrees)
        width = max(map(len, by_convention), default=0)
        self.stdout.write("Cas conformes, par convention :")
        for convention in sorted(by_convention, key=lambda name: (name not in HELD, name)):
            agreed = by_convention[convention]
            note = "" if convention in HELD else "  (sans effet sur le verdict)"
            self.stdout.write(
                f"  {convention.ljust(width)}  {sum(agreed):>3} sur {len(agreed):>3}{note}"
            )


def _difference(outcome: Outcome) -> str:
    expected, answer = (
        json.dumps(value, ensure_ascii=False) for value in (outcome.expected, outcome.answer)
    )
    found = (
        f"{outcome.name} ({outcome.convention}, {outcome.kind}) : "
        f"attendu {expected}, obtenu {answer}"
    )
    if outcome.convention in HELD or outcome.convention in OURS:
        return f"ÉCHEC  {found}"
    decision = DECISIONS.get((outcome.convention, outcome.kind))
    if decision is None:
        return f"ÉCART  {found} ; aucune décision n’explique cet écart"
    return f"ÉCART  {found} ; suit notre décision : {decision}"


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, Malformed):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return "ce fichier n’existe pas."
    if isinstance(error, UnicodeDecodeError):
        return "ce fichier n’est pas en UTF-8."
    return "ce fichier ne peut pas être lu."
