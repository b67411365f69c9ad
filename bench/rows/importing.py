"""A bulk import beside PostgreSQL's own COPY of the rows it made.

Ours reads the file, checks every line, looks for duplicates and usagers, dates, judges and writes.
COPY loads the finished rows, table after table in one transaction; constraints, indexes and
triggers are awake on both sides.
"""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from bench import intake, town
from bench.databases import database
from bench.loading import execute
from bench.measure import AtLeast, Figure, Scale, in_turn
from contacts.intake.mapping import Mapping
from contacts.intake.run import Run, open_source
from directory.models import Organisation

ROWS, ALREADY_THERE = 100_000, 100_000
GOAL = AtLeast(0.5)
# In the order in which they refer to each other.
TABLES = (
    "contacts_importbatch",
    "contacts_usager",
    "contacts_demande",
    "contacts_contact",
    "contacts_reply",
)
GENERATED = {"contacts_demande": {"due_on"}, "contacts_usager": {"name_words"}}


def measure(scale: Scale) -> list[Figure]:
    rows = scale.at_most(ROWS)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="marianne-import-")))
        mapping = intake.write_mapping(place)
        file = place / "demandes.csv"
        intake.write_file(file, rows)
        stack.enter_context(database("before"))
        town.build(intake.NAME, demandes=scale.at_most(ALREADY_THERE))
        connection.close()
        ours, copy = in_turn(
            lambda: _import(file, mapping, place), lambda: _copy(place), rounds=scale.rounds
        )
    return [
        Figure(
            f"import of {rows:,} demandes against COPY of the same rows",
            f"{rows / ours.median:,.0f} demandes/s",
            f"{rows / copy.median:,.0f} demandes/s",
            copy.median / ours.median,
            GOAL,
        )
    ]


def _import(file: Path, mapping: Mapping, place: Path) -> float:
    """Seconds of one import; its rows are kept for COPY to load."""
    with database("imported", template="before"):
        after = {table: _last_id(table) for table in TABLES}
        organisation = Organisation.objects.get(name=intake.NAME)
        start = time.perf_counter()
        with transaction.atomic():
            outcome = Run(open_source(file, mapping), organisation, timezone.now()).bring_in()
        spent = time.perf_counter() - start
        if outcome.refused or not outcome.accepted:
            raise RuntimeError(f"refused: {outcome.first_refusals}")
        for table in TABLES:
            _save(table, after[table], place)
        return spent


def _copy(place: Path) -> float:
    """Seconds of the same rows, by COPY alone."""
    with database("copied", template="before"):
        execute("SELECT 1")
        start = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            for table in TABLES:
                with (place / table).open("rb") as rows:
                    cursor.copy_expert(f"COPY {table} ({_columns(table)}) FROM STDIN", rows)
        return time.perf_counter() - start


def _last_id(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(max(id), 0) FROM {table}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _save(table: str, after: int, place: Path) -> None:
    rows = f"SELECT {_columns(table)} FROM {table} WHERE id > {after} ORDER BY id"  # noqa: S608
    with (place / table).open("wb") as file, connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({rows}) TO STDOUT", file)


def _columns(table: str) -> str:
    """Those that are written; PostgreSQL works the others out."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return ", ".join(
        one.name for one in described if one.name not in GENERATED.get(table, frozenset())
    )
