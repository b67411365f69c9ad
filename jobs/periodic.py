"""Running a clock job: once at a time on the whole installation, and only when something is due."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TypeVar

from django.db import DatabaseError, connection

from jobs.dueness import Rule
from jobs.models import PeriodicJob

LOCK_FAMILY = 0x4A6F  # "Jo": the first key of the advisory locks of this module
LONGEST_ERROR = 2_000

Result = TypeVar("Result")


class Unfinished(Exception):
    """The job has done its share for now: it stays due, and the next wake-up goes on."""


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """True for the one process that holds the job's lock; the others leave the work to it.

    The lock belongs to the database connection: a killed worker gives it back by dying.
    """
    key = [LOCK_FAMILY, zlib.crc32(name.encode()) - 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        taken: bool = cursor.fetchone()[0]
    try:
        yield taken
    finally:
        # A lost connection has given the lock back already.
        with suppress(DatabaseError), connection.cursor() as cursor:
            if taken:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)


def run_if_due(
    name: str, rule: Rule, work: Callable[[datetime | None], Result], *, now: datetime
) -> Result | None:
    """Do everything due since the last success, whose instant `work` is given; null when not due.

    A failure is written down and raised: the job stays due, and the next wake-up tries again.
    """
    with alone(name) as ours:
        if not ours:
            return None
        job, _created = PeriodicJob.objects.get_or_create(name=name)
        if not rule.is_due(job.last_success_at, now):
            return None
        try:
            result = work(job.last_success_at)
        except Unfinished:
            return None
        except Exception as error:
            with suppress(DatabaseError):
                note_failure(name, error, now=now)
            raise
        note_success(name, now=now)
        return result


def note_success(name: str, *, now: datetime) -> None:
    PeriodicJob.objects.update_or_create(
        name=name, defaults={"last_success_at": now, "last_error": ""}
    )


def note_failure(name: str, error: Exception, *, now: datetime) -> None:
    told = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
    PeriodicJob.objects.update_or_create(
        name=name, defaults={"last_failure_at": now, "last_error": told}
    )
