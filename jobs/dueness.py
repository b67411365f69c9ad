"""When periodic work is due, given its last success: right across missed wake-ups, clock changes
and clocks that were set back.

Nothing here asks "what happened in the previous hour": a job does everything due since its last
success, so a wake-up that came late, twice or not at all changes nothing to what gets done.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Rule(Protocol):
    def is_due(self, last_success: datetime | None, now: datetime) -> bool:
        """Also true of a success later than `now`: the clock was set back, and doing the work once
        more costs less than waiting for that hour to come round again."""


@dataclass(frozen=True)
class Every:
    """Due once `interval` has gone by since the last success."""

    interval: timedelta

    def is_due(self, last_success: datetime | None, now: datetime) -> bool:
        if last_success is None or last_success > now:
            return True
        return now - last_success >= self.interval


@dataclass(frozen=True)
class Nightly:
    """Due once the local time `at` of a night has passed since the last success.

    A local time that does not exist is one hour later, a doubled one is the first of the two: a
    night of 23 or 25 hours has one run like any other.
    """

    at: time
    zone: str = "Europe/Paris"

    def is_due(self, last_success: datetime | None, now: datetime) -> bool:
        if last_success is None or last_success > now:
            return True
        return last_success < self.last_boundary(now)

    def last_boundary(self, now: datetime) -> datetime:
        """The latest instant, in UTC and not after `now`, at which a night's work fell due."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        boundary = self._boundary_of(today)
        return boundary if boundary <= now else self._boundary_of(today - timedelta(days=1))

    def _boundary_of(self, day: date) -> datetime:
        return datetime.combine(day, self.at, ZoneInfo(self.zone)).astimezone(UTC)
