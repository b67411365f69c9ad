"""Verbs of the annuaire: each is one transaction, and leaves the running counts right."""

from datetime import date
from typing import Any

from django.db import transaction

from directory import workdays
from directory.enums import Territory, time_zone_of
from directory.models import (
    Closing,
    ExceptionalOpening,
    Organisation,
    WorkingCalendar,
)


@transaction.atomic
def open_calendar(
    organisation: Organisation, *, name: str, territory: str, today: date, **fields: Any
) -> WorkingCalendar:
    """Create a calendar (Monday to Friday unless `weekday_mask` says otherwise) and count its days."""
    calendar = WorkingCalendar(
        organisation=organisation,
        name=name,
        territory=Territory(territory),
        **{"time_zone": time_zone_of(territory), **fields},
    )
    calendar.full_clean()
    calendar.save()
    workdays.rebuild(calendar, today=today)
    return calendar


@transaction.atomic
def change_calendar(calendar: WorkingCalendar, *, today: date) -> None:
    """Save changed weekdays, territory or name, and recount."""
    calendar.full_clean()
    calendar.save()
    workdays.rebuild(calendar, today=today)


@transaction.atomic
def close_days(
    calendar: WorkingCalendar, *, first: date, last: date, label: str, today: date
) -> Closing:
    closing = Closing(
        organisation=calendar.organisation,
        calendar=calendar,
        first_day=first,
        last_day=last,
        label=label,
    )
    closing.full_clean()
    closing.save()
    workdays.rebuild(calendar, today=today)
    return closing


@transaction.atomic
def open_day(
    calendar: WorkingCalendar, *, day: date, label: str, today: date
) -> ExceptionalOpening:
    opening = ExceptionalOpening(
        organisation=calendar.organisation, calendar=calendar, day=day, label=label
    )
    opening.full_clean()
    opening.save()
    workdays.rebuild(calendar, today=today)
    return opening


@transaction.atomic
def cancel_exception(exception: Closing | ExceptionalOpening, *, today: date) -> None:
    """Remove a closing or an exceptional opening, and recount."""
    calendar = exception.calendar
    exception.delete()
    workdays.rebuild(calendar, today=today)
