"""What every page of agents asks first: may this agent, and does the survey exist for them."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from directory.models import Agent
from directory.views.doors import allowed
from surveys.access import may_manage_surveys, may_see_surveys, surveys_of
from surveys.models import Survey

readers_only = allowed(may_see_surveys)
managers_only = allowed(may_manage_surveys)


def survey_for(agent: Agent, public_id: UUID) -> Survey:
    """The survey, or 404 when it does not exist for this agent."""
    return get_object_or_404(surveys_of(agent).select_related("notice"), public_id=public_id)
