"""Giving the next number of the day, at the desk or at the tablet."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from directory.opening_hours import schedule_of
from waiting import errors
from waiting.models import Ticket, WaitingRoom

# A family takes two or three; a child who plays with the tablet is stopped.
TABLET_PER_MINUTE = 12


@transaction.atomic
def give(
    room: WaitingRoom, *, at: datetime, key: uuid.UUID | None = None, reason: str = ""
) -> Ticket:
    """The next number of the day. The client-made `key` makes it idempotent."""
    return _give(_held(room), at=at, key=key or uuid.uuid4(), reason=reason)


@transaction.atomic
def take_at_tablet(room: WaitingRoom, *, at: datetime, key: uuid.UUID, reason: str = "") -> Ticket:
    """As `give`, for whoever arrives: only while the doors are open, and not without end."""
    room = _held(room)
    already = _known(room, key)
    if already:
        return already
    if not doors_open(room, at):
        raise errors.RoomClosed
    lately = Ticket.objects.of_room(room, room.today(at)).filter(
        arrived_at__gt=at - timedelta(minutes=1)
    )
    if lately.count() >= TABLET_PER_MINUTE:
        raise errors.TooManyTickets
    return _give(room, at=at, key=key, reason=reason)


def doors_open(room: WaitingRoom, at: datetime) -> bool:
    """By the hours of the service's calendar; without hours, on its working days."""
    if not room.is_active:
        return False
    schedule = schedule_of(room.service.calendar)
    if schedule.week or schedule.shifts:
        return schedule.is_open(at)
    return schedule.is_working_day(room.today(at))


def _held(room: WaitingRoom) -> WaitingRoom:
    """The room until the end of the transaction: numbers are given one at a time."""
    return (
        WaitingRoom.objects.select_for_update(of=("self",), no_key=True)
        .for_page()
        .get(organisation=room.organisation_id, pk=room.pk)
    )


def _known(room: WaitingRoom, key: uuid.UUID) -> Ticket | None:
    """The ticket this very request has already been given."""
    ticket = Ticket.objects.filter(public_id=key).first()
    if ticket and (ticket.organisation_id, ticket.room_id) != (room.organisation_id, room.pk):
        raise errors.KeyTaken
    return ticket


def _give(room: WaitingRoom, *, at: datetime, key: uuid.UUID, reason: str) -> Ticket:
    already = _known(room, key)
    if already:
        return already
    if not room.is_active:
        raise errors.RoomOutOfUse
    day = room.today(at)
    highest = Ticket.objects.of_room(room, day).aggregate(highest=Max("number"))["highest"]
    return Ticket.objects.create(
        public_id=key,
        organisation_id=room.organisation_id,
        room=room,
        service_id=room.service_id,
        day=day,
        number=(highest or 0) + 1,
        priority=bool(reason),
        reason=reason,
        target_minutes=room.target_minutes,
        arrived_at=at,
    )
