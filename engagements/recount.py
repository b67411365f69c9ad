"""Recounting stale cells from the raw rows: idempotent, set-based, safe to kill at any moment.

One worker at a time per organisation (an advisory lock taken before the rows are read), so that of
two recounts of a cell the later one always stands.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from engagements.models import StaleTally

BATCH = 5_000
LOCK_FAMILY = 0x4D61  # "Ma": the first key of the advisory locks of this module

CLAIM = """
    -- Materialized: a plan that reads the marks twice would claim twice as many.
    WITH claimed AS MATERIALIZED (
        SELECT id FROM engagements_staletally WHERE organisation_id = %(organisation)s
        ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
    )
    DELETE FROM engagements_staletally s USING claimed WHERE s.id = claimed.id
    RETURNING s.service_id, s.channel, s.nature, s.received_on
"""
CELLS = """unnest(
    %(services)s::bigint[], %(channels)s::text[], %(natures)s::text[], %(days)s::date[]
) AS cell(service_id, channel, nature, received_on)"""
FORGET = f"""
    DELETE FROM engagements_tally t USING {CELLS}
    WHERE t.organisation_id = %(organisation)s AND t.service_id = cell.service_id
      AND t.channel = cell.channel AND t.nature = cell.nature AND t.received_on = cell.received_on
"""

# Every measure of every demande in `source`, whose alias is `d`. A delay is one subtraction of two
# running counts; an announced date that was kept, or beaten, is a delay of 0.
HISTOGRAM = """
    SELECT d.organisation_id, d.service_id, d.channel, d.nature, d.received_on,
           m.measure, m.value::smallint AS value, count(*) AS count
    FROM {source}
    JOIN directory_service s ON s.id = d.service_id
    JOIN directory_workingday received
        ON received.calendar_id = s.calendar_id AND received.day = d.received_on
    LEFT JOIN directory_workingday first_stop
        ON first_stop.calendar_id = s.calendar_id
       AND first_stop.day = LEAST(d.first_reply_on, d.closed_on)
    LEFT JOIN directory_workingday merits_stop
        ON merits_stop.calendar_id = s.calendar_id
       AND merits_stop.day = LEAST(d.merits_on, d.closed_on)
    LEFT JOIN directory_workingday announced
        ON announced.calendar_id = s.calendar_id AND announced.day = d.announced_on
    CROSS JOIN LATERAL (VALUES
        ('first_reply', first_stop.count - received.count, true),
        ('merits', merits_stop.count - received.count, true),
        ('announced', merits_stop.count - LEAST(announced.count, merits_stop.count),
            d.announced_on IS NOT NULL)
    ) AS m(measure, value, applies)
    WHERE d.organisation_id = %(organisation)s AND m.applies
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
STALE_DEMANDES = f"""{CELLS} JOIN contacts_demande d
    ON d.service_id = cell.service_id AND d.channel = cell.channel
   AND d.nature = cell.nature AND d.received_on = cell.received_on"""
COUNT = f"""
    INSERT INTO engagements_tally
        (organisation_id, service_id, channel, nature, received_on, measure, value, count)
    {HISTOGRAM.format(source=STALE_DEMANDES)}
"""

DIFFERENCES = f"""
    WITH wanted AS ({HISTOGRAM.format(source="contacts_demande d")})
    SELECT service_id, channel, nature, received_on, measure, value,
           COALESCE(t.count, 0) AS stored, COALESCE(w.count, 0) AS wanted
    FROM (SELECT service_id, channel, nature, received_on, measure, COALESCE(value, -1) AS value,
                 count FROM engagements_tally WHERE organisation_id = %(organisation)s) t
    FULL JOIN (SELECT service_id, channel, nature, received_on, measure,
                      COALESCE(value, -1::smallint) AS value, count FROM wanted) w
        USING (service_id, channel, nature, received_on, measure, value)
    WHERE t.count IS DISTINCT FROM w.count
    ORDER BY 1, 2, 3, 4, 5, 6
"""


@transaction.atomic
def recount_batch(organisation_id: int, *, batch: int = BATCH) -> int:
    """Recount up to `batch` marks of one organisation; returns how many marks were cleared.

    0 means that none is left, or that another worker is at it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_FAMILY, organisation_id % 2**31]
        )
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(CLAIM, {"organisation": organisation_id, "batch": batch})
        marks = cursor.fetchall()
        cells = sorted(set(marks))
        if cells:
            services, channels, natures, days = zip(*cells, strict=True)
            params: dict[str, Any] = {
                "organisation": organisation_id,
                "services": list(services),
                "channels": list(channels),
                "natures": list(natures),
                "days": list(days),
            }
            cursor.execute(FORGET, params)
            cursor.execute(COUNT, params)
        return len(marks)


def recount_stale(*, batch: int = BATCH) -> int:
    """Recount until nothing is stale that another worker does not already hold."""
    total = 0
    waiting = StaleTally.objects.order_by().values_list("organisation_id", flat=True).distinct()
    for organisation_id in list(waiting):
        while cleared := recount_batch(organisation_id, batch=batch):
            total += cleared
    return total


def settle_after_load(*, batch: int = BATCH) -> int:
    """Recount what a load made stale, once the planner knows the tables it filled.

    A figure read before that is right, but counting many stale cells without statistics can take a
    plan that compares every cell with every demande.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE contacts_demande, contacts_reply, engagements_staletally")
    cleared = recount_stale(batch=batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE engagements_tally")
    return cleared


@dataclass(frozen=True)
class Difference:
    """A stored count that is not what the raw rows say; `value` -1 stands for "not stopped"."""

    service_id: int
    channel: str
    nature: str
    received_on: date
    measure: str
    value: int
    stored: int
    wanted: int


def differences(organisation_id: int) -> list[Difference]:
    """Stored tallies against a full count; empty when no cell is stale and all is right."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES, {"organisation": organisation_id})
        return [Difference(*row) for row in cursor.fetchall()]
