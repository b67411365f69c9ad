"""Situations of the queue, in the words of the trade."""

from datetime import datetime, timedelta
from typing import Any

from directory.models import Service
from tests.factories import NOW
from waiting.models import Ticket, WaitingRoom


def make_room(service: Service, **kwargs: Any) -> WaitingRoom:
    return WaitingRoom.objects.create(
        organisation=service.organisation,
        service=service,
        name=kwargs.pop("name", f"Accueil {service.name}"),
        **kwargs,
    )


def make_ticket(
    room: WaitingRoom,
    arrived: datetime = NOW,
    *,
    waited: float | None = None,
    served: float | None = None,
    gone: float | None = None,
    **kwargs: Any,
) -> Ticket:
    """A ticket as the database would hold it; `waited`, `served` and `gone` are minutes."""
    day = kwargs.pop("day", room.today(arrived))
    called = arrived + timedelta(minutes=waited) if waited is not None else None
    number = Ticket.objects.filter(room=room, day=day).count() + 1
    return Ticket.objects.create(
        organisation=room.organisation,
        room=room,
        service=kwargs.pop("service", room.service),
        day=day,
        number=kwargs.pop("number", number),
        target_minutes=kwargs.pop("target_minutes", room.target_minutes),
        arrived_at=arrived,
        called_at=called,
        announced_at=called,
        counter=kwargs.pop("counter", "1") if called else "",
        ended_at=called + timedelta(minutes=served) if called and served is not None else None,
        left_at=arrived + timedelta(minutes=gone) if gone is not None else None,
        **kwargs,
    )
