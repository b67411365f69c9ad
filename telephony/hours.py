"""Whether a call came during the opening hours of the service it reached (counting rule 9)."""

from datetime import date, datetime, timedelta
from functools import cached_property

from directory.models import WorkingCalendar
from directory.opening_hours import schedule_of
from directory.worktime.clock import Period
from directory.worktime.schedule import Schedule
from telephony.enums import HoursBasis

ONE_DAY = timedelta(days=1)


class Hours:
    """A calendar asked many times: the openings of a day are worked out once.

    A calendar without opening hours is judged by its working days: a call of a working day is in
    hours at any time of day, and says that it was judged so (decision 0010).
    """

    def __init__(self, calendar: WorkingCalendar) -> None:
        self.calendar = calendar
        self.zone = calendar.zone
        self._openings: dict[date, list[Period]] = {}

    @cached_property
    def schedule(self) -> Schedule:
        return schedule_of(self.calendar)

    @cached_property
    def basis(self) -> HoursBasis:
        has_hours = any(self.schedule.week.values()) or any(self.schedule.shifts.values())
        return HoursBasis.HOURS if has_hours else HoursBasis.DAY

    def are_on(self, at: datetime) -> bool:
        day = at.astimezone(self.zone).date()
        if self.basis == HoursBasis.DAY:
            return self.schedule.is_working_day(day)
        # As `Schedule.is_open`: hours begun up to two days before may still cover the instant.
        near = (day - offset * ONE_DAY for offset in (0, 1, 2, -1))
        return any(start <= at < end for one in near for start, end in self._of(one))

    def _of(self, day: date) -> list[Period]:
        if day not in self._openings:
            self._openings[day] = self.schedule.openings_of(day)
        return self._openings[day]
