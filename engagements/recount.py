"""Recounting stale cells from the raw rows: idempotent, set-based, safe to kill at any moment.

The unit of work is a month of an organisation. One process at a time holds it, and holds no other:
workers never wait for each other in a ring, and of two recounts of a cell the later one stands.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import date

from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now, TruncMonth
from django.utils.translation import gettext as _

from directory.models import Organisation
from engagements.distributions import CellKey, Month
from engagements.models import Incident, IncidentKind, StaleTally
from engagements.settling import report, settle_month
from jobs.locks import held

BATCH = 5_000
# From this many marks on, counting their whole month costs less than counting them one by one.
WHOLE_MONTH = 2_000
# A mark whose recount was begun this often without an end is recounted among few others…
AMONG_FEW_AFTER, FEW = 2, 64
# … then alone…
ALONE_AFTER = 3
# … and this often, set aside for a human.
SET_ASIDE_AFTER = 5
LOCK_FAMILY = 0x4D61  # "Ma": the high bits of the advisory locks of this module


def holding(month: Month, *, wait: bool = False) -> AbstractContextManager[bool]:
    """True when this process holds the month; without `wait`, false when another one does."""
    organisation = month.organisation_id % 2**31
    return held(LOCK_FAMILY << 48 | organisation << 16 | _month_number(month.first), wait=wait)


def _month_number(first: date) -> int:
    return first.year * 12 + first.month


@dataclass(frozen=True)
class Mark:
    """A stale cell as claimed; `attempts` counts this one."""

    pk: int
    attempts: int
    cell: CellKey


# Attempts are written before the work, in a transaction of their own: a mark that kills its worker
# is counted too. Nobody else claims marks of this month meanwhile: it is held.
CLAIM = """
    UPDATE engagements_staletally s SET attempts = s.attempts + 1
    FROM (
        SELECT id FROM engagements_staletally
        WHERE organisation_id = %(organisation)s AND set_aside_at IS NULL
          AND received_on BETWEEN %(month)s AND %(month_end)s
          AND attempts BETWEEN %(fewest)s AND %(most)s
        ORDER BY attempts, id LIMIT %(batch)s
    ) claimed
    WHERE s.id = claimed.id
    RETURNING s.id, s.attempts, s.service_id, s.channel, s.nature, s.family, s.received_on
"""
MANY = 32_767


def recount_stale(*, batch: int = BATCH) -> int:
    """Recount until nothing is stale that another process does not already hold.

    Returns how many marks were cleared. The latest months come first: they are looked at most.
    """
    return sum(recount_month(month, batch=batch) for month in stale_months())


def stale_months() -> list[Month]:
    waiting = (
        StaleTally.objects.filter(set_aside_at=None)
        .annotate(month=TruncMonth("received_on"))
        .order_by("-month", "organisation_id")
        .values_list("organisation_id", "month")
        .distinct()
    )
    return [Month(organisation_id, first) for organisation_id, first in waiting]


def recount_month(month: Month, *, batch: int = BATCH) -> int:
    """Recount what is stale in a month; 0 when another process is at it."""
    total = 0
    with holding(month) as ours:
        while ours and (cleared := recount_batch(month, batch=batch)):
            total += cleared
    return total


def recount_batch(month: Month, *, batch: int = BATCH) -> int:
    """Recount up to `batch` marks of a month that is held; returns how many were cleared."""
    marks = _claim(month, batch)
    if len(marks) >= WHOLE_MONTH and all(mark.attempts == 1 for mark in marks):
        # What fails there is looked for among the marks, by the next try.
        with suppress(DatabaseError), transaction.atomic():
            report(month, settle_month(month))
            return len(marks)
    return _settle(month, marks)


def _claim(month: Month, batch: int) -> list[Mark]:
    """New marks together; when there are none, fewer and fewer of those that failed before."""
    steps = (
        (0, AMONG_FEW_AFTER - 1, batch),
        (AMONG_FEW_AFTER, ALONE_AFTER - 1, min(FEW, batch)),
        (ALONE_AFTER, MANY, 1),
    )
    with connection.cursor() as cursor:
        for fewest, most, size in steps:
            limits = {"fewest": fewest, "most": most, "batch": size}
            cursor.execute(CLAIM, {**month.params, **limits})
            claimed = [Mark(pk, tries, tuple(cell)) for pk, tries, *cell in cursor.fetchall()]
            if claimed:
                return claimed
    return []


def _settle(month: Month, marks: Sequence[Mark]) -> int:
    """Recount these marks; what fails is halved until the one mark at fault is alone."""
    if not marks:
        return 0
    if marks[0].attempts > SET_ASIDE_AFTER:
        # Alone by now, and its earlier recounts ended their workers before they could say why.
        _set_aside(month, marks[0], _("Le décompte s’est interrompu sans message."))
        return 0
    try:
        with transaction.atomic():
            claimed = StaleTally.objects.filter(organisation_id=month.organisation_id)
            claimed.filter(pk__in=[mark.pk for mark in marks]).delete()
            month.recount(mark.cell for mark in marks)
    except DatabaseError as error:
        if not connection.is_usable():
            raise
        if len(marks) > 1:
            half = len(marks) // 2
            return _settle(month, marks[:half]) + _settle(month, marks[half:])
        if marks[0].attempts >= SET_ASIDE_AFTER:
            _set_aside(month, marks[0], str(error))
        return 0
    return len(marks)


@transaction.atomic
def _set_aside(month: Month, mark: Mark, reason: str) -> None:
    """Leave a mark to a human; the figures go on counting its cell from the raw rows."""
    service_id, channel, nature, family, received_on = mark.cell
    StaleTally.objects.filter(pk=mark.pk).update(set_aside_at=Now())
    Incident.objects.create(
        organisation_id=month.organisation_id,
        kind=IncidentKind.SET_ASIDE,
        cells=1,
        details={
            "mark": mark.pk,
            "cell": [service_id, channel, nature, family, received_on.isoformat()],
            "reason": reason,
        },
    )


def close_incidents() -> int:
    """Note as repaired what was set aside and has been recounted since; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE engagements_incident i SET repaired_at = now()
            WHERE i.kind = %s AND i.repaired_at IS NULL AND NOT EXISTS (
                SELECT FROM engagements_staletally s WHERE s.id = (i.details ->> 'mark')::bigint
            )""",
            [IncidentKind.SET_ASIDE],
        )
        return int(cursor.rowcount)


def try_again(organisation: Organisation) -> int:
    """Give what was set aside its tries back; returns how many marks."""
    aside = StaleTally.objects.filter(organisation=organisation, set_aside_at__isnull=False)
    return aside.update(set_aside_at=None, attempts=0)


def settle_after_load(*, batch: int = BATCH) -> int:
    """Recount what a load made stale, once the planner knows the tables it filled.

    A figure read before that is right, but counting many stale cells without statistics can take a
    plan that compares every cell with every demande.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE contacts_demande, contacts_reply, engagements_staletally")
    cleared = recount_stale(batch=batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE engagements_daytally, engagements_monthtally")
    return cleared
