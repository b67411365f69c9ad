"""Doors of the contacts app: which demandes an agent sees, and what they may do with them."""

from django.db.models import QuerySet

from contacts.models import ComplaintCategory, DelayTarget, Demande, Merge, Usager
from contacts.models.demande import DemandeQuerySet
from contacts.models.usager import UsagerQuerySet
from directory.access import sees_whole_organisation, services_of
from directory.enums import Role
from directory.models import Agent


def demandes_of(agent: Agent) -> DemandeQuerySet:
    demandes = Demande.objects.filter(organisation=agent.organisation_id)
    if sees_whole_organisation(agent):
        return demandes
    return demandes.filter(service__in=list(services_of(agent).values_list("pk", flat=True)))


def may_handle(agent: Agent) -> bool:
    """Log, answer, transfer, close: everyone but the quality manager, who reads."""
    return agent.is_active and agent.role != Role.QUALITE


def targets_of(agent: Agent) -> QuerySet[DelayTarget]:
    return DelayTarget.objects.filter(organisation=agent.organisation_id)


def may_set_targets(agent: Agent) -> bool:
    return agent.is_active and agent.role in (Role.QUALITE, Role.ADMINISTRATEUR)


def may_qualify(agent: Agent) -> bool:
    """Say what a réclamation is about and what came of it: whoever sees it, quality included."""
    return agent.is_active


def complaint_categories_of(agent: Agent) -> QuerySet[ComplaintCategory]:
    return ComplaintCategory.objects.filter(organisation=agent.organisation_id)


def usagers_of(agent: Agent) -> UsagerQuerySet:
    """Every usager of the organisation: at the desk, people come for any service.

    For those who `may_handle`; what an usager asked elsewhere is not told (`demandes_of`).
    """
    return Usager.objects.filter(organisation=agent.organisation_id)


def merges_of(agent: Agent) -> QuerySet[Merge]:
    return Merge.objects.filter(organisation=agent.organisation_id)
