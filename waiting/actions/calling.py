"""Calling people to a counter, and what becomes of them. Each verb is a claim on a state."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from waiting import errors
from waiting.models import Ticket, WaitingRoom
from waiting.models.ticket import TicketQuerySet


@dataclass(frozen=True)
class Served:
    """Where the agent stands, and the ticket that their page shows there, if any."""

    counter: str
    ticket: UUID | None = None


@transaction.atomic
def call_next(room: WaitingRoom, *, served: Served, at: datetime) -> Ticket:
    """Call the next person to the counter, and end the one it was serving.

    Two agents never call the same person: a row that another one is calling is passed over. A form
    sent twice calls once: the second shows a counter that has changed since.
    """
    _hold_counter(room, served.counter)
    today = Ticket.objects.of_room(room, room.today(at))
    _end_served(today, served, at)
    ticket = next_in_turn(today)
    if ticket is None:
        raise errors.NobodyWaits
    # A clock set back must not call someone before they came.
    ticket.called_at = ticket.announced_at = max(at, ticket.arrived_at)
    ticket.counter = served.counter
    ticket.save(update_fields=["called_at", "announced_at", "counter"])
    return ticket


def next_in_turn(today: TicketQuerySet) -> Ticket | None:
    return today.waiting().in_turn().select_for_update(skip_locked=True, of=("self",)).first()


def _hold_counter(room: WaitingRoom, counter: str) -> None:
    """One call at a time for a counter, whatever the other counters do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [counter, room.pk])


def _end_served(today: TicketQuerySet, served: Served, at: datetime) -> None:
    for ticket in today.being_served().filter(counter=served.counter).select_for_update():
        if ticket.public_id != served.ticket:
            raise errors.CounterBusy(ticket.number)
        _claim(today.filter(pk=ticket.pk).being_served(), **_end_of(at))


def call_again(ticket: Ticket, *, at: datetime) -> None:
    """Announce once more; the wait stays that of the first call."""
    served = _row(ticket, at).being_served()
    _claim(served, announced_at=Greatest(F("announced_at"), Value(at)))


def end(ticket: Ticket, *, at: datetime) -> None:
    _claim(_row(ticket, at).being_served(), **_end_of(at))


def gone(ticket: Ticket, *, at: datetime) -> None:
    """Left without being received: called or not, their wait is counted apart."""
    still_here = _row(ticket, at).filter(ended_at__isnull=True, left_at__isnull=True)
    _claim(still_here, left_at=Greatest(F("arrived_at"), Value(at)), reason="")


def put_back(ticket: Ticket, *, at: datetime) -> None:
    """Undo a call: the person is back in their place, and waits since they arrived."""
    served = _row(ticket, at).being_served()
    _claim(served, called_at=None, announced_at=None, counter="")


def _end_of(at: datetime) -> dict[str, Any]:
    return {"ended_at": Greatest(F("called_at"), Value(at)), "reason": ""}


def _row(ticket: Ticket, at: datetime) -> TicketQuerySet:
    """The ticket, if it is one of today: yesterday's are past changing."""
    today = ticket.room.today(at)
    return Ticket.objects.filter(organisation=ticket.organisation_id, pk=ticket.pk, day=today)


def _claim(rows: TicketQuerySet, **values: Any) -> None:
    if not rows.update(**values):
        raise errors.TicketMoved
