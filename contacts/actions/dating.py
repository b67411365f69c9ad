"""Instants for what is dated to a day alone."""

from datetime import date, datetime, time, timedelta

from directory.models import WorkingCalendar

ONE_DAY = timedelta(days=1)


def start_of(day: date, calendar: WorkingCalendar) -> datetime:
    return datetime.combine(day, time.min, tzinfo=calendar.zone)


def instant_on(day: date, calendar: WorkingCalendar, *, after: datetime, now: datetime) -> datetime:
    """An instant for something dated to the day: now for today, else the end of that day.

    A day to come gives an instant to come, which every action refuses.
    """
    today = calendar.day_of(now)
    if day >= today:
        return now if day == today else now + ONE_DAY
    end = start_of(day + ONE_DAY, calendar) - timedelta(seconds=1)
    return max(after, end) if calendar.day_of(after) == day else end
