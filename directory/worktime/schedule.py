"""Opening hours over worked days: what is open when, and how long, in exact time.

Counting rule 11. Instants are aware and come back in UTC; a schedule without a zone takes and
gives naive ones. Nothing has a look-ahead horizon: a search ends when it finds, or when no date
that can be written is left, which an empty schedule tells at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import takewhile
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from directory.worktime.clock import (
    Period,
    Span,
    WrongClock,
    instant_of,
    is_skipped,
    local_of,
    period_of,
    united,
    without,
)
from directory.worktime.days import ONE_DAY, DayRange, WorkedDays

Spans = tuple[Span, ...]
NOTHING = timedelta(0)
# An opening may have begun the day before, and a clock change may move its end past one more.
REACH = 2 * ONE_DAY
# Closer to the ends of the calendar, an instant could not be told in every zone.
FIRST_DAY, LAST_DAY = date.min + 3 * ONE_DAY, date.max - 3 * ONE_DAY


class NeverOpen(ValueError):
    """No opening is left in that direction, up to the last date that can be written."""

    def __init__(self) -> None:
        super().__init__(_("Ces horaires n’ont plus aucune ouverture dans cette direction."))


@dataclass(frozen=True)
class Schedule:
    """`week` gives the hours of each weekday (Monday = 0), on the days that `days` works.

    `shifts` replace the hours of a date, which then is worked whatever `days` says of it (or
    closed, when they are empty). `breaks` are local hours of a date when it is not open.
    `suspended` are instants that do not count.
    """

    days: WorkedDays
    week: Mapping[int, Spans] = field(default_factory=dict)
    zone: ZoneInfo | None = None
    shifts: Mapping[date, Spans] = field(default_factory=dict)
    breaks: Mapping[date, Spans] = field(default_factory=dict)
    suspended: tuple[Period, ...] = ()

    # --- days ---------------------------------------------------------------------------------
    @cached_property
    def worked(self) -> WorkedDays:
        """`days`, once the shifts have had their say."""
        opened = {day for day, spans in self.shifts.items() if spans}
        closed = {day for day, spans in self.shifts.items() if not spans}
        return replace(
            self.days,
            openings=(self.days.openings | opened) - closed,
            closings=(*self.days.closings, *(DayRange(day, day) for day in closed)),
        )

    def is_working_day(self, day: date) -> bool:
        return self.worked.is_worked(day)

    def working_days_between(self, start: date, end: date) -> int:
        """Worked days in ]start, end]; negative when `end` precedes `start`."""
        return self.worked.between(start, end)

    def nth_working_day(self, day: date, n: int) -> date:
        """The Nth worked day after `day` (before it when n < 0), itself for n = 0."""
        return self.worked.nth(day, n)

    def add_working_days(self, at: datetime, n: int) -> datetime:
        """The same time of day, `n` worked days later (earlier when n < 0); `at` for n = 0."""
        at = self._checked(at)
        if n == 0:
            return at
        local = local_of(at, self.zone)
        day = self.nth_working_day(local.date(), n)
        return instant_of(datetime.combine(day, local.time()), self.zone)

    # --- openings -----------------------------------------------------------------------------
    def openings_of(self, day: date) -> list[Period]:
        """Periods that begin with the hours of that date, in order, however late they end.

        What the hours of the day before still cover is theirs, so that no instant counts twice.
        """
        if not FIRST_DAY <= day <= LAST_DAY:
            return []
        own = without(self._hours_of(day), self._hours_of(day - ONE_DAY))
        near = (day + offset * ONE_DAY for offset in (-1, 0, 1))
        breaks = (cut for one in near for cut in self._breaks_of(one))
        return without(own, [*breaks, *self.suspended])

    def openings_after(self, at: datetime) -> Iterator[Period]:
        """Openings from an instant on, nearest first; one that is under way begins at `at`."""
        at = self._checked(at)
        for day in self._opened.after(self._day_of(at) - REACH - ONE_DAY):
            for period in self.openings_of(day):
                if period.end > at:
                    yield Period(max(period.start, at), period.end)

    def openings_before(self, at: datetime) -> Iterator[Period]:
        """Openings up to an instant, nearest first; one that is under way ends at `at`."""
        at = self._checked(at)
        for day in self._opened.before(self._day_of(at) + REACH):
            for period in reversed(self.openings_of(day)):
                if period.start < at:
                    yield Period(period.start, min(period.end, at))

    def next_opening(self, at: datetime) -> Period:
        """The first opening from `at` on. Hours that never stop come as one period a day."""
        return _first(self.openings_after(at))

    def previous_opening(self, at: datetime) -> Period:
        """The last opening up to `at`."""
        return _first(self.openings_before(at))

    def is_open(self, at: datetime) -> bool:
        """Open at the very second of opening, closed at the very second of closing."""
        at = self._checked(at)
        # From tomorrow on: where clocks fall back at midnight (Newfoundland until 2011), tomorrow
        # has its first reading before today's last hour is read again.
        days = (self._day_of(at) - offset * ONE_DAY for offset in range(-1, REACH.days + 1))
        return any(start <= at < end for day in days for start, end in self.openings_of(day))

    # --- time ---------------------------------------------------------------------------------
    def opening_time(self, start: datetime, end: datetime) -> timedelta:
        """How long it is open in [start, end[; negative when `end` precedes `start`."""
        start, end = self._checked(start), self._checked(end)
        if end < start:
            return -self.opening_time(end, start)
        begun = takewhile(lambda period: period.start < end, self.openings_after(start))
        return sum((min(period.end, end) - period.start for period in begun), NOTHING)

    def opening_seconds(self, start: datetime, end: datetime) -> int:
        """`opening_time` in whole seconds; one that was only begun does not count."""
        time = self.opening_time(start, end)
        whole = abs(time) // timedelta(seconds=1)
        return whole if time >= NOTHING else -whole

    def add_opening_time(self, at: datetime, amount: timedelta) -> datetime:
        """The earliest instant (latest, when negative) by which `amount` of opening has passed.

        An amount used up exactly at closing ends at closing; none at all leaves `at` as it is.
        """
        at, left = self._checked(at), abs(amount)
        if amount == NOTHING:
            return at
        backwards = amount < NOTHING
        for start, end in self.openings_before(at) if backwards else self.openings_after(at):
            if left <= end - start:
                return end - left if backwards else start + left
            left -= end - start
        raise NeverOpen

    # --- what the above stands on -------------------------------------------------------------
    @cached_property
    def _opened(self) -> WorkedDays:
        """Worked days that have hours: the only ones on which an opening is looked for."""
        with_hours = frozenset(weekday for weekday, spans in self.week.items() if spans)
        openings = self.worked.openings
        return replace(
            self.worked,
            weekdays=self.worked.weekdays & with_hours,
            openings=frozenset(day for day in openings if self._spans_of(day)),
        )

    def _spans_of(self, day: date) -> Spans:
        return self.shifts.get(day, self.week.get(day.weekday(), ()))

    def _hours_of(self, day: date) -> list[Period]:
        if not self._opened.is_worked(day) or is_skipped(day, self.zone):
            return []
        return united(period_of(day, span, self.zone) for span in self._spans_of(day))

    def _breaks_of(self, day: date) -> list[Period]:
        return [period_of(day, span, self.zone) for span in self.breaks.get(day, ())]

    def _day_of(self, at: datetime) -> date:
        """The local date of an instant, or the nearest one that has hours."""
        return min(max(local_of(at, self.zone).date(), FIRST_DAY), LAST_DAY)

    def _checked(self, at: datetime) -> datetime:
        if (at.tzinfo is None) != (self.zone is None):
            raise WrongClock
        return at if self.zone is None else at.astimezone(UTC)


def _first(openings: Iterator[Period]) -> Period:
    found = next(openings, None)
    if found is None:
        raise NeverOpen
    return found
