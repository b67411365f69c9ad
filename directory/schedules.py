"""The schedules of many calendars at once: what `opening_hours.schedule_of` reads for one."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from directory.models import Closing, ExceptionalOpening, OpeningHours, WorkingCalendar
from directory.opening_hours import span_of
from directory.workdays import DayRule
from directory.worktime.schedule import Schedule, Spans

Shifts = dict[date, Spans]
Own = dict[str, Collection[int]]


@dataclass(frozen=True)
class Timetable:
    """When a calendar is open, and why a day is not an ordinary one."""

    schedule: Schedule
    rule: DayRule


def timetables_of(calendars: Iterable[WorkingCalendar]) -> dict[int, Timetable]:
    """By id of the calendar, in three statements however many they are."""
    known = {calendar.pk: calendar for calendar in calendars}
    own: Own = {
        "organisation__in": {calendar.organisation_id for calendar in known.values()},
        "calendar__in": set(known),
    }
    rules = _rules(known, own)
    weeks, shifts = _hours(own)
    return {
        pk: Timetable(
            Schedule(rules[pk].worked_days(), weeks[pk], calendar.zone, shifts=shifts[pk]),
            rules[pk],
        )
        for pk, calendar in known.items()
    }


def _rules(known: dict[int, WorkingCalendar], own: Own) -> dict[int, DayRule]:
    closings: dict[int, list[tuple[date, date, str]]] = defaultdict(list)
    for one in Closing.objects.filter(**own):
        closings[one.calendar_id].append((one.first_day, one.last_day, one.label))
    openings: dict[int, dict[date, str]] = defaultdict(dict)
    for opening in ExceptionalOpening.objects.filter(**own):
        openings[opening.calendar_id][opening.day] = opening.label
    return {
        pk: DayRule(one.territory, one.weekdays, tuple(closings[pk]), openings[pk])
        for pk, one in known.items()
    }


def _hours(own: Own) -> tuple[dict[int, dict[int, Spans]], dict[int, Shifts]]:
    """The hours of the weekdays, and those that replace them on a date."""
    weeks: dict[int, dict[int, Spans]] = defaultdict(dict)
    shifts: dict[int, Shifts] = defaultdict(dict)
    rows = OpeningHours.objects.filter(**own).order_by("opens").select_related("opening")
    for row in rows:
        span = span_of(row.opens, row.closes)
        if row.opening:
            day, dated = row.opening.day, shifts[row.calendar_id]
            dated[day] = (*dated.get(day, ()), span)
        elif row.weekday is not None:
            week = weeks[row.calendar_id]
            week[row.weekday] = (*week.get(row.weekday, ()), span)
    return weeks, shifts
