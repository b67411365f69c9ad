"""Loading millions of rows: triggers, keys and indexes step aside, and come back verified."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

INDEXES = """
    SELECT
        CASE WHEN conname IS NULL THEN format('DROP INDEX %%s', indexrelid::regclass)
            ELSE format('ALTER TABLE %%s DROP CONSTRAINT %%I', indrelid::regclass, conname) END,
        CASE WHEN conname IS NULL THEN pg_get_indexdef(indexrelid)
            ELSE format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', indrelid::regclass, conname,
                pg_get_constraintdef(c.oid)) END
    FROM pg_index LEFT JOIN pg_constraint c ON c.conindid = indexrelid AND c.contype IN ('u', 'x')
    WHERE indrelid = ANY (%s::regclass[]) AND NOT indisprimary
    ORDER BY indexrelid
"""


def execute(statement: str, params: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


@contextmanager
def triggers_asleep(tables: list[str]) -> Iterator[None]:
    """The product's own triggers; those of foreign keys stay awake."""
    for table in tables:
        execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@contextmanager
def indexes_built_at_the_end(tables: list[str]) -> Iterator[None]:
    """Primary keys stay; the rest is built over the rows, in sorted order."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, [tables])
        indexes = cursor.fetchall()
    for drop, _make in indexes:
        execute(drop)
    yield
    for _drop, make in indexes:
        execute(make)
