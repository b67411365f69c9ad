"""Doors of the register: which letters an agent sees, and who registers or brings a register in."""

from django.db.models import Q, QuerySet

from contacts.access import may_handle
from directory.access import may_manage_directory, sees_whole_organisation, services_of
from directory.models import Agent
from letters.models import Letter, RegisterFile
from letters.models.letter import LetterQuerySet


def letters_of(agent: Agent) -> LetterQuerySet:
    """Letters of the agent's services, and those they registered for another one.

    Whoever opens the mail registers it for the whole town: they must find its number again.
    """
    letters = Letter.objects.filter(
        organisation=agent.organisation_id, demande__organisation=agent.organisation_id
    )
    if sees_whole_organisation(agent):
        return letters
    services = list(services_of(agent).values_list("pk", flat=True))
    return letters.filter(Q(demande__service__in=services) | Q(demande__created_by=agent))


def may_register(agent: Agent) -> bool:
    return may_handle(agent)


def may_bring_in(agent: Agent) -> bool:
    """Bringing in a register, or the kinds of letters: what an administrateur does once."""
    return may_manage_directory(agent)


def register_files_of(agent: Agent) -> QuerySet[RegisterFile]:
    return RegisterFile.objects.filter(organisation=agent.organisation_id)
