"""Running a clock job: once at a time on the whole installation, and only when something is due."""

import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import TypeVar

from django.db import DatabaseError

from jobs.dueness import Rule
from jobs.locks import held
from jobs.models import PeriodicJob

LOCK_FAMILY = 0x4A6F  # "Jo": the high bits of the advisory locks of this module
LONGEST_ERROR = 2_000

Result = TypeVar("Result")


class Unfinished(Exception):
    """The job has done its share for now: it stays due, and the next wake-up goes on."""


def alone(name: str) -> AbstractContextManager[bool]:
    """True for the one process that holds the job's lock; the others leave the work to it."""
    return held(LOCK_FAMILY << 48 | zlib.crc32(name.encode()))


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
