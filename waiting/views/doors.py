"""What every page of the queue asks first: may this agent, and is the room theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from directory.access import may_see_figures
from directory.models import Agent
from directory.requests import AgentRequest
from waiting.access import may_handle, may_manage_rooms, rooms_of, tickets_of
from waiting.models import Ticket, WaitingRoom

P = ParamSpec("P")
View = Callable[Concatenate[AgentRequest, P], HttpResponseBase]


def allowed(may: Callable[[Agent], bool]) -> Callable[[View[P]], View[P]]:
    """Agents for whom `may` is true; others are told that it is not theirs to do (403)."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(
            request: AgentRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate


handlers_only = allowed(may_handle)
managers_only = allowed(may_manage_rooms)
readers_only = allowed(may_see_figures)


def room_for(agent: Agent, public_id: UUID) -> WaitingRoom:
    """The room, or 404 when it does not exist for this agent."""
    return get_object_or_404(rooms_of(agent), public_id=public_id)


def ticket_for(agent: Agent, public_id: UUID) -> Ticket:
    tickets = tickets_of(agent).select_related("room__service__calendar")
    return get_object_or_404(tickets, public_id=public_id)
