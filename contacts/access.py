"""Doors of the contacts app: which demandes an agent sees, and what they may do with them."""

from uuid import UUID

from django.db.models import Q, QuerySet

from contacts.models import (
    Attachment,
    ComplaintCategory,
    DelayTarget,
    Demande,
    Mention,
    Merge,
    Transfer,
    Usager,
)
from contacts.models.demande import DemandeQuerySet
from contacts.models.usager import UsagerQuerySet
from directory.access import WHOLE_ORGANISATION, sees_whole_organisation, services_of
from directory.enums import Role
from directory.models import Agent, Service


def demandes_of(agent: Agent) -> DemandeQuerySet:
    demandes = Demande.objects.filter(organisation=agent.organisation_id)
    if sees_whole_organisation(agent):
        return demandes
    return demandes.filter(service__in=list(services_of(agent).values_list("pk", flat=True)))


def may_handle(agent: Agent) -> bool:
    """Log, answer, transfer, close: everyone but the quality manager, who reads."""
    return agent.is_active and agent.role != Role.QUALITE


def colleagues_on(service: Service) -> QuerySet[Agent]:
    """Who sees the demandes of a service: `demandes_of` read from the other end."""
    attached = Agent.services.through.objects.filter(service__in=_itself_and_above(service))
    return Agent.objects.active().filter(
        Q(role__in=WHOLE_ORGANISATION) | Q(pk__in=attached.values("agent")),
        organisation=service.organisation_id,
    )


def handlers_on(service: Service) -> QuerySet[Agent]:
    """Those of them who may be given a demande: `may_handle` as a query."""
    return colleagues_on(service).exclude(role=Role.QUALITE)


def _itself_and_above(service: Service) -> list[int]:
    services = Service.objects.filter(organisation=service.organisation_id)
    parents = dict(services.order_by().values_list("pk", "parent"))
    found = [service.pk]
    while above := parents.get(found[-1]):
        found.append(above)
    return found


def last_transfer_away(agent: Agent, public_id: UUID) -> Transfer | None:
    """How a demande that was in the agent's services left them; null for any other."""
    own = Transfer.objects.filter(
        organisation=agent.organisation_id,
        demande__public_id=public_id,
        from_service__in=list(services_of(agent).values_list("pk", flat=True)),
    )
    found = own.select_related("agent", "demande", "to_service")
    return found.order_by("-pk").first()


def attachments_of(agent: Agent) -> QuerySet[Attachment]:
    """Files of the demandes that the agent sees, but those taken away."""
    own = Attachment.objects.standing().filter(organisation=agent.organisation_id)
    seen = demandes_of(agent)
    # What came with a duplicate is read on the page of the demande it was united with.
    here = Q(demande__in=seen) | Q(demande__united_with__in=seen)
    return own.filter(here).select_related("demande__united_with")


def mentions_of(agent: Agent) -> QuerySet[Mention]:
    """Where the agent was named, whatever they may still see."""
    return Mention.objects.filter(organisation=agent.organisation_id, agent=agent)


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
