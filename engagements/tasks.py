"""Clock jobs of the indicators; the rows say what is due, a message only wakes a worker."""

from datetime import date, datetime, time, timedelta

from celery import shared_task
from django.utils import timezone

from directory.models import Organisation
from directory.workdays import FIRST_DAY
from engagements.models import Rebuilding
from engagements.rebuild import RebuildingElsewhere, rebuild
from engagements.recount import close_incidents, recount_stale
from engagements.repeats import count_repeats
from jobs.dueness import Every, Nightly
from jobs.periodic import Unfinished, note_success, run_if_due

# Who was compared this recently was compared this night.
THIS_NIGHT = timedelta(hours=12)
# Well within the ten minutes of a task: what is left waits for the next wake-up.
COMPARISON_LASTS = timedelta(minutes=6)
HOUR = timedelta(hours=1)
# What is logged late is rarely older; the night counts the rest.
RECENT = timedelta(days=62)


@shared_task
def recount_stale_tallies() -> int:
    """Recount what is stale; several workers share the months between them."""
    cleared = recount_stale()
    close_incidents()
    note_success("recount_stale_tallies", now=timezone.now())
    return cleared


@shared_task
def compare_tallies() -> int | None:
    """Hold every stored figure against its rows, once a night; null when it was not due.

    Returns how many distributions were wrong: each is an incident, and is mended.
    """
    return run_if_due("compare_tallies", Nightly(time(2, 30)), _compare, now=timezone.now())


@shared_task
def count_recent_repeats() -> int | None:
    """Repeat contacts of the last weeks, every hour; null when it was not due."""
    return run_if_due("count_recent_repeats", Every(HOUR), _count_recent, now=timezone.now())


@shared_task
def count_all_repeats() -> int | None:
    """Repeat contacts of all days, once a night: motifs change and persons are merged."""
    rule = Nightly(time(1, 15))
    return run_if_due("count_all_repeats", rule, _count_all, now=timezone.now())


def _count_recent(_last_success: datetime | None) -> int:
    today = timezone.now().date()
    return _count(today - RECENT, today + timedelta(days=1))


def _count_all(_last_success: datetime | None) -> int:
    return _count(FIRST_DAY, timezone.now().date() + timedelta(days=1))


def _count(first: date, last: date) -> int:
    organisations = Organisation.objects.all()
    for organisation in organisations:
        count_repeats(organisation, first=first, last=last)
    return len(organisations)


def _compare(_last_success: datetime | None) -> int:
    until, wrong = timezone.now() + COMPARISON_LASTS, 0
    done = Rebuilding.objects.filter(finished_at__gt=timezone.now() - THIS_NIGHT)
    for organisation in Organisation.objects.exclude(pk__in=done.values("organisation")):
        try:
            state = rebuild(organisation, until=until)
        except RebuildingElsewhere:
            raise Unfinished from None
        if state.finished_at is None:
            raise Unfinished
        wrong += state.differences
    return wrong
