"""Working days: the rule that classifies a day, the stored running count, and what reads it.

Counting rules 2, 3 and 16. The table covers 2000-01-01 to ten full years after the current one;
a date outside it is refused with a clear error, never guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import accumulate
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from directory.enums import DayKind
from directory.holidays import public_holidays
from directory.models import WorkingCalendar, WorkingDay
from directory.worktime.days import DayRange, WorkedDays

FIRST_DAY = date(2000, 1, 1)
YEARS_AHEAD = 10
ONE_DAY = timedelta(days=1)


class DayOutOfCalendar(ValueError):
    """The date is before 2000 or beyond the stored running count."""


def last_day(today: date) -> date:
    return date(today.year + YEARS_AHEAD, 12, 31)


@dataclass(frozen=True)
class DayRule:
    """A calendar as a function of the day; exceptional openings win over everything."""

    territory: str
    weekdays: frozenset[int]
    closings: tuple[tuple[date, date, str], ...]
    openings: dict[date, str]

    @classmethod
    def of(cls, calendar: WorkingCalendar) -> "DayRule":
        own = Q(organisation=calendar.organisation_id)
        return cls(
            territory=calendar.territory,
            weekdays=calendar.weekdays,
            closings=tuple(
                calendar.closings.filter(own).values_list("first_day", "last_day", "label")
            ),
            openings=dict(calendar.openings.filter(own).values_list("day", "label")),
        )

    def classify(self, day: date) -> tuple[DayKind, str]:
        """Kind of a day and its particular name (holiday, closing), empty when it has none."""
        if day in self.openings:
            return DayKind.OPENING, self.openings[day]
        if day.weekday() not in self.weekdays:
            return DayKind.WEEKEND, ""
        holiday = public_holidays(self.territory, day.year).get(day)
        if holiday:
            return DayKind.HOLIDAY, holiday
        for first, last, label in self.closings:
            if first <= day <= last:
                return DayKind.CLOSING, label
        return DayKind.WORKING, ""

    def worked_days(self) -> WorkedDays:
        """The same days as arithmetic, at any date."""
        return WorkedDays(
            self.weekdays,
            openings=frozenset(self.openings),
            closings=tuple(DayRange(first, last) for first, last, _label in self.closings),
            holidays=partial(public_holidays, self.territory),
        )


def days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + offset * ONE_DAY


@transaction.atomic
def rebuild(calendar: WorkingCalendar, *, today: date) -> None:
    """Write the running count of a calendar; rows that are already right are not touched.

    Runs after every change of the calendar and once a year to look ten years ahead. The statement
    triggers of the figures see exactly the days whose nature changed.
    """
    WorkingCalendar.objects.select_for_update().get(pk=calendar.pk)
    rule = DayRule.of(calendar)
    flags = [rule.classify(day)[0].counts for day in days(FIRST_DAY, last_day(today))]
    wanted: dict[str, Any] = {
        "calendar": calendar.pk,
        "first": FIRST_DAY,
        "last": last_day(today),
        # As text: 13,000 literals would take longer to read than to count.
        "counts": f"{{{','.join(map(str, accumulate(map(int, flags))))}}}",
        "flags": bytes(flags),
    }
    with connection.cursor() as cursor:
        cursor.execute(CORRECT_COUNTS, wanted)
        cursor.execute(ADD_MISSING_DAYS, wanted)


# Looked up by position and never joined: a planner that has not seen the table's statistics yet
# would compare every day with every other.
CORRECT_COUNTS = """
    UPDATE directory_workingday SET
        count = (%(counts)s::int[])[day - %(first)s::date + 1],
        is_working = get_byte(%(flags)s, day - %(first)s::date) = 1
    WHERE calendar_id = %(calendar)s AND day BETWEEN %(first)s AND %(last)s AND (
        count <> (%(counts)s::int[])[day - %(first)s::date + 1]
        OR is_working <> (get_byte(%(flags)s, day - %(first)s::date) = 1)
    )
"""
ADD_MISSING_DAYS = """
    INSERT INTO directory_workingday (calendar_id, day, count, is_working)
    SELECT %(calendar)s, %(first)s::date + (i - 1)::int, count, get_byte(%(flags)s, i::int - 1) = 1
    FROM unnest(%(counts)s::int[]) WITH ORDINALITY AS given(count, i)
    ON CONFLICT (calendar_id, day) DO NOTHING
"""


def running_count(calendar: WorkingCalendar, day: date) -> int:
    count = WorkingDay.objects.filter(calendar=calendar, day=day).values_list("count", flat=True)
    found = count.first()
    if found is None:
        raise DayOutOfCalendar(
            _("Le calendrier « %(calendar)s » ne couvre pas le %(day)s.")
            % {"calendar": calendar, "day": day.strftime("%d/%m/%Y")}
        )
    return found


def working_days_between(calendar: WorkingCalendar, start: date, end: date) -> int:
    """Working days in ]start, end]; negative when `end` precedes `start`."""
    return running_count(calendar, end) - running_count(calendar, start)


def nth_working_day(calendar: WorkingCalendar, start: date, n: int) -> date:
    """The Nth working day after `start`, itself for n = 0 (counting rule 3)."""
    if n == 0:
        return start
    target = running_count(calendar, start) + n
    found = (
        WorkingDay.objects.filter(calendar=calendar, count=target, is_working=True)
        .values_list("day", flat=True)
        .first()
    )
    if found is None:
        raise DayOutOfCalendar(
            _("Le calendrier « %(calendar)s » s’arrête avant %(n)s jours ouvrés.")
            % {"calendar": calendar, "n": n}
        )
    return found


@dataclass(frozen=True)
class CountedDay:
    """One line of "how this delay was counted": `number` is null for a day that does not count."""

    day: date
    kind: DayKind
    label: str
    number: int | None
    is_receipt: bool


def count_day_by_day(calendar: WorkingCalendar, received: date, until: date) -> list[CountedDay]:
    return list(counted_days(DayRule.of(calendar), received, until))


def counted_days(rule: DayRule, received: date, until: date) -> Iterator[CountedDay]:
    """Every day of [received, until] with its number in the delay; the day of receipt has none."""
    number = 0
    for day in days(received, until):
        kind, label = rule.classify(day)
        is_receipt = day == received
        counts = kind.counts and not is_receipt
        number += counts
        yield CountedDay(day, kind, label, number if counts else None, is_receipt)
