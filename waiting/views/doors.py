"""What every page of the queue asks first: may this agent, and is the room theirs."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from directory.access import may_see_figures
from directory.models import Agent
from directory.views.doors import allowed
from waiting.access import may_handle, may_manage_rooms, rooms_of, tickets_of
from waiting.models import Ticket, WaitingRoom

handlers_only = allowed(may_handle)
managers_only = allowed(may_manage_rooms)
readers_only = allowed(may_see_figures)


def room_for(agent: Agent, public_id: UUID) -> WaitingRoom:
    """The room, or 404 when it does not exist for this agent."""
    return get_object_or_404(rooms_of(agent), public_id=public_id)


def ticket_for(agent: Agent, public_id: UUID) -> Ticket:
    tickets = tickets_of(agent).select_related("room__service__calendar")
    return get_object_or_404(tickets, public_id=public_id)
