"""Periodic work of the contacts app."""

from celery import shared_task

from contacts.targets import refresh_open_demandes
from directory.models import Organisation


@shared_task
def refresh_due_dates() -> int:
    """Deadlines of open demandes against the targets in force; returns how many were mended."""
    return sum(refresh_open_demandes(organisation) for organisation in Organisation.objects.all())
