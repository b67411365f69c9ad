"""Periodic work of the annuaire."""

from celery import shared_task
from django.utils import timezone

from directory import workdays
from directory.models import WorkingCalendar


@shared_task
def extend_working_days() -> int:
    """Keep every running count ten full years ahead; returns the number of calendars looked at."""
    today = timezone.localdate()
    calendars = WorkingCalendar.objects.order_by("pk")
    for calendar in calendars:
        workdays.rebuild(calendar, today=today)
    return len(calendars)
