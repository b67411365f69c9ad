"""Counting everything again from the raw rows, month by month, while the product is in use.

Each month is one transaction that leaves its stored distributions equal to the rows; a dashboard
read meanwhile sees the month before or after, both right. What was neither right nor marked stale
is a difference, and a difference is an incident.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Func, Value
from django.utils import timezone

from directory.models import Organisation
from engagements.distributions import Month
from engagements.models import Rebuilding
from engagements.recount import holding
from engagements.settling import Difference, report, settle_month
from jobs.periodic import alone


def differences(organisation_id: int) -> list[Difference]:
    """Stored distributions against a full count, the first of each month; writes nothing."""
    found: list[Difference] = []
    for month in months_of(organisation_id):
        with transaction.atomic():
            found += settle_month(month, repair=False).named
    return found


# --- A whole organisation -----------------------------------------------------------------------
SPAN = """
    SELECT min(first), max(last) FROM (
        SELECT min(received_on) AS first, max(received_on) AS last FROM contacts_demande
        WHERE organisation_id = %(organisation)s
        UNION ALL SELECT min(month), max(month) FROM engagements_monthtally
        WHERE organisation_id = %(organisation)s
        UNION ALL SELECT min(received_on), max(received_on) FROM engagements_daytally
        WHERE organisation_id = %(organisation)s
        UNION ALL SELECT min(received_on), max(received_on) FROM engagements_staletally
        WHERE organisation_id = %(organisation)s
    ) AS spans
"""


def months_of(organisation_id: int) -> list[Month]:
    """Every month that has a demande, a distribution or a mark, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(SPAN, {"organisation": organisation_id})
        first, last = cursor.fetchone()
    months: list[Month] = []
    while first and last >= first:
        months.append(Month(organisation_id, last.replace(day=1)))
        last = last.replace(day=1) - timedelta(days=1)
    return months


class RebuildingElsewhere(Exception):
    """Another process is rebuilding this organisation."""


def rebuild(
    organisation: Organisation,
    *,
    jobs: int = 1,
    until: datetime | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Rebuilding:
    """Settle every month, or what a stopped rebuild had left; `finished_at` is null when `until`
    came first.

    `jobs` months are counted at once, each on its own connection. `progress` is told the months
    done and their total. Raises `RebuildingElsewhere`.
    """
    with alone(f"rebuild {organisation.pk}") as ours:
        if not ours:
            raise RebuildingElsewhere
        return _rebuild(organisation, jobs, until, progress)


def forget_progress(organisation: Organisation) -> None:
    """The next rebuild begins again from the latest month."""
    Rebuilding.objects.filter(organisation=organisation, finished_at=None).update(done=[])


def _rebuild(
    organisation: Organisation,
    jobs: int,
    until: datetime | None,
    progress: Callable[[int, int], None],
) -> Rebuilding:
    state, _new = Rebuilding.objects.get_or_create(organisation=organisation, finished_at=None)
    with connection.cursor() as cursor:
        # Small tables change too seldom for the server to look at them by itself.
        cursor.execute("ANALYZE directory_service, directory_motif, directory_workingday")
    months = months_of(organisation.pk)
    left = [month for month in months if month.first not in set(state.done)]
    done = len(months) - len(left)
    progress(done, len(months))
    for _month in _each_done(left, state.pk, jobs=jobs, until=until):
        done += 1
        progress(done, len(months))
    state.refresh_from_db()
    if done == len(months):
        state.finished_at = timezone.now()
        state.save(update_fields=["finished_at"])
    return state


def _each_done(
    months: Sequence[Month], state: int, *, jobs: int, until: datetime | None
) -> Iterator[Month]:
    if jobs == 1:
        for month in months:
            if until and timezone.now() >= until:
                return
            _rebuild_month(month, state)
            yield month
        return

    def work(month: Month) -> Month:
        with closing(connection):
            _rebuild_month(month, state)
        return month

    with ThreadPoolExecutor(jobs) as pool:
        try:
            for future in as_completed([pool.submit(work, month) for month in months]):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _rebuild_month(month: Month, state: int) -> None:
    with holding(month, wait=True), transaction.atomic():
        found = settle_month(month)
        report(month, found)
        Rebuilding.objects.filter(pk=state).update(
            done=Func(F("done"), Value(month.first), function="array_append"),
            differences=F("differences") + found.count,
        )
