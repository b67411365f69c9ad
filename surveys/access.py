"""Doors of the surveys app: which surveys, results and links an agent or a token leads to."""

from directory.access import may_see_figures, services_of
from directory.enums import Role
from directory.models import Agent
from directory.models.service import ServiceQuerySet
from surveys.models import Invitation, QrCode, Survey
from surveys.models.distribution import hash_of
from surveys.models.survey import SurveyQuerySet


def surveys_of(agent: Agent) -> SurveyQuerySet:
    return Survey.objects.filter(organisation=agent.organisation_id)


def may_see_surveys(agent: Agent) -> bool:
    """Surveys and results: everyone but a plain agent, who only makes links."""
    return may_see_figures(agent)


def may_manage_surveys(agent: Agent) -> bool:
    return agent.is_active and agent.role in (Role.QUALITE, Role.ADMINISTRATEUR)


def result_services_of(agent: Agent) -> ServiceQuerySet:
    """Services whose answers and posters the agent sees."""
    return services_of(agent)


def invitation_of(token: str) -> Invitation | None:
    """The invitation that this token opens; the probe is on the hash, so timing tells nothing."""
    return Invitation.objects.for_answering().filter(token_hash=hash_of(token)).first()


def qr_code_of(code: str) -> QrCode | None:
    if "\0" in code:
        return None
    return QrCode.objects.for_answering().filter(code=code).first()
