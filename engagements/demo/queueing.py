"""The queue of the front desk: the tickets of a month."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from directory.models import Organisation, Service
from waiting.models import Ticket, WaitingRoom
from waiting.models.room import DEFAULT_TARGET

DAYS, A_DAY = 30, 40
COUNTERS = ("1", "2")
PRIORITY, GONE = 0.08, 0.04


def open_room(organisation: Organisation, service: Service, *, today: date, seed: int) -> int:
    """A room that has worked for a month, and the tickets it gave; returns how many."""
    room = WaitingRoom.objects.create(
        organisation=organisation, service=service, name="Hall d’accueil"
    )
    # Seeded so that two runs tell the same story.
    rng = Random(f"{seed} queue")  # noqa: S311
    days = (today - timedelta(days=back) for back in range(DAYS, 0, -1))
    tickets = [ticket for day in days if day.weekday() < 5 for ticket in _day(room, day, rng)]
    return len(Ticket.objects.bulk_create(tickets))


def _day(room: WaitingRoom, day: date, rng: Random) -> Iterator[Ticket]:
    """People come all day; each counter calls the first one when it is free."""
    at = datetime.combine(day, time(9), tzinfo=room.service.calendar.zone)
    free = dict.fromkeys(COUNTERS, at)
    for number in range(1, A_DAY + 1):
        at += timedelta(seconds=rng.expovariate(1 / 540))
        counter = min(free, key=lambda one: free[one])
        ticket = _ticket(room, day, number, at, priority=rng.random() < PRIORITY)
        if rng.random() < GONE:
            ticket.left_at = at + timedelta(minutes=rng.uniform(10, 30))
        else:
            ticket.called_at = ticket.announced_at = max(at + timedelta(seconds=20), free[counter])
            ticket.counter = counter
            free[counter] = ticket.called_at + timedelta(minutes=rng.uniform(4, 32))
            ticket.ended_at = free[counter]
        yield ticket


def _ticket(room: WaitingRoom, day: date, number: int, at: datetime, *, priority: bool) -> Ticket:
    return Ticket(
        organisation_id=room.organisation_id,
        room=room,
        service_id=room.service_id,
        day=day,
        number=number,
        priority=priority,
        target_minutes=DEFAULT_TARGET,
        arrived_at=at,
    )
