"""Handing a demande to another service, and telling its usager."""

from datetime import datetime

from django.db import transaction

from contacts import errors
from contacts.actions.rows import journal, locked, set_deadline
from contacts.actions.telling import told_of
from contacts.enums import Told, Verb
from contacts.models import Demande, Transfer
from contacts.words import transferred
from directory.models import Agent, Service
from outbox.actions import post


@transaction.atomic
def transfer(
    demande: Demande,
    *,
    to_service: Service,
    reason: str,
    by: Agent,
    at: datetime,
    told: Told | None = None,
) -> Transfer:
    """Hand a demande to another service; its clock goes on, under that service's target.

    Nobody there has it yet. `told` is how its usager knows; by e-mail, the message is written here
    and leaves once this transaction is committed.
    """
    demande = locked(demande)
    if not demande.is_open:
        raise errors.DemandeIsClosed(told_of(demande, Verb.CLOSED))
    if to_service.pk == demande.service_id:
        raise errors.SameService
    passed = Transfer.objects.create(
        organisation=demande.organisation,
        demande=demande,
        from_service=demande.service,
        to_service=to_service,
        reason=reason,
        at=at,
        agent=by,
        told=told or "",
    )
    if told == Told.EMAIL:
        _tell_by_email(passed, at)
    demande.service = to_service
    set_deadline(demande)
    Demande.objects.filter(organisation=demande.organisation, pk=demande.pk).update(
        service=to_service,
        assigned_to=None,
        first_reply_limit=demande.first_reply_limit,
        first_reply_due_on=demande.first_reply_due_on,
    )
    journal(demande, Verb.TRANSFERRED, by=by, at=at, to=to_service.name)
    return passed


def _tell_by_email(passed: Transfer, now: datetime) -> None:
    usager = passed.demande.usager
    if usager is None or not usager.email:
        raise errors.NoAddress
    subject, body = transferred(passed)
    post(
        passed.organisation,
        key=f"transfer-{passed.pk}",
        to=usager.email,
        subject=subject,
        body=body,
        now=now,
    )
