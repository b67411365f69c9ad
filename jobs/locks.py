"""Advisory locks that belong to the database connection: a killed process gives them back."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection


@contextmanager
def held(key: int, *, wait: bool = False) -> Iterator[bool]:
    """True for the process that holds `key` (64 bits); without `wait`, false when another does.

    Not for a connection shared through a pooler in transaction mode.
    """
    take = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {take}(%s)", [key])
        taken: bool = wait or cursor.fetchone()[0]
    try:
        yield taken
    finally:
        # A lost connection has given the lock back already.
        with suppress(DatabaseError), connection.cursor() as cursor:
            if taken:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
