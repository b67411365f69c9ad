"""The team's view: what each service carries, and how it moves; never how much a person does."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, cast

from django.db.models import Count, QuerySet

from contacts.day import COUNTED, Owed, ServiceOwes, holder, owed_counts
from contacts.due import Horizons
from contacts.enums import Channel
from contacts.models.demande import DemandeQuerySet
from directory.models import Agent, Service, WorkingDay
from directory.queries import alphabetical

DAYS = 5
# A page that one person can read; the list of demandes has the rest.
HELD_SHOWN = 200


@dataclass(frozen=True)
class DayFlow:
    """What came in and what was closed since the working day before, closed days included."""

    day: date
    received: int
    closed: int

    @property
    def balance(self) -> int:
        return self.received - self.closed


@dataclass(frozen=True)
class Flow:
    days: Sequence[DayFlow]
    # By service, over all these days.
    received: Counter[int]
    closed: Counter[int]


def flow_of(demandes: DemandeQuerySet, services: QuerySet[Service], *, today: date) -> Flow:
    """The last five working days of these services, oldest first."""
    worked = WorkingDay.objects.filter(
        calendar__in=services.order_by().values("calendar"), is_working=True, day__lte=today
    )
    ends = list(worked.order_by("-day").values_list("day", flat=True).distinct()[: DAYS + 1])[::-1]
    received, closed = Counter[tuple[int, date]](), Counter[tuple[int, date]]()
    if ends:
        received = _by_day(demandes, "received_on", after=ends[0], until=today)
        closed = _by_day(demandes, "closed_on", after=ends[0], until=today)
    days = [
        DayFlow(end, _within(received, start, until), _within(closed, start, until))
        for start, end, until in _spans(ends, today)
    ]
    return Flow(days, _by_service(received), _by_service(closed))


def _spans(ends: Sequence[date], today: date) -> Iterable[tuple[date, date, date]]:
    """Each working day with where it starts and stops; the last one holds what came since."""
    for start, end in pairwise(ends):
        yield start, end, today if end == ends[-1] else end


def _by_day(
    demandes: DemandeQuerySet, column: str, *, after: date, until: date
) -> Counter[tuple[int, date]]:
    within = demandes.filter(**{f"{column}__gt": after, f"{column}__lte": until})
    rows = within.order_by().values_list("service", column).annotate(n=Count("pk"))
    return Counter({(service, day): n for service, day, n in cast("Iterable[Any]", rows)})


def _within(counts: Counter[tuple[int, date]], after: date, until: date) -> int:
    return sum(n for (_service, day), n in counts.items() if after < day <= until)


def _by_service(counts: Counter[tuple[int, date]]) -> Counter[int]:
    found: Counter[int] = Counter()
    for (service, _day), n in counts.items():
        found[service] += n
    return found


def unassigned_by_service(demandes: DemandeQuerySet) -> Counter[int]:
    """Open demandes that nobody follows."""
    nobody = demandes.alias(holder=holder()).filter(holder=None).order_by()
    rows = nobody.values_list("service").annotate(n=Count("pk"))
    return Counter(dict(cast("Iterable[Any]", rows)))


@dataclass(frozen=True)
class Load:
    """A service: what it owes, what nobody follows there, what came in and was closed lately."""

    service: ServiceOwes
    unassigned: int
    received: int
    closed: int


def loads(owing: Sequence[ServiceOwes], unassigned: Counter[int], flow: Flow) -> list[Load]:
    return [
        Load(
            one,
            unassigned[one.service_id],
            flow.received[one.service_id],
            flow.closed[one.service_id],
        )
        for one in owing
    ]


def owed_by_channel(demandes: DemandeQuerySet, horizons: Horizons) -> list[tuple[Channel, Owed]]:
    """The same states by channel, in the order of the channels."""
    counted = demandes.order_by().values("channel").annotate(**owed_counts(horizons))
    rows = {row["channel"]: row for row in cast("Iterable[dict[str, Any]]", counted)}
    return [
        (channel, Owed(**{name: rows[channel][name] for name in COUNTED}))
        for channel in Channel
        if channel in rows
    ]


@dataclass(frozen=True)
class Held:
    """What one person follows, by urgency: references and no number."""

    name: str
    lines: Sequence[dict[str, Any]]


def held_by_person(rows: Iterable[dict[str, Any]], organisation_id: int) -> list[Held]:
    """People by name, then what nobody follows; `rows` carry `holder`."""
    lines = defaultdict(list)
    for row in rows:
        lines[row["holder"]].append(row)
    agents = Agent.objects.filter(organisation=organisation_id, pk__in=[pk for pk in lines if pk])
    names = dict(agents.values_list("pk", "full_name"))
    named = [Held(names[pk], lines[pk]) for pk in lines if pk in names]
    nobody = [row for pk, group in lines.items() if pk not in names for row in group]
    alone = [Held("", nobody)] if nobody else []
    return sorted(named, key=lambda one: alphabetical(one.name)) + alone
