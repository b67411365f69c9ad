"""Which dates are worked: counts, Nth day and rolls, for any date that can be written.

Counting rules 2 and 3. A closed day stands where the last worked day before it stands, in both
directions: that is what the subtraction of two running counts says.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

ONE_DAY = timedelta(days=1)
LEAP_YEAR = 2000
# Years whose worked days are kept at hand: about 3,000 dates each ten years.
YEARS_KEPT = 400

MonthDay = tuple[int, int]


class NeverWorked(ValueError):
    """No worked day is left in that direction, up to the last date that can be written."""

    def __init__(self) -> None:
        super().__init__(_("Ce calendrier n’a plus aucun jour ouvré dans cette direction."))


class NotWorked(ValueError):
    """A worked day was asked for (`Roll.RAISE`) and this one is not."""

    def __init__(self, day: date) -> None:
        super().__init__(
            _("Le %(day)s n’est pas un jour ouvré.") % {"day": day.strftime("%d/%m/%Y")}
        )


class Roll(StrEnum):
    """What becomes of a day that is not worked, before days are added to it."""

    RAISE = "raise"
    FORWARD = "forward"
    BACKWARD = "backward"
    # To the next (previous) worked day, unless that changes the month: then the other way.
    MODIFIED_FOLLOWING = "modifiedfollowing"
    MODIFIED_PRECEDING = "modifiedpreceding"


class DayRange(NamedTuple):
    """Days from `first` to `last`, both included."""

    first: date
    last: date


def month_days(ranges: Iterable[DayRange]) -> frozenset[MonthDay]:
    """The days of the year that these ranges cover, as if each came back every year.

    A range may pass the end of the year; one of a year or more covers all 366 days.
    """
    covered: set[MonthDay] = set()
    for first, last in ranges:
        if (last - first).days >= 365:
            return frozenset(_EVERY_DAY)
        start, end = (first.month, first.day), (last.month, last.day)
        if start <= end:
            covered |= {day for day in _EVERY_DAY if start <= day <= end}
        else:
            covered |= {day for day in _EVERY_DAY if day >= start or day <= end}
    return frozenset(covered)


_EVERY_DAY: tuple[MonthDay, ...] = tuple(
    (day.month, day.day)
    for day in (date(LEAP_YEAR, 1, 1) + offset * ONE_DAY for offset in range(366))
)


def no_holidays(_year: int) -> Collection[date]:
    return ()


@dataclass(frozen=True)
class WorkedDays:
    """Worked weekdays (Monday = 0), minus closings and holidays; openings win over everything.

    `yearly` are days of every year, `holidays` the holidays of a year. Nothing is looked up
    further than the year it is about, so any date is as good as today.
    """

    weekdays: frozenset[int]
    openings: frozenset[date] = frozenset()
    closings: tuple[DayRange, ...] = ()
    yearly: frozenset[MonthDay] = frozenset()
    holidays: Callable[[int], Collection[date]] = no_holidays

    def is_worked(self, day: date) -> bool:
        return day in self.openings or (day.weekday() in self.weekdays and not self.is_off(day))

    def is_off(self, day: date) -> bool:
        """A holiday or a closing, whatever the weekday and in spite of any opening."""
        return (
            (day.month, day.day) in self.yearly
            or day in self.holidays(day.year)
            or self._is_closed(day)
        )

    def between(self, start: date, end: date) -> int:
        """Worked days in ]start, end]; negative when `end` precedes `start`."""
        if end < start:
            return -self.between(end, start)
        whole_years = sum(len(self._of_year(year)) for year in range(start.year, end.year))
        return whole_years + self._position(end) - self._position(start)

    def nth(self, day: date, n: int) -> date:
        """The Nth worked day after `day` (before it when n < 0), itself for n = 0."""
        if n == 0:
            return day
        year, index = day.year, self._position(day) + n - 1
        while index < 0:
            year -= 1
            index += len(self._existing_year(year))
        while index >= len(self._existing_year(year)):
            index -= len(self._of_year(year))
            year += 1
        return self._of_year(year)[index]

    def after(self, day: date) -> Iterator[date]:
        """Worked days strictly after `day`, nearest first, to the end of dates."""
        yield from self._of_year(day.year)[self._position(day) :]
        for year in range(day.year + 1, date.max.year + 1):
            yield from self._of_year(year)

    def before(self, day: date) -> Iterator[date]:
        """Worked days strictly before `day`, nearest first, to the beginning of dates."""
        own = self._of_year(day.year)
        yield from reversed(own[: bisect_left(own, day)])
        for year in range(day.year - 1, date.min.year - 1, -1):
            yield from reversed(self._of_year(year))

    def rolled(self, day: date, roll: Roll) -> date:
        """`day` itself when it is worked, otherwise the worked day that `roll` asks for."""
        if self.is_worked(day):
            return day
        if roll == Roll.RAISE:
            raise NotWorked(day)
        forward = roll in (Roll.FORWARD, Roll.MODIFIED_FOLLOWING)
        found = self._nearest(day, forward=forward)
        if roll in (Roll.FORWARD, Roll.BACKWARD) or found.month == day.month:
            return found
        return self._nearest(day, forward=not forward)

    def _nearest(self, day: date, *, forward: bool) -> date:
        found = next(self.after(day) if forward else self.before(day), None)
        if found is None:
            raise NeverWorked
        return found

    def _position(self, day: date) -> int:
        """How many worked days its year has up to `day`, included."""
        return bisect_right(self._of_year(day.year), day)

    def _existing_year(self, year: int) -> tuple[date, ...]:
        if not date.min.year <= year <= date.max.year:
            raise NeverWorked
        return self._of_year(year)

    @cached_property
    def _of_year(self) -> Callable[[int], tuple[date, ...]]:
        return lru_cache(maxsize=YEARS_KEPT)(self._compute_year)

    def _compute_year(self, year: int) -> tuple[date, ...]:
        worked = {day for day in self.openings if day.year == year}
        if self.weekdays and not self._is_closed_throughout(year):
            holidays = self.holidays(year)
            regular = (day for day in self._dates(year) if day.weekday() in self.weekdays)
            worked |= {day for day in regular if day not in holidays and not self._is_closed(day)}
        return tuple(sorted(worked))

    def _dates(self, year: int) -> Iterator[date]:
        """The dates of a year that are not closed every year.

        Only these are ever walked, which is what makes an empty calendar quick to recognise.
        """
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        for month, day in self._open_month_days:
            if is_leap or (month, day) != (2, 29):
                yield date(year, month, day)

    @cached_property
    def _open_month_days(self) -> tuple[MonthDay, ...]:
        return tuple(day for day in _EVERY_DAY if day not in self.yearly)

    def _is_closed(self, day: date) -> bool:
        closing = self._last_closing_begun_by(day)
        return closing is not None and day <= closing.last

    def _is_closed_throughout(self, year: int) -> bool:
        closing = self._last_closing_begun_by(date(year, 1, 1))
        return closing is not None and date(year, 12, 31) <= closing.last

    def _last_closing_begun_by(self, day: date) -> DayRange | None:
        index = bisect_right(self._closing_starts, day)
        return self._merged_closings[index - 1] if index else None

    @cached_property
    def _closing_starts(self) -> list[date]:
        return [closing.first for closing in self._merged_closings]

    @cached_property
    def _merged_closings(self) -> list[DayRange]:
        """In order, neither overlapping nor touching."""
        merged: list[DayRange] = []
        for first, last in sorted(self.closings):
            if merged and first.toordinal() <= merged[-1].last.toordinal() + 1:
                merged[-1] = DayRange(merged[-1].first, max(last, merged[-1].last))
            else:
                merged.append(DayRange(first, last))
        return merged
