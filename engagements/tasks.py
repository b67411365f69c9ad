"""Clock jobs of the indicators; the rows say what is due, a message only wakes a worker."""

from celery import shared_task

from engagements.recount import recount_stale


@shared_task
def recount_stale_tallies() -> int:
    return recount_stale()
