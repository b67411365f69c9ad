"""A calendar year as a reader sees it: twelve months of days, each with its nature in words."""

import calendar as almanac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from directory.enums import DayKind
from directory.holidays import public_holidays
from directory.models import WorkingCalendar
from directory.workdays import FIRST_DAY, DayRule, last_day

# A sign beside the number, so that no day is told by its colour alone; a weekend has no frame.
SIGNS = {
    DayKind.WORKING: "",
    DayKind.OPENING: "+",
    DayKind.WEEKEND: "",
    DayKind.HOLIDAY: "F",
    DayKind.CLOSING: "×",
}


@dataclass(frozen=True)
class YearDay:
    day: date
    kind: DayKind
    label: str

    @property
    def sign(self) -> str:
        return SIGNS[self.kind]

    @property
    def words(self) -> str:
        """What a screen reader adds to the number; a plain working day adds nothing."""
        if self.kind == DayKind.WORKING:
            return ""
        return f"{self.kind.label} ({self.label})" if self.label else str(self.kind.label)


@dataclass(frozen=True)
class Month:
    first: date
    weeks: list[list[YearDay | None]]

    @property
    def working_days(self) -> int:
        return sum(day.kind.counts for week in self.weeks for day in week if day)


@dataclass(frozen=True)
class Holiday:
    """A public holiday of the territory; `kind` says what the calendar makes of that day."""

    day: date
    name: str
    kind: DayKind


@dataclass(frozen=True)
class Year:
    number: int
    last: int
    months: list[Month]
    holidays: list[Holiday]

    @property
    def working_days(self) -> int:
        return sum(month.working_days for month in self.months)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > FIRST_DAY.year else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.last else None


def year_of(calendar: WorkingCalendar, number: int, *, today: date) -> Year:
    rule = DayRule.of(calendar)

    def read(day: date) -> YearDay:
        return YearDay(day, *rule.classify(day))

    holidays = [
        Holiday(day, name, rule.classify(day)[0])
        for day, name in sorted(public_holidays(calendar.territory, number).items())
    ]
    months = [month_of(number, month, read) for month in range(1, 13)]
    return Year(number, last_day(today).year, months, holidays)


def month_of(year: int, month: int, read: Callable[[date], YearDay]) -> Month:
    weeks = almanac.Calendar().monthdatescalendar(year, month)
    return Month(
        date(year, month, 1),
        [[read(day) if day.month == month else None for day in week] for week in weeks],
    )


def covered_year(asked: str, *, today: date) -> int:
    """The year asked for in an address, or this one when it is no year that calendars cover."""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else 0
    return number if FIRST_DAY.year <= number <= last_day(today).year else today.year


def weekdays_in_words(calendar: WorkingCalendar) -> str:
    """« du lundi au vendredi », or the days one by one."""
    worked = sorted(calendar.weekdays)
    names = [str(WEEKDAYS[day]) for day in worked]
    in_a_row = worked == list(range(worked[0], worked[-1] + 1))
    if in_a_row and len(worked) > 2:
        return _("du %(first)s au %(last)s") % {"first": names[0], "last": names[-1]}
    return ", ".join(names)
