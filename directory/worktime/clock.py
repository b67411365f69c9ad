"""From local hours to instants, and sets of periods.

A clock is a zone, or none at all: then hours are naive and a day always has 24 of them.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

DAY = 24 * 3600
ONE_HOUR = timedelta(hours=1)


class WrongClock(ValueError):
    """An instant without a zone was given where one is needed, or the other way round."""

    def __init__(self) -> None:
        super().__init__(_("Une heure avec fuseau et une heure sans fuseau ne se comparent pas."))


class BadSpan(ValueError):
    """Hours that do not run from a time of the day to a later one within 24 hours."""

    def __init__(self) -> None:
        super().__init__(
            _("Des horaires vont d’une heure du jour à une heure plus tardive, sur 24 h au plus.")
        )


class Span(NamedTuple):
    """Local hours of one day, in seconds since midnight; past 86,400 it is the next day."""

    opens: int
    closes: int

    def checked(self) -> "Span":
        if not 0 <= self.opens < DAY or not 0 < self.closes - self.opens <= DAY:
            raise BadSpan
        return self


class Period(NamedTuple):
    """Instants from `start` (included) to `end` (excluded)."""

    start: datetime
    end: datetime


def local_of(at: datetime, zone: ZoneInfo | None) -> datetime:
    """What the clock on the wall reads at an instant."""
    return at if zone is None else at.astimezone(zone).replace(tzinfo=None)


def instant_of(local: datetime, zone: ZoneInfo | None) -> datetime:
    """The instant, in UTC, at which a clock on the wall reads `local`.

    A time that does not exist moves one hour later (again, while it does not exist); of a doubled
    one, the first reading is taken.
    """
    if zone is None:
        return local
    while True:
        at = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if local_of(at, zone) == local:
            return at
        local += ONE_HOUR


def is_skipped(day: date, zone: ZoneInfo | None) -> bool:
    """Whether a zone jumped over a whole date (Samoa has no 30 December 2011)."""
    midnight = datetime.combine(day, time.min)
    return local_of(instant_of(midnight, zone), zone).date() != day


def period_of(day: date, span: Span, zone: ZoneInfo | None) -> Period:
    """The instants of local hours; empty (end ≤ start) when a clock change swallowed them."""
    midnight = datetime.combine(day, time.min)
    return Period(
        instant_of(midnight + timedelta(seconds=span.opens), zone),
        instant_of(midnight + timedelta(seconds=span.closes), zone),
    )


def united(periods: Iterable[Period]) -> list[Period]:
    """The same instants, in order, each once; empty periods disappear."""
    merged: list[Period] = []
    for period in sorted(period for period in periods if period.start < period.end):
        if merged and period.start <= merged[-1].end:
            merged[-1] = Period(merged[-1].start, max(merged[-1].end, period.end))
        else:
            merged.append(period)
    return merged


def without(periods: list[Period], cuts: Iterable[Period]) -> list[Period]:
    """What is left of `periods`, in order, once `cuts` are taken out."""
    for cut in cuts:
        if cut.start >= cut.end:
            continue
        periods = [
            part
            for period in periods
            for part in (
                Period(period.start, min(period.end, cut.start)),
                Period(max(period.start, cut.end), period.end),
            )
            if part.start < part.end
        ]
    return periods
