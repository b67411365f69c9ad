"""Periodic work of the annuaire."""

from datetime import datetime, time

from celery import shared_task
from django.utils import timezone

from directory import workdays
from directory.models import WorkingCalendar
from jobs.dueness import Nightly
from jobs.periodic import run_if_due


@shared_task
def extend_working_days() -> int | None:
    """Keep every running count ten full years ahead, once a night.

    Returns the number of calendars looked at, null when it was not due.
    """
    return run_if_due("extend_working_days", Nightly(time(0, 5)), _extend, now=timezone.now())


def _extend(_last_success: datetime | None) -> int:
    today = timezone.localdate()
    calendars = WorkingCalendar.objects.order_by("pk")
    for calendar in calendars:
        workdays.rebuild(calendar, today=today)
    return len(calendars)
