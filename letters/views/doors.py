"""Who enters the pages of the register."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from directory.models import Agent
from directory.requests import AgentRequest
from letters.access import letters_of, may_bring_in, may_register
from letters.models import Letter

P = ParamSpec("P")
View = Callable[Concatenate[AgentRequest, P], HttpResponseBase]


def _only(may: Callable[[Agent], bool], view: View[P]) -> View[P]:
    @wraps(view)
    def checked(request: AgentRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def registrars_only(view: View[P]) -> View[P]:
    """Those who log and answer; the quality manager reads (403)."""
    return _only(may_register, view)


def managers_only(view: View[P]) -> View[P]:
    """Those who bring in a register or kinds of letters (403 for the others)."""
    return _only(may_bring_in, view)


def letter_for(agent: Agent, public_id: UUID) -> Letter:
    """The letter of that demande, or 404 when it does not exist for this agent."""
    letters = letters_of(agent).for_list().select_related("organisation", "demande__usager")
    return get_object_or_404(letters, demande__public_id=public_id)
