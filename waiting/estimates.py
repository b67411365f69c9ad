"""How long someone who arrives now may wait, from what the room has seen lately.

Estimated wait = median time at the counter × calls still to come ÷ counters at work, in whole
minutes rounded up. Calls still to come: the people who pass before, plus this one, minus the
counters that are free. Unknown (« n. d. ») under five times at the counter, or without a counter.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q

from contacts.statistics import nearest_rank
from waiting.models import Ticket, WaitingRoom

# The latest times at the counter, over two weeks at most: today's fill it as the day goes on.
LATEST, DAYS = 50, 14
# Below this many, a median says nothing.
LEAST = 5
# A counter that has called nobody for so long, and serves nobody, is not at work.
AT_WORK = timedelta(minutes=30)


def time_at_the_counter(room: WaitingRoom, *, now: datetime) -> int | None:
    """Median of the latest, in seconds (nearest rank); null when too few are known."""
    today = room.today(now)
    ended = Ticket.objects.filter(
        organisation=room.organisation_id,
        room=room,
        day__gt=today - timedelta(days=DAYS),
        day__lte=today,
        ended_at__isnull=False,
    ).order_by("-day", "-ended_at")
    spans = ended.values_list("called_at", "ended_at")[:LATEST]
    seconds = Counter(int((end - start).total_seconds()) for start, end in spans if start and end)
    return nearest_rank(seconds, 50) if sum(seconds.values()) >= LEAST else None


def counters(room: WaitingRoom, *, now: datetime) -> tuple[int, int]:
    """(at work, free): those that serve someone, or have called someone lately."""
    busy = Q(ended_at=None, left_at=None)
    rows = (
        Ticket.objects.of_room(room, room.today(now))
        .filter(busy | Q(called_at__gt=now - AT_WORK), called_at__isnull=False)
        .values_list("counter", "ended_at", "left_at")
    )
    at_work = {counter for counter, _ended, _left in rows}
    serving = {counter for counter, ended, left in rows if not ended and not left}
    return len(at_work), len(at_work - serving)


def minutes(before: int, *, seconds: int | None, at_work: int, free: int) -> int | None:
    """The formula, for someone with `before` people in front; null when it cannot be told."""
    if seconds is None or at_work == 0:
        return None
    calls = max(0, before + 1 - free)
    return -(-seconds * calls // (60 * at_work))


def estimated_waits(
    room: WaitingRoom, befores: Collection[int], *, now: datetime
) -> list[int | None]:
    """For several places in the queue, from one reading of the room."""
    seconds = time_at_the_counter(room, now=now)
    at_work, free = counters(room, now=now)
    return [minutes(one, seconds=seconds, at_work=at_work, free=free) for one in befores]


def estimated_wait(room: WaitingRoom, before: int, *, now: datetime) -> int | None:
    return estimated_waits(room, [before], now=now)[0]


def people_before(ticket: Ticket) -> int:
    """Who passes before this ticket, as the queue stands."""
    waiting = Ticket.objects.of_room(ticket.room, ticket.day).waiting()
    earlier = waiting.filter(priority=ticket.priority, number__lt=ticket.number)
    if ticket.priority:
        return earlier.count()
    return (earlier | waiting.filter(priority=True)).count()
