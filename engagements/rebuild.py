"""Counting everything again from the raw rows, month by month, while the product is in use.

Each month is one transaction that leaves its stored distributions equal to the rows; a dashboard
read meanwhile sees the month before or after, both right. What was neither right nor marked stale
is a difference, and a difference is an incident.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Func, Value
from django.db.models.functions import Now
from django.utils import timezone

from directory.models import Organisation
from engagements.distributions import (
    ALL_DAYS,
    ALL_DEMANDES,
    ALL_MONTHS,
    COLUMNS,
    MONTHS,
    ROLL_UPS,
    Month,
    days_from,
)
from engagements.models import Incident, IncidentKind, Rebuilding
from engagements.models.tally import ALL_FAMILIES
from engagements.recount import holding
from jobs.periodic import alone

# An incident names this many of its cells, and counts them all.
NAMED = 100


@dataclass(frozen=True)
class Stored:
    """Rows of a month in a table of distributions, and the marks that excuse one of them."""

    table: str
    day: str
    rows: str
    excused_by: str
    more: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        return ("service_id", "channel", "nature", "family", self.day, "measure")

    @property
    def content(self) -> tuple[str, ...]:
        return ("values", "cumulative", *self.more)

    @property
    def columns(self) -> str:
        return ", ".join((COLUMNS, self.day, *self.more))

    @property
    def mine(self) -> str:
        return f"organisation_id = %(organisation)s AND {self.rows}"


DAY = Stored(
    table="engagements_daytally",
    day="received_on",
    rows="received_on BETWEEN %(month)s AND %(month_end)s",
    excused_by="service_id, channel, nature, family, received_on",
    more=("open",),
)
MONTH = Stored(
    table="engagements_monthtally",
    day="month",
    rows=f"month = %(month)s AND family <> {ALL_FAMILIES}",
    excused_by="service_id, channel",
)
ROLL_UP = Stored(
    table="engagements_monthtally",
    day="month",
    rows=f"month = %(month)s AND family = {ALL_FAMILIES}",
    excused_by="service_id, channel",
)
# Each step reads what the one before has settled.
STEPS = (
    (DAY, days_from(ALL_DEMANDES)),
    (MONTH, MONTHS.format(source=ALL_DAYS)),
    (ROLL_UP, ROLL_UPS.format(source=ALL_MONTHS)),
)


@dataclass(frozen=True)
class Difference:
    """A stored distribution that is not what the rows say; null where there is no row at all."""

    table: str
    service_id: int
    channel: str
    nature: str
    family: int
    on: date
    measure: str
    stored: list[Any] | None
    wanted: list[Any] | None


@dataclass
class Settled:
    """How many distributions of a month were wrong though unmarked; the first of them named."""

    count: int = 0
    named: list[Difference] = field(default_factory=list)


# --- One month ----------------------------------------------------------------------------------
def settle_month(month: Month, *, repair: bool = True) -> Settled:
    """Make the stored month equal to its rows, in the caller's transaction; the month is held.

    Returns what differed though no mark said so. Without `repair` nothing is written.
    """
    found = Settled()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off")
        # The marks seen before the rows are counted: one that comes later stays.
        cursor.execute(
            """DROP TABLE IF EXISTS known;
            CREATE TEMPORARY TABLE known ON COMMIT DROP AS
            SELECT id FROM engagements_staletally WHERE organisation_id = %(organisation)s
            AND received_on BETWEEN %(month)s AND %(month_end)s""",
            month.params,
        )
        for stored, wanted in STEPS:
            _settle(cursor, month, stored, wanted, found, repair=repair)
        if repair:
            cursor.execute("DELETE FROM engagements_staletally s USING known WHERE s.id = known.id")
    return found


def _settle(
    cursor: Any, month: Month, stored: Stored, wanted: str, found: Settled, *, repair: bool
) -> None:
    key, columns = ", ".join(stored.key), stored.columns
    cursor.execute(
        f"""DROP TABLE IF EXISTS wanted, differing;
        CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS {wanted};
        CREATE TEMPORARY TABLE differing ON COMMIT DROP AS
        SELECT {key} FROM (SELECT {columns} FROM {stored.table} WHERE {stored.mine}) s
        FULL JOIN wanted w USING ({key})
        WHERE ({_of("s", stored.content)}) IS DISTINCT FROM ({_of("w", stored.content)})""",
        month.params,
    )
    _tell(cursor, month, stored, found)
    if repair:
        cursor.execute(
            f"""DELETE FROM {stored.table} t USING differing d
            WHERE t.organisation_id = %(organisation)s AND ({_of("t", stored.key)})
                = ({_of("d", stored.key)});
            INSERT INTO {stored.table} ({columns})
            SELECT {columns} FROM wanted JOIN differing USING ({key})""",
            month.params,
        )


def _of(alias: str, columns: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


def _tell(cursor: Any, month: Month, stored: Stored, found: Settled) -> None:
    """Add the differences that no mark excuses; a mark committed since the count does too."""
    key, named = ", ".join(stored.key), _of("d", stored.key)
    cursor.execute(
        f"""WITH unexcused AS MATERIALIZED (
            -- NOT IN, hashed whatever the planner thinks of a table made a moment ago.
            SELECT * FROM differing WHERE ({stored.excused_by}) NOT IN (
                SELECT {stored.excused_by} FROM engagements_staletally
                WHERE organisation_id = %(organisation)s
                  AND received_on BETWEEN %(month)s AND %(month_end)s
            )
        )
        SELECT (SELECT count(*) FROM unexcused), {named},
            (SELECT jsonb_build_array({_of("t", stored.content)}) FROM {stored.table} t
             WHERE t.organisation_id = %(organisation)s
               AND ({_of("t", stored.key)}) = ({named})),
            (SELECT jsonb_build_array({_of("w", stored.content)}) FROM wanted w
             WHERE ({_of("w", stored.key)}) = ({named}))
        FROM (SELECT * FROM unexcused ORDER BY {key} LIMIT {NAMED}) d""",
        month.params,
    )
    rows = cursor.fetchall()
    if rows:
        found.count += rows[0][0]
        found.named += [
            Difference(stored.table, *where, *(text and json.loads(text) for text in contents))
            for _count, *where, contents in ((*row[:-2], row[-2:]) for row in rows)
        ][: NAMED - len(found.named)]


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
        if found.count:
            Incident.objects.create(
                organisation_id=month.organisation_id,
                kind=IncidentKind.DIFFERENCE,
                repaired_at=Now(),
                cells=found.count,
                details={"month": month.first, "named": [vars(one) for one in found.named]},
            )
        Rebuilding.objects.filter(pk=state).update(
            done=Func(F("done"), Value(month.first), function="array_append"),
            differences=F("differences") + found.count,
        )
