"""Which delay target judges which demande (counting rule 15), one by one and in bulk."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Any

from django.db import connection, transaction

from contacts.enums import Channel, Measure, Nature
from contacts.models import DelayTarget
from directory.models import Organisation, Service

BEGINNING, END = date(1900, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True)
class Segment:
    """Days of receipt [first, last] on which one limit judges a (service, channel, nature)."""

    service_id: int
    channel: str
    nature: str
    first: date
    last: date
    limit: int


def best(targets: Iterable[DelayTarget], on: date) -> DelayTarget | None:
    """The most specific target in force on the day of receipt."""
    in_force = (t for t in targets if t.valid_from <= on <= (t.valid_to or END))
    return max(in_force, key=lambda target: target.specificity, default=None)


def matching(
    targets: Iterable[DelayTarget], service_id: int, channel: str, nature: str
) -> list[DelayTarget]:
    return [
        target
        for target in targets
        if target.service_id in (None, service_id)
        and target.channel in ("", channel)
        and target.nature in ("", nature)
    ]


def limit_for(
    organisation: Organisation,
    *,
    service: Service,
    channel: str,
    nature: str,
    on: date,
    measure: Measure = Measure.FIRST_REPLY,
) -> int | None:
    """Limit of one demande for a measure, in working days; null when no target applies."""
    targets = DelayTarget.objects.filter(organisation=organisation, measure=measure)
    found = best(matching(targets, service.pk, channel, nature), on)
    return found.limit if found else None


def segments(organisation_id: int, measure: str) -> list[Segment]:
    """Every limit of the organisation laid flat: what a set-based statement joins with."""
    targets = list(DelayTarget.objects.filter(organisation=organisation_id, measure=measure))
    services = Service.objects.filter(organisation=organisation_id).values_list("pk", flat=True)
    return [
        segment
        for service_id, channel, nature in product(services, Channel.values, Nature.values)
        for segment in _segments_of(
            matching(targets, service_id, channel, nature), service_id, channel, nature
        )
    ]


def _segments_of(
    targets: Sequence[DelayTarget], service_id: int, channel: str, nature: str
) -> Iterable[Segment]:
    one_day = timedelta(days=1)
    starts = {target.valid_from for target in targets}
    starts |= {target.valid_to + one_day for target in targets if target.valid_to}
    for first, following in pairwise([*sorted(starts), None]):
        found = best(targets, first) if first else None
        if first and found:
            last = following - one_day if following else END
            yield Segment(service_id, channel, nature, first, last, found.limit)


# Joined as `seg`: the arrays come from `segment_arrays`.
SEGMENTS = """unnest(
    %(seg_service)s::bigint[], %(seg_channel)s::text[], %(seg_nature)s::text[],
    %(seg_first)s::date[], %(seg_last)s::date[], %(seg_limit)s::int[]
) AS seg(service_id, channel, nature, first_day, last_day, max_days)"""


def segment_arrays(rows: Sequence[Segment]) -> dict[str, list[Any]]:
    columns = list(zip(*map(astuple, rows), strict=True)) or [()] * 6
    names = ("service", "channel", "nature", "first", "last", "limit")
    return {f"seg_{name}": list(column) for name, column in zip(names, columns, strict=True)}


# The deadline is looked up row by row (two probes of an index): as a join, a planner that has not
# seen the calendars' statistics yet may multiply every day by every other.
REFRESH_OPEN = f"""
    UPDATE contacts_demande d
    SET first_reply_limit = wanted.max_days, first_reply_due_on = wanted.due_on
    FROM (
        SELECT o.id, seg.max_days, (
            SELECT due.day FROM directory_workingday due
            WHERE due.calendar_id = s.calendar_id AND due.is_working AND due.count = (
                SELECT received.count + seg.max_days FROM directory_workingday received
                WHERE received.calendar_id = s.calendar_id AND received.day = o.received_on
            )
        ) AS due_on
        FROM contacts_demande o
        JOIN directory_service s ON s.id = o.service_id
        JOIN {SEGMENTS}
            ON o.service_id = seg.service_id AND o.channel = seg.channel AND o.nature = seg.nature
           AND o.received_on BETWEEN seg.first_day AND seg.last_day
        WHERE o.organisation_id = %(organisation)s AND o.closed_on IS NULL
    ) wanted
    WHERE d.id = wanted.id
      AND (d.first_reply_limit, d.first_reply_due_on)
          IS DISTINCT FROM (wanted.max_days, wanted.due_on)
"""
FORGET_UNPROMISED = f"""
    UPDATE contacts_demande d SET first_reply_limit = NULL, first_reply_due_on = NULL
    WHERE d.organisation_id = %(organisation)s AND d.closed_on IS NULL
      AND d.first_reply_limit IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM {SEGMENTS}
        WHERE d.service_id = seg.service_id AND d.channel = seg.channel AND d.nature = seg.nature
          AND d.received_on BETWEEN seg.first_day AND seg.last_day
      )
"""


def refresh_open_demandes(organisation: Organisation) -> int:
    """Give every open demande the limit and deadline in force; returns how many changed."""
    params = segment_arrays(segments(organisation.pk, Measure.FIRST_REPLY))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(REFRESH_OPEN, {**params, "organisation": organisation.pk})
        changed: int = cursor.rowcount
        cursor.execute(FORGET_UNPROMISED, {**params, "organisation": organisation.pk})
        return changed + int(cursor.rowcount)
