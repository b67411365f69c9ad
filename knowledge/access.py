"""Doors of the knowledge app: every agent reads; who writes, and for which services, is here."""

from uuid import UUID

from django.db.models import Q, QuerySet

from directory.access import sees_whole_organisation, services_of, works_on
from directory.enums import Role
from directory.models import Agent, Service
from directory.models.service import ServiceQuerySet
from knowledge.models import AnnuaireShare, Sheet, TextModule
from knowledge.models.module import TextModuleQuerySet
from knowledge.models.sheet import SheetQuerySet


def sheets_of(agent: Agent) -> SheetQuerySet:
    """Every sheet of the organisation: a receptionist answers for all its services."""
    return Sheet.objects.filter(organisation=agent.organisation_id)


def chosen_sheets(agent: Agent, keys: list[UUID]) -> list[Sheet]:
    """Those a reply was written with; what does not exist for this agent is not among them."""
    return list(sheets_of(agent).current().filter(public_id__in=keys)) if keys else []


def may_use(agent: Agent) -> bool:
    """Answer with sheets and modules: those who handle demandes."""
    return agent.is_active and agent.role != Role.QUALITE


def may_write_sheets(agent: Agent) -> bool:
    """The others propose, and one of these publishes."""
    return agent.is_active and agent.role != Role.AGENT


def may_write_sheet(agent: Agent, sheet: Sheet) -> bool:
    """A responsable writes for their services; what speaks for all of them is not theirs."""
    return may_write_sheets(agent) and _within(agent, sheet.organisation_id, sheet.service)


def _within(agent: Agent, organisation_id: int, service: Service | None) -> bool:
    if organisation_id != agent.organisation_id:
        return False
    if sees_whole_organisation(agent):
        return True
    return service is not None and works_on(agent, service)


def writes_for_all(agent: Agent) -> bool:
    return sees_whole_organisation(agent)


def services_to_write_for(agent: Agent) -> ServiceQuerySet:
    """A plain agent proposes for any service."""
    if agent.role == Role.AGENT:
        return Service.objects.filter(organisation=agent.organisation_id).active()
    return services_of(agent).active()


def may_keep_modules(agent: Agent) -> bool:
    return agent.is_active and agent.role in (Role.RESPONSABLE, Role.ADMINISTRATEUR)


def modules_of(agent: Agent) -> TextModuleQuerySet:
    """Those a keeper reads: of their services, and those that all services share."""
    modules = TextModule.objects.filter(organisation=agent.organisation_id)
    if sees_whole_organisation(agent):
        return modules
    services = list(services_of(agent).values_list("pk", flat=True))
    return modules.filter(Q(service=None) | Q(service__in=services))


def may_write_module(agent: Agent, module: TextModule) -> bool:
    return may_keep_modules(agent) and _within(agent, module.organisation_id, module.service)


def modules_offered(agent: Agent, service: Service) -> TextModuleQuerySet:
    """What may be inserted in a reply of this service."""
    modules = TextModule.objects.filter(organisation=agent.organisation_id).active()
    return modules.filter(Q(service=None) | Q(service=service))


def shares_of(agent: Agent) -> QuerySet[AnnuaireShare]:
    """Proposed by the agent's organisation, or to it."""
    own = Q(organisation=agent.organisation_id) | Q(shown_to=agent.organisation_id)
    return AnnuaireShare.objects.filter(own)


def services_in_annuaire(agent: Agent) -> ServiceQuerySet:
    """Services whose public contact details the agent reads: their organisation's own, and those
    of the organisations that show theirs today."""
    shown = AnnuaireShare.objects.in_force().filter(shown_to=agent.organisation_id)
    organisations = [agent.organisation_id, *shown.values_list("organisation", flat=True)]
    return Service.objects.filter(organisation__in=organisations).active()
