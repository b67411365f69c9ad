"""Periodic work of the contacts app."""

from datetime import datetime, time

from celery import shared_task
from django.utils import timezone

from contacts.actions.merging_usagers import gather as gather_usagers
from contacts.attachments.scanning import scan_due
from contacts.attachments.sweeping import remove_orphans
from contacts.digest import write_digests_due
from contacts.merging import gather
from contacts.targets import refresh_open_demandes
from directory.models import Organisation
from jobs.dueness import Nightly
from jobs.periodic import run_if_due


@shared_task
def refresh_due_dates() -> int | None:
    """Deadlines of open demandes against the targets in force, once a night.

    What a merge of services or of usagers could not see is gathered first. Returns how many were
    mended, null when it was not due.
    """
    return run_if_due("refresh_due_dates", Nightly(time(0, 15)), _refresh, now=timezone.now())


def _refresh(_last_success: datetime | None) -> int:
    organisations = Organisation.objects.all()
    return sum(
        gather(each) + gather_usagers(each) + refresh_open_demandes(each) for each in organisations
    )


@shared_task
def write_digests() -> int:
    """The morning's mails that are due; returns how many were written."""
    return write_digests_due(now=timezone.now())


@shared_task
def scan_attachments() -> int:
    """Ask the antivirus about what waits; the web request never does. Returns how many answers."""
    return scan_due(now=timezone.now())


@shared_task
def remove_orphan_files() -> int | None:
    """Files of attachments that no row names, once a night; null when it was not due."""
    now = timezone.now()
    rule = Nightly(time(2, 30))
    return run_if_due("remove_orphan_files", rule, lambda _last: remove_orphans(now=now), now=now)
