"""Who handles a demande: given, taken, given back."""

from datetime import datetime

from django.db import transaction

from contacts import errors
from contacts.access import handlers_on
from contacts.actions.rows import journal, locked
from contacts.actions.telling import told_of
from contacts.enums import Verb
from contacts.models import Demande
from contacts.models.demande import DemandeQuerySet
from directory.models import Agent


@transaction.atomic
def assign(demande: Demande, *, to: Agent, by: Agent, at: datetime) -> None:
    """Give the demande to an agent who works on its service, whoever had it."""
    demande = locked(demande)
    if not demande.is_open:
        raise errors.DemandeIsClosed(told_of(demande, Verb.CLOSED))
    _refuse_who_cannot(demande, to)
    if demande.assigned_to_id != to.pk:
        _row(demande).update(assigned_to=to)
        journal(demande, Verb.ASSIGNED, by=by, at=at, to=to.full_name)


@transaction.atomic
def take(demande: Demande, *, by: Agent, at: datetime) -> None:
    """Take what nobody has; the second of two agents is told who was first."""
    _refuse_who_cannot(demande, by)
    free = _row(demande).filter(assigned_to__isnull=True, closed_on__isnull=True)
    if free.update(assigned_to=by):
        journal(demande, Verb.ASSIGNED, by=by, at=at, to=by.full_name)
        return
    demande.refresh_from_db(fields=["assigned_to", "closed_on"])
    if not demande.is_open:
        raise errors.DemandeIsClosed(told_of(demande, Verb.CLOSED))
    if demande.assigned_to_id != by.pk:
        raise errors.AlreadyTaken(told_of(demande, Verb.ASSIGNED))


@transaction.atomic
def release(demande: Demande, *, by: Agent, at: datetime) -> None:
    """Nobody has it any more; done twice, it is written once."""
    held = _row(demande).filter(assigned_to__isnull=False, closed_on__isnull=True)
    if held.update(assigned_to=None):
        journal(demande, Verb.RELEASED, by=by, at=at)


def _row(demande: Demande) -> DemandeQuerySet:
    return Demande.objects.filter(organisation=demande.organisation_id, pk=demande.pk)


def _refuse_who_cannot(demande: Demande, agent: Agent) -> None:
    if not handlers_on(demande.service).filter(pk=agent.pk).exists():
        raise errors.NotOnThisService
