"""Repeat contacts (counting rule 18): counted from the contacts, read by service, month and motif.

A contact is a repeat when the same usager came on the same motif within the thirty calendar days
before. Items that were asked for are none; a contact of nobody, or without motif, is not counted.
What one writes today changes only days from thirty days back on, so that the job counts the
last weeks often, and everything once a night: motifs change, persons are merged.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from contacts.entry import REPEAT_DAYS
from contacts.enums import ContactKind, Direction
from contacts.statistics import Proportion
from directory.models import Organisation
from engagements.models import RepeatTally
from ui.figures import is_small

# A day is that of the service's own time zone: at most this far from the same day in UTC.
ZONE_DAYS = 1

COUNT = f"""
    INSERT INTO engagements_repeattally
        (organisation_id, service_id, day, motif_id, channel, contacts, repeats)
    WITH came AS (
        SELECT d.service_id, d.motif_id, d.usager_id, c.channel, c.at, c.id,
            (c.at AT TIME ZONE calendar.time_zone)::date AS day
        FROM contacts_contact c
        JOIN contacts_demande d
            ON d.id = c.demande_id AND d.organisation_id = %(organisation)s
        JOIN directory_service s ON s.id = d.service_id
        JOIN directory_workingcalendar calendar ON calendar.id = s.calendar_id
        WHERE c.organisation_id = %(organisation)s AND c.direction = '{Direction.INBOUND}'
          AND c.kind <> '{ContactKind.ITEMS}' AND c.at BETWEEN %(since)s AND %(until)s
          AND d.usager_id IS NOT NULL AND d.motif_id IS NOT NULL
    ), followed AS (
        SELECT service_id, motif_id, channel, day,
            lag(day) OVER (PARTITION BY usager_id, motif_id ORDER BY at, id) AS before
        FROM came
    )
    SELECT %(organisation)s, service_id, day, motif_id, channel, count(*),
        count(*) FILTER (WHERE day - before <= {REPEAT_DAYS})
    FROM followed WHERE day BETWEEN %(first)s AND %(last)s GROUP BY 2, 3, 4, 5"""


@transaction.atomic
def count_repeats(organisation: Organisation, *, first: date, last: date) -> None:
    """Replace the counts of these days; a reader sees the former or the new ones, never a part."""
    margin = timedelta(days=REPEAT_DAYS + ZONE_DAYS)
    RepeatTally.objects.filter(organisation=organisation, day__range=(first, last)).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT,
            {
                "organisation": organisation.pk,
                "first": first,
                "last": last,
                "since": first - margin,
                "until": last + timedelta(days=1 + ZONE_DAYS),
            },
        )


# --- reading ------------------------------------------------------------------------------------
WHERE = """organisation_id = %(organisation)s AND day BETWEEN %(first)s AND %(last)s
    AND (%(services)s::bigint[] IS NULL OR service_id = ANY (%(services)s::bigint[]))
    AND (%(channels)s::text[] IS NULL OR channel = ANY (%(channels)s::text[]))"""
BY_CELL = f"""
    SELECT service_id, day - date_part('day', day)::int + 1 AS month, sum(repeats), sum(contacts)
    FROM engagements_repeattally WHERE {WHERE} GROUP BY 1, 2"""
BY_MOTIF = f"""
    SELECT motif_id, sum(repeats), sum(contacts)
    FROM engagements_repeattally WHERE {WHERE} GROUP BY 1"""


def _params(
    organisation_id: int,
    first: date,
    last: date,
    services: Collection[int] | None,
    channels: Collection[str] | None,
) -> dict[str, Any]:
    return {
        "organisation": organisation_id,
        "first": first,
        "last": last,
        "services": None if services is None else sorted(services),
        "channels": None if channels is None else sorted(channels),
    }


def repeat_counts(
    organisation_id: int,
    *,
    first: date,
    last: date,
    services: Collection[int] | None = None,
    channels: Collection[str] | None = None,
) -> dict[tuple[int, str], tuple[int, int]]:
    """Repeats and contacts, by service and month « 2026-03 »."""
    with connection.cursor() as cursor:
        cursor.execute(BY_CELL, _params(organisation_id, first, last, services, channels))
        return {
            (service, f"{month:%Y-%m}"): (int(repeats), int(contacts))
            for service, month, repeats, contacts in cursor.fetchall()
        }


@dataclass(frozen=True)
class MotifRepeats(Proportion):
    """How often people come back for a motif; `rate` and its 95 % bounds are fractions."""

    motif_id: int
    repeats: int
    contacts: int

    @property
    def hits(self) -> int:
        """Numerator of the rate."""
        return self.repeats

    @property
    def n(self) -> int:
        return self.contacts

    @property
    def is_small(self) -> bool:
        return is_small(self.n)


def motifs_that_make_come_back(
    organisation_id: int,
    *,
    first: date,
    last: date,
    services: Collection[int] | None = None,
    channels: Collection[str] | None = None,
) -> list[MotifRepeats]:
    """The motifs with most repeats first: what they cost is their number, and it ranks no one."""
    with connection.cursor() as cursor:
        cursor.execute(BY_MOTIF, _params(organisation_id, first, last, services, channels))
        found = [MotifRepeats(pk, int(k), int(n)) for pk, k, n in cursor.fetchall()]
    return sorted(found, key=lambda one: (-one.repeats, -one.contacts, one.motif_id))
