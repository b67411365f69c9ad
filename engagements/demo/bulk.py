"""Rows by the thousand: COPY beside the work that draws them, foreign keys checked as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from django.db import connection

from contacts.copying import Sender


class Pipe(Sender):
    """Sends the rows of one chunk while the next is drawn, and numbers them."""

    def __init__(self, id_block: int) -> None:
        super().__init__()
        self._id_block = id_block

    def send(self, rows: dict[str, tuple[str, str]]) -> None:
        """Rows by table, as (columns, text), in the order in which they refer to each other."""
        self.copy(
            [
                (f"COPY {table} ({columns}) FROM STDIN", StringIO(text))
                for table, (columns, text) in rows.items()
            ]
        )

    def ids(self, table: str) -> Iterator[int]:
        """Ids of the table's own sequence, fetched by the block."""
        while True:
            self.wait()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                    [table, self._id_block],
                )
                block = cursor.fetchall()
            for (one,) in block:
                yield one


FOREIGN_KEYS = """
    SELECT conrelid::regclass::text,
        string_agg(format('DROP CONSTRAINT %%I', conname), ', ' ORDER BY conname),
        string_agg(format('ADD CONSTRAINT %%I %%s', conname, pg_get_constraintdef(c.oid)), ', '
            ORDER BY conname)
    FROM pg_constraint c JOIN pg_class ON pg_class.oid = conrelid
    WHERE contype = 'f' AND conrelid = ANY (%s::regclass[]) AND pg_has_role(relowner, 'USAGE')
    GROUP BY conrelid ORDER BY 1
"""


@contextmanager
def keys_checked_at_the_end(tables: list[str]) -> Iterator[None]:
    """Foreign keys step aside for the load and come back, each verified by one join.

    Some twenty a demande, checked row by row, cost more than all the rest. Nobody else can use
    these tables meanwhile, and their other rows are verified again: this is for a database that
    holds little else. A failed transaction puts everything back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(FOREIGN_KEYS, [tables])
        keys = cursor.fetchall()
        for table, drop, _add in keys:
            cursor.execute(f"ALTER TABLE {table} {drop}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table, _drop, add in keys:
            cursor.execute(f"ALTER TABLE {table} {add}")


@contextmanager
def keys_checked_row_by_row() -> Iterator[None]:
    """At the end of each statement: waiting for the end of the transaction would take memory."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
