"""Counting rule 9 over calls: one query object gives the figures and the calls behind each.

In target: picked up, by an agent or a voice server, in fewer than five rings. Out of hours and
abandoned before the fifth ring are counted apart; abandoned later or left without answer fail.
Answered-call rate: handled by an agent ÷ requiring an agent.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db.models import Count, F, IntegerField, Q, Value
from django.db.models.functions import Coalesce, TruncMonth

from contacts.statistics import Share, nearest_rank
from telephony.enums import ANSWERED, HoursBasis, Outcome, Part
from telephony.models import Call, Line, TelephonySetting
from telephony.models.call import CallQuerySet
from telephony.models.setting import DEFAULT_RING_MS

# « en moins de 5 sonneries » (référentiel Marianne): the fifth ring is too late.
RING_LIMIT = 5

ANSWERED_VALUES = [one.value for one in ANSWERED]
IN_HOURS, SOON = Q(in_hours=True), Q(rings__lt=RING_LIMIT)
PICKED_UP = IN_HOURS & Q(outcome__in=ANSWERED_VALUES)
ABANDONED = IN_HOURS & Q(outcome=Outcome.ABANDONED)
# Each call is in exactly one part: a figure is the number of calls of its part, and so is its list.
PARTS: dict[Part, Q] = {
    Part.IN_TARGET: PICKED_UP & SOON,
    Part.TOO_LATE: PICKED_UP & ~SOON,
    Part.ABANDONED_LATE: ABANDONED & ~SOON,
    Part.UNANSWERED: IN_HOURS & Q(outcome=Outcome.UNANSWERED),
    Part.ABANDONED_EARLY: ABANDONED & SOON,
    Part.OUT_OF_HOURS: Q(in_hours=False),
}
HANDLED = IN_HOURS & Q(outcome=Outcome.AGENT)
JUDGED_BY_DAY = Q(hours_basis=HoursBasis.DAY)


def rings_of(wait_ms: int, ring_ms: int) -> int:
    """floor(seconds before pick-up ÷ seconds per ring) + 1, in whole milliseconds."""
    return wait_ms // ring_ms + 1


def ring_ms_of(organisation_id: int) -> int:
    found = TelephonySetting.objects.filter(organisation=organisation_id)
    return found.values_list("ring_ms", flat=True).first() or DEFAULT_RING_MS


@dataclass(frozen=True)
class CallFigures:
    """What a set of calls says; `rings` is the distribution of the calls picked up in hours."""

    parts: Mapping[Part, int]
    handled: int
    judged_by_day: int
    rings: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.parts.values())

    @property
    def in_target(self) -> Share:
        failed = (Part.TOO_LATE, Part.ABANDONED_LATE, Part.UNANSWERED)
        hits = self.parts[Part.IN_TARGET]
        return Share(hits, hits + sum(self.parts[one] for one in failed))

    @property
    def answered(self) -> Share:
        """Requiring an agent: handled by one, left without answer, or abandoned at the limit."""
        missed = self.parts[Part.UNANSWERED] + self.parts[Part.ABANDONED_LATE]
        return Share(self.handled, self.handled + missed)

    @property
    def abandoned_early(self) -> int:
        return self.parts[Part.ABANDONED_EARLY]

    @property
    def out_of_hours(self) -> int:
        return self.parts[Part.OUT_OF_HOURS]

    @property
    def by_voice_server(self) -> int:
        return self.parts[Part.IN_TARGET] + self.parts[Part.TOO_LATE] - self.handled

    @property
    def median(self) -> int | None:
        return nearest_rank(self.rings, 50)

    @property
    def p90(self) -> int | None:
        return nearest_rank(self.rings, 90)


@dataclass(frozen=True)
class CallQuery:
    """Calls of some services over a period, by day of the service's calendar, ends included."""

    organisation_id: int
    services: frozenset[int]
    first: date | None
    last: date | None

    @classmethod
    def of(
        cls, organisation_id: int, services: Iterable[int], first: date | None, last: date | None
    ) -> Self:
        return cls(organisation_id, frozenset(services), first, last)

    def calls(self, part: Part | None = None) -> CallQuerySet:
        """All of them, or those that one figure counts; each with its rings."""
        calls = Call.objects.filter(organisation=self.organisation_id, service__in=self.services)
        ringing = with_rings(calls.in_period(self.first, self.last), self.ring_ms)
        return ringing.filter(PARTS[part]) if part else ringing

    def figures(self) -> CallFigures:
        counted = self.calls().order_by().aggregate(**_counts())
        return _figures(counted, self._rings())

    def _rings(self) -> dict[int, int]:
        # `rings` is no field of the model: the type checker would not know it.
        picked_up: Any = self.calls().filter(PICKED_UP).order_by()
        return dict(picked_up.values_list("rings").annotate(n=Count("pk")))

    def by_service(self) -> dict[str, CallFigures]:
        """The same, by name of service; without distributions."""
        named = self.calls().order_by("service__name").values("service__name")
        rows: Iterable[Mapping[str, Any]] = named.annotate(**_counts())
        return {row["service__name"]: _figures(row) for row in rows}

    def by_month(self) -> dict[date, CallFigures]:
        """The same, by first day of month, oldest first; without distributions."""
        months = self.calls().annotate(month=TruncMonth("started_on")).order_by("month")
        rows: Iterable[Mapping[str, Any]] = months.values("month").annotate(**_counts())
        return {row["month"]: _figures(row) for row in rows}

    def by_cell(self) -> dict[tuple[int, str], CallFigures]:
        """The same, by service and month « 2026-03 », in two statements, with distributions."""
        months: Any = self.calls().order_by().annotate(month=TruncMonth("started_on"))
        rings: dict[tuple[int, date], dict[int, int]] = defaultdict(dict)
        picked_up = months.filter(PICKED_UP).values_list("service_id", "month", "rings")
        for service, month, number, count in picked_up.annotate(n=Count("pk")):
            rings[service, month][number] = count
        return {
            (row["service_id"], f"{row['month']:%Y-%m}"): _figures(
                row, rings[row["service_id"], row["month"]]
            )
            for row in months.values("service_id", "month").annotate(**_counts())
        }

    @property
    def ring_ms(self) -> int:
        return ring_ms_of(self.organisation_id)

    def seconds_per_ring(self) -> list[Decimal]:
        """Every setting in force for these calls: printed beside the figure."""
        own = Line.objects.filter(organisation=self.organisation_id, service__in=self.services)
        lines = own.exclude(ring_ms=None).values_list("ring_ms", flat=True).distinct()
        return [Decimal(ms) / 1000 for ms in sorted({self.ring_ms, *(one for one in lines if one)})]


def with_rings(calls: CallQuerySet, ring_ms: int) -> CallQuerySet:
    """Same rule as `rings_of`: PostgreSQL divides whole numbers downwards."""
    per_ring = Coalesce(F("line__ring_ms"), Value(ring_ms), output_field=IntegerField())
    computed = F("wait_ms") / per_ring + 1
    return calls.annotate(rings=Coalesce(F("rings_told"), computed, output_field=IntegerField()))


def _counts() -> dict[str, Count]:
    counts = {_column(part): Count("pk", filter=rule) for part, rule in PARTS.items()}
    return counts | {
        "handled": Count("pk", filter=HANDLED),
        "judged_by_day": Count("pk", filter=JUDGED_BY_DAY),
    }


def _column(part: Part) -> str:
    return f"part_{part.name.lower()}"


def _figures(row: Mapping[str, Any], rings: Mapping[int, int] | None = None) -> CallFigures:
    return CallFigures(
        parts={part: row[_column(part)] for part in Part},
        handled=row["handled"],
        judged_by_day=row["judged_by_day"],
        rings=defaultdict(int, rings or {}),
    )
