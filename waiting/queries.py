"""Questions over many tickets: the queue as it stands, and how long people waited."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, F, Q
from django.db.models.functions import TruncMonth

from contacts.statistics import Proportion, nearest_rank
from waiting.estimates import estimated_wait
from waiting.models import Ticket, WaitingRoom
from waiting.models.ticket import MINUTES, SEEN, TicketQuerySet

SHOWN = 50
LAST_CALLS = 5


# --- The queue as it stands -------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One ticket as a page shows it."""

    ticket: Ticket
    minutes: int


@dataclass(frozen=True)
class Board:
    """What the agents of a room see."""

    waiting: list[Line]
    waiting_count: int
    served: list[Line]
    estimate: int | None

    @property
    def hidden(self) -> int:
        return self.waiting_count - len(self.waiting)

    @property
    def signature(self) -> str:
        """Differs when the page would: who waits and for how long, who is served and where."""
        lines = [*self.waiting, *self.served]
        shown = [f"{one.ticket.number}.{one.minutes}.{one.ticket.counter}" for one in lines]
        return "_".join([str(self.waiting_count), str(self.estimate), *shown])


def board_of(room: WaitingRoom, *, now: datetime) -> Board:
    today = Ticket.objects.of_room(room, room.today(now))
    waiting = list(today.waiting().in_turn()[: SHOWN + 1])
    count = len(waiting) if len(waiting) <= SHOWN else today.waiting().count()
    served = today.being_served().order_by("-announced_at", "-pk")[:SHOWN]
    return Board(
        waiting=[Line(one, one.minutes_waited(now)) for one in waiting[:SHOWN]],
        waiting_count=count,
        served=[Line(one, one.minutes_waited(now)) for one in served],
        estimate=estimated_wait(room, count, now=now),
    )


@dataclass(frozen=True)
class Calls:
    """What the screen of a room shows: numbers and counters, never a name."""

    latest: Ticket | None
    before: list[Ticket]
    waiting_count: int
    estimate: int | None

    @property
    def signature(self) -> str:
        shown = [self.latest, *self.before] if self.latest else []
        calls = [f"{one.number}.{one.counter}.{one.announced_at:%H%M%S}" for one in shown if one]
        return "_".join([str(self.waiting_count), str(self.estimate), *calls])


def calls_of(room: WaitingRoom, *, now: datetime) -> Calls:
    today = Ticket.objects.of_room(room, room.today(now))
    called = list(today.seen().order_by("-announced_at", "-pk")[:LAST_CALLS])
    count = today.waiting().count()
    return Calls(
        latest=called[0] if called else None,
        before=called[1:],
        waiting_count=count,
        estimate=estimated_wait(room, count, now=now),
    )


# --- How long people waited -------------------------------------------------------------------
@dataclass(frozen=True)
class Waits(Proportion):
    """How many people waited how many whole minutes (rule 10), and who was not received."""

    # Minutes, rounded down, and how many people waited that long.
    counts: Mapping[int, int] = field(default_factory=dict)
    # Of them, how many were called before the aim of their day.
    under: int = 0
    # Left without being received; not in `n`.
    gone: int = 0
    # Never called and not marked as gone; not in `n`.
    uncalled: int = 0
    # Every aim that judged them.
    targets: tuple[int, ...] = ()

    def __add__(self, other: "Waits") -> "Waits":
        """Of disjoint sets of tickets."""
        counts = Counter(self.counts) + Counter(other.counts)
        return Waits(
            dict(sorted(counts.items())),
            self.under + other.under,
            self.gone + other.gone,
            self.uncalled + other.uncalled,
            tuple(sorted({*self.targets, *other.targets})),
        )

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def hits(self) -> int:
        """Numerator of the rate."""
        return self.under

    @property
    def median(self) -> int | None:
        return nearest_rank(self.counts, 50)

    @property
    def p90(self) -> int | None:
        return nearest_rank(self.counts, 90)


# `list` behind a figure → the tickets it counts.
SETS: dict[str, Q] = {
    "recus": SEEN,
    "dans-l-objectif": SEEN & Q(minutes__lt=F("target_minutes")),
    "au-dela": SEEN & Q(minutes__gte=F("target_minutes")),
    "partis": Q(left_at__isnull=False),
    "jamais-appeles": Q(called_at__isnull=True, left_at__isnull=True),
}


@dataclass(frozen=True)
class WaitQuery:
    """The tickets of some services given from `first` to `last`: figures, list and export."""

    organisation_id: int
    services: Collection[int]
    first: date
    last: date

    def tickets(self) -> TicketQuerySet:
        return Ticket.objects.filter(
            organisation=self.organisation_id,
            service__in=self.services,
            day__range=(self.first, self.last),
        ).annotate(minutes=MINUTES)

    def listed(self, name: str) -> TicketQuerySet:
        """The tickets behind one figure, the latest first."""
        tickets = self.tickets().filter(SETS[name])
        return tickets.select_related("room", "service__calendar").order_by("-arrived_at", "-pk")

    def waits(self) -> Waits:
        return sum(self.by_cell().values(), Waits())

    def by_cell(self) -> dict[tuple[int, str], Waits]:
        """By service and month « 2026-03 ». One statement, one row per minute waited and aim."""
        rows = (
            self.tickets()
            .order_by()
            .values_list("service_id", TruncMonth("day"), MINUTES, "target_minutes")
            .annotate(
                tickets=Count("pk"),
                gone=Count("pk", filter=SETS["partis"]),
                uncalled=Count("pk", filter=SETS["jamais-appeles"]),
            )
        )
        found: dict[tuple[int, str], Waits] = defaultdict(Waits)
        for service, month, minutes, target, tickets, gone, uncalled in rows:
            counted = Waits({}, 0, gone, uncalled)
            if minutes is not None:
                under = tickets if minutes < target else 0
                counted = Waits({minutes: tickets}, under, gone, uncalled, (target,))
            found[service, f"{month:%Y-%m}"] += counted
        return dict(found)
