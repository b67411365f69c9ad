"""What every page of agents asks first: may this agent, and does the survey exist for them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from directory.models import Agent
from directory.requests import AgentRequest
from surveys.access import may_manage_surveys, may_see_surveys, surveys_of
from surveys.models import Survey

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


readers_only = allowed(may_see_surveys)
managers_only = allowed(may_manage_surveys)


def survey_for(agent: Agent, public_id: UUID) -> Survey:
    """The survey, or 404 when it does not exist for this agent."""
    return get_object_or_404(surveys_of(agent).select_related("notice"), public_id=public_id)
