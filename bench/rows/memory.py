"""The most memory that an import and a recount ever hold: many rows beside ten thousand."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import intake, town
from bench.databases import Database, database
from bench.loading import execute
from bench.measure import Equal, Figure, Scale
from bench.web import run

FEW, IMPORTED = 10_000, 1_000_000
# Each is recounted mark by mark, as a worker does: a million would take most of an hour.
RECOUNTED = 100_000
GOAL = Equal(within=0.2)
RECOUNT = "engagements.tasks.recount_stale_tallies"
# Every demande gets an announced date: each of their cells must be recounted, once.
TOUCH_ALL = "UPDATE contacts_demande SET announced_on = received_on WHERE announced_on IS NULL"


def measure(scale: Scale) -> list[Figure]:
    return [
        _flat("memory of an import, at its peak", _import, scale.at_most(IMPORTED)),
        _flat("memory of a worker that recounts", _recount, scale.at_most(RECOUNTED)),
    ]


def _flat(title: str, peak: Callable[[int], int], many: int) -> Figure:
    """One run of each size is enough: what a process holds does not depend on its neighbours."""
    few, most = peak(FEW), peak(many)
    return Figure(
        f"{title}, {many:,} ÷ {FEW:,} demandes",
        f"{most / 1024:.0f} MB",
        f"{few / 1024:.0f} MB",
        most / few,
        GOAL,
    )


def _import(demandes: int) -> int:
    with tempfile.TemporaryDirectory(prefix="marianne-import-") as place:
        file = Path(place, "demandes.csv")
        intake.write_mapping(Path(place))
        intake.write_file(file, demandes)
        with database("memory_import") as into:
            town.build(intake.NAME, demandes=FEW)
            return _peak(
                into,
                *("command", "import_demandes", str(file), f"--organisation={intake.NAME}"),
                *(f"--mapping={place}/mapping.toml", f"--report={place}/refused.csv"),
            )


def _recount(demandes: int) -> int:
    with database("memory_recount") as place:
        town.build("Ville", demandes=demandes, exchanges=False)
        execute(TOUCH_ALL)
        return _peak(place, "task", RECOUNT)


def _peak(place: Database, *arguments: str) -> int:
    """Kilobytes."""
    return int(run("bench.peak", *arguments, database=place))
