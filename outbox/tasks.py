"""Periodic work of the outbox: sending what is due, and emptying what is over."""

from datetime import datetime, time, timedelta
from time import monotonic

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from directory.models import Organisation
from jobs.dueness import Nightly
from jobs.periodic import run_if_due
from outbox.actions import purge_over
from outbox.sending import organisations_with_mail, send_batch

# Well under the limit of a task: the next wake-up goes on.
SECONDS_A_WAKE_UP = 120.0


@shared_task
def send_due() -> int:
    """Send what is due, a batch an organisation in turn, until nothing is; returns how many rows
    were tried. Workers that are woken together share the rows."""
    tried, end = 0, monotonic() + SECONDS_A_WAKE_UP
    while monotonic() < end:
        this_round = 0
        for organisation in organisations_with_mail(at=timezone.now()):
            claimed = send_batch(organisation, now=timezone.now())
            if claimed is None:
                return tried
            this_round += claimed
        if not this_round:
            break
        tried += this_round
    return tried


@shared_task
def purge() -> int | None:
    """Empty the messages that are over, once a night; null when it was not due."""
    return run_if_due("purge_outbox", Nightly(time(1, 0)), _purge, now=timezone.now())


def _purge(_last_success: datetime | None) -> int:
    now = timezone.now()
    before = now - timedelta(days=settings.OUTBOX_KEEP_DAYS)
    return sum(purge_over(each, before=before, now=now) for each in Organisation.objects.all())
