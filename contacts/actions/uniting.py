"""Two demandes that are one: the younger is closed as a duplicate and leads to the older."""

from datetime import datetime

from django.db import transaction

from contacts import errors
from contacts.actions.handling import close
from contacts.actions.rows import journal, locked, set_deadline
from contacts.actions.telling import told_of
from contacts.enums import CloseReason, Verb
from contacts.models import Demande
from contacts.models.demande import DemandeQuerySet
from directory.models import Agent


@transaction.atomic
def unite(one: Demande, other: Demande, *, by: Agent, at: datetime) -> Demande:
    """Close the younger as a duplicate of the older, which is returned as it was.

    The older keeps its receipt and its clock; what both hold is read on its page.
    """
    if one.organisation_id != other.organisation_id:
        raise errors.UnitedOutside
    if one.pk == other.pk:
        raise errors.UnitedWithItself
    # Always in the same order: two agents who unite them both ways never wait for each other.
    older, younger = sorted(
        (locked(each) for each in sorted((one, other), key=lambda each: each.pk)),
        key=lambda each: (each.received_at, each.pk),
    )
    for each in (older, younger):
        if not each.is_open:
            raise errors.UnitedClosed(told_of(each, Verb.CLOSED))
    if older.usager_id and younger.usager_id and older.usager_id != younger.usager_id:
        raise errors.OtherUsager
    close(younger, by=by, at=at, now=at, reason=CloseReason.DUPLICATE)
    _row(younger).update(united_with=older)
    # What was a duplicate of the younger is one of the older: links are one step long.
    _united_with(younger).update(united_with=older)
    _journal_both(older, younger, Verb.UNITED, by=by, at=at)
    return older


@transaction.atomic
def separate(younger: Demande, *, by: Agent, at: datetime) -> None:
    """They were two after all: the younger is open again, its clock running since its receipt."""
    younger = locked(younger)
    older = younger.united_with
    if older is None:
        raise errors.NotUnited
    set_deadline(younger)
    _row(younger).update(
        united_with=None,
        closed_at=None,
        closed_on=None,
        close_reason="",
        first_reply_limit=younger.first_reply_limit,
        first_reply_due_on=younger.first_reply_due_on,
    )
    _journal_both(older, younger, Verb.SEPARATED, by=by, at=at)


def _row(demande: Demande) -> DemandeQuerySet:
    return Demande.objects.filter(organisation=demande.organisation_id, pk=demande.pk)


def _united_with(demande: Demande) -> DemandeQuerySet:
    return Demande.objects.filter(organisation=demande.organisation_id, united_with=demande)


def _journal_both(older: Demande, younger: Demande, verb: Verb, *, by: Agent, at: datetime) -> None:
    for here, there in ((older, younger), (younger, older)):
        link = {"reference": there.reference, "public_id": str(there.public_id)}
        journal(here, verb, by=by, at=at, **link)
