"""Local days and instants of the town as whole numbers: a life then costs no date arithmetic.

Day 0 is the base; an instant counts the seconds of local time since its midnight.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from directory.models import WorkingCalendar, WorkingDay

DAY = 86_400
HOUR = 3_600
MINUTE = 60


class Clock:
    """Names days and instants as PostgreSQL reads them, with the offset of each day."""

    def __init__(self, base: date, last: date, calendar: WorkingCalendar) -> None:
        self.base = base
        self.dates = [base + timedelta(days=n) for n in range((last - base).days + 1)]
        self.days = [day.isoformat() for day in self.dates]
        # Offsets are those of midday: clocks change before 5:00, when nothing happens in the town.
        self._offsets = [
            datetime.combine(day, time(12), tzinfo=calendar.zone).strftime("%z")
            for day in self.dates
        ]
        self._minutes = [f"{n // 60:02d}:{n % 60:02d}" for n in range(24 * 60)]
        # The rows of a demande share few instants.
        self.stamp = lru_cache(maxsize=1_000)(self._stamp)

    def index(self, day: date) -> int:
        return (day - self.base).days

    def _stamp(self, instant: int) -> str:
        day, seconds = divmod(instant, DAY)
        minute, second = divmod(seconds, MINUTE)
        return f"{self.days[day]} {self._minutes[minute]}:{second:02d}{self._offsets[day]}"


class WorkingDays:
    """The stored running count of a calendar over the days of the clock."""

    def __init__(self, calendar: WorkingCalendar, clock: Clock) -> None:
        stored = WorkingDay.objects.filter(
            calendar=calendar, day__range=(clock.dates[0], clock.dates[-1])
        ).order_by("day")
        rows = list(stored.values_list("count", "is_working"))
        before = rows[0][0] - rows[0][1]
        self.is_working = [working for _count, working in rows]
        self._count = [count - before for count, _working in rows]
        self._worked = [day for day, working in enumerate(self.is_working) if working]

    def nth(self, day: int, n: int) -> int:
        """As `directory.workdays.nth_working_day`: the day itself for 0."""
        return day if n == 0 else self._worked[self._count[day] + n - 1]

    def from_day(self, day: int) -> int:
        """The first working day from `day` on."""
        return day if self.is_working[day] else self.nth(day, 1)
