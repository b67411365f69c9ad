"""`manage.py rebuild_tallies`: every stored figure counted again from the demandes.

The product stays in use meanwhile. Stopped, it goes on where it was. Exit status: 0, also when it
found and mended differences; 2 when it could not run; 130 when interrupted.
"""

import time
from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandParser

from directory.management.french import FrenchCommand, unknown_organisation
from directory.models import Organisation
from engagements.rebuild import RebuildingElsewhere, forget_progress, rebuild

INTERRUPTED = 130
MOST_JOBS = 16
BAR = 30


def number_of_jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_JOBS:
        raise ArgumentTypeError(f"donnez un nombre de 1 à {MOST_JOBS}")
    return int(text)


class Command(FrenchCommand):
    help = "Recompte tous les décomptes depuis les demandes, sans arrêter le service."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", help="nom de l’organisation (toutes par défaut)")
        parser.add_argument(
            "--jobs", type=number_of_jobs, default=1, help="mois comptés en même temps (1)"
        )
        parser.add_argument(
            "--restart", action="store_true", help="recommence au lieu de reprendre"
        )

    def handle(
        self, *args: Any, organisation: str | None, jobs: int, restart: bool, **options: Any
    ) -> None:
        for one in self._asked(organisation):
            if restart:
                forget_progress(one)
            try:
                state = rebuild(one, jobs=jobs, progress=self._bar(one.name))
            except RebuildingElsewhere:
                self.leave(f"{one.name} : une reconstruction est déjà en cours.")
            except KeyboardInterrupt:
                self.leave("Interrompu : la même commande reprendra ici.", INTERRUPTED)
            told = f"{one.name} : {len(set(state.done))} mois recomptés, "
            if state.differences:
                told += f"{state.differences} décomptes étaient faux et sont réparés."
            else:
                told += "aucune différence."
            self.stdout.write(told)

    def _asked(self, name: str | None) -> list[Organisation]:
        if name is None:
            return list(Organisation.objects.order_by("name"))
        found = Organisation.objects.filter(name=name).first()
        if found is None:
            self.leave(unknown_organisation(name))
        return [found]

    def _bar(self, name: str) -> Callable[[int, int], None]:
        """A line on stderr, rewritten in a terminal, where a log gets one line a month."""
        started, resumed = time.monotonic(), [0]
        end = "\r" if self.stderr.isatty() else "\n"

        def show(done: int, total: int) -> None:
            resumed[0] = resumed[0] or done
            gone = time.monotonic() - started
            fresh = done - resumed[0]
            left = f"reste {gone / fresh * (total - done):.0f} s" if fresh > 0 else ""
            filled = BAR * done // total if total else BAR
            bar = "█" * filled + "·" * (BAR - filled)
            self.stderr.write(f"{name} {bar} {done}/{total} mois, {gone:.0f} s {left}", ending=end)
            if done == total and end == "\r":
                self.stderr.write("")

        return show
