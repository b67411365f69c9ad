"""Rows by the thousand: COPY beside the work that draws them, and checks done once for all rows."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from types import TracebackType
from typing import Any, Self

from django.apps import apps
from django.db import connection, models


class Pipe:
    """Sends one chunk while the next is drawn: PostgreSQL and Python each have their processor.

    The connection is never used from two sides at once: everything waits for the chunk on its way.
    """

    def __init__(self, id_block: int) -> None:
        self._id_block = id_block
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._on_its_way: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.shutdown(wait=True)
        if error is None:
            self.wait()

    def wait(self) -> None:
        """Until the chunk on its way is in; raises what PostgreSQL refused."""
        if self._on_its_way:
            self._on_its_way.result()
            self._on_its_way = None

    def send(self, rows: dict[str, tuple[str, str]]) -> None:
        """Rows by table, as (columns, text), in the order in which they refer to each other."""
        self.wait()
        # Django ties its own cursors to their thread; those of psycopg2 may be lent.
        cursor = connection.connection.cursor()
        self._on_its_way = self._thread.submit(_copy, cursor, rows)

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


def _copy(cursor: Any, rows: dict[str, tuple[str, str]]) -> None:
    with cursor:
        for table, (columns, text) in rows.items():
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", StringIO(text))


@contextmanager
def checked_as_a_whole(organisation_id: int, tables: list[str]) -> Iterator[None]:
    """Foreign keys and triggers do once for all rows what they would do for each row or chunk.

    Some twenty foreign keys a demande, checked one by one, cost more than all the rest. Where the
    role may put them to sleep (the owner of its own server), they are verified by joins before
    the transaction ends, and the cells to recount are marked then. Elsewhere nothing is put to
    sleep, and the same rows take longer.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT current_setting('is_superuser')")
        may_sleep = cursor.fetchone()[0] == "on"
        if may_sleep:
            cursor.execute("SET LOCAL session_replication_role = replica")
    try:
        yield
    finally:
        if may_sleep:
            _wake()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    if may_sleep:
        _verify(organisation_id, tables)
        with connection.cursor() as cursor:
            cursor.execute(MARK_CELLS, [organisation_id])


def _wake() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")


class Orphans(Exception):
    """Rows refer to what does not exist: the generator has a defect, and nothing is written."""


MARK_CELLS = """
    INSERT INTO engagements_staletally
        (organisation_id, service_id, channel, nature, received_on)
    SELECT DISTINCT organisation_id, service_id, channel, nature, received_on
    FROM contacts_demande WHERE organisation_id = %s
"""
FIND_ORPHAN = """
    SELECT 1 FROM "{table}" child {joins}
    WHERE child.organisation_id = %s AND ({missing}) LIMIT 1
"""


def _verify(organisation_id: int, tables: list[str]) -> None:
    """Every foreign key of the tables, by one statement each."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")
        for table in tables:
            cursor.execute(_orphans_of(table), [organisation_id])
            if cursor.fetchone():
                raise Orphans(table)


def _orphans_of(table: str) -> str:
    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    joins, missing = [], ["false"]
    for number, field in enumerate(model._meta.local_fields):
        if isinstance(field, models.ForeignKey) and field.column != "organisation_id":
            parent, key = field.related_model._meta.db_table, field.target_field.column
            found, column = f"parent{number}.{key}", f"child.{field.column}"
            joins.append(f'LEFT JOIN "{parent}" parent{number} ON {found} = {column}')
            missing.append(f"({column} IS NOT NULL AND {found} IS NULL)")
    return FIND_ORPHAN.format(table=table, joins=" ".join(joins), missing=" OR ".join(missing))
