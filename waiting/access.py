"""Doors of the queue: which rooms and tickets an agent or a secret link leads to."""

from contacts.access import may_handle as may_handle
from directory.access import services_of
from directory.enums import Role
from directory.models import Agent
from waiting.enums import Link
from waiting.models import Ticket, WaitingRoom
from waiting.models.room import WaitingRoomQuerySet
from waiting.models.ticket import TicketQuerySet


def rooms_of(agent: Agent) -> WaitingRoomQuerySet:
    rooms = WaitingRoom.objects.filter(organisation=agent.organisation_id)
    return rooms.filter(service__in=services_of(agent)).for_page()


def tickets_of(agent: Agent) -> TicketQuerySet:
    tickets = Ticket.objects.filter(organisation=agent.organisation_id)
    return tickets.filter(service__in=services_of(agent))


def may_manage_rooms(agent: Agent) -> bool:
    """Open a room, set its aim, renew its links: who answers for the service, or the annuaire."""
    return agent.is_active and agent.role in (Role.RESPONSABLE, Role.ADMINISTRATEUR)


def room_behind(link: Link, code: str) -> WaitingRoom | None:
    """The room that a public address leads to; a link withdrawn leads nowhere."""
    if "\0" in code:
        return None
    column = {Link.TABLET: "tablet_code", Link.SCREEN: "screen_code"}[link]
    return WaitingRoom.objects.in_use().for_page().filter(**{column: code}).first()
