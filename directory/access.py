"""Doors of the annuaire: what an agent may see and change; everything starts from the agent."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from directory.enums import Role
from directory.models import (
    Agent,
    Change,
    Closing,
    ExceptionalOpening,
    Motif,
    Organisation,
    Service,
    WorkingCalendar,
)
from directory.models.service import MotifQuerySet, ServiceQuerySet

WHOLE_ORGANISATION = (Role.QUALITE, Role.ADMINISTRATEUR)


def sees_whole_organisation(agent: Agent) -> bool:
    return agent.role in WHOLE_ORGANISATION


def services_of(agent: Agent) -> ServiceQuerySet:
    """Services whose demandes the agent works on: their own and below, or all of them."""
    services = Service.objects.filter(organisation=agent.organisation_id)
    if sees_whole_organisation(agent):
        return services
    return services.and_below(_own_services(agent).values_list("pk", flat=True))


def _own_services(agent: Agent) -> ServiceQuerySet:
    """Those an agent is attached to, found in their organisation alone."""
    return Service.objects.filter(organisation=agent.organisation_id, agents=agent)


def works_on(agent: Agent, service: Service) -> bool:
    """Whether the service is among `services_of(agent)`; the tree is read only when it must be."""
    if service.organisation_id != agent.organisation_id:
        return False
    if sees_whole_organisation(agent) or _own_services(agent).filter(pk=service.pk).exists():
        return True
    return services_of(agent).filter(pk=service.pk).exists()


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


def closings_of(agent: Agent) -> QuerySet[Closing]:
    closings = Closing.objects.filter(organisation=agent.organisation_id)
    return closings.select_related("calendar")


def openings_of(agent: Agent) -> QuerySet[ExceptionalOpening]:
    openings = ExceptionalOpening.objects.filter(organisation=agent.organisation_id)
    return openings.select_related("calendar")


def changes_of(agent: Agent) -> QuerySet[Change]:
    return Change.objects.filter(organisation=agent.organisation_id)


def organisation_shown_to(user: Agent | AnonymousUser) -> Organisation | None:
    """Who answers for a public page: the agent's organisation, or the only one of the instance."""
    if isinstance(user, Agent):
        return user.organisation
    organisations = list(Organisation.objects.all()[:2])
    return organisations[0] if len(organisations) == 1 else None


def contacts_shown_to_all(organisation: Organisation) -> QuerySet[Service]:
    """Services of the first level that anyone may write to or call."""
    services = Service.objects.filter(organisation=organisation, parent=None).active()
    return services.exclude(phone="", email="")
