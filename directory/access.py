"""Doors of the annuaire: what an agent may see and change; everything starts from the agent."""

from django.db.models import QuerySet

from directory.enums import Role
from directory.models import Agent, Motif, Service, WorkingCalendar
from directory.models.service import MotifQuerySet, ServiceQuerySet

WHOLE_ORGANISATION = (Role.QUALITE, Role.ADMINISTRATEUR)


def sees_whole_organisation(agent: Agent) -> bool:
    return agent.role in WHOLE_ORGANISATION


def services_of(agent: Agent) -> ServiceQuerySet:
    """Services whose demandes the agent works on: their own and below, or the whole organisation."""
    services = Service.objects.filter(organisation=agent.organisation_id)
    if sees_whole_organisation(agent):
        return services
    return services.and_below(agent.services.values_list("pk", flat=True))


def services_to_choose(agent: Agent) -> ServiceQuerySet:
    """Services that may be given a demande: any active one of the organisation."""
    return Service.objects.filter(organisation=agent.organisation_id).active()


def motifs_of(agent: Agent) -> MotifQuerySet:
    return Motif.objects.filter(organisation=agent.organisation_id)


def calendars_of(agent: Agent) -> QuerySet[WorkingCalendar]:
    return WorkingCalendar.objects.filter(organisation=agent.organisation_id)


def agents_of(agent: Agent) -> QuerySet[Agent]:
    return Agent.objects.filter(organisation=agent.organisation_id)


def may_manage_directory(agent: Agent) -> bool:
    return agent.is_active and agent.role == Role.ADMINISTRATEUR


def may_see_figures(agent: Agent) -> bool:
    """Dashboards and results: everyone but a plain agent, within their perimeter."""
    return agent.is_active and agent.role != Role.AGENT
