"""Closing and reopening a demande, and the later messages of its usager."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from contacts import errors
from contacts.actions.attaching import attach
from contacts.actions.rows import A_DOUBLE_CLICK, add_contact, journal, locked, set_deadline
from contacts.actions.telling import told_of
from contacts.attachments.uploads import Upload
from contacts.enums import Channel, CloseReason, ContactKind, Verb
from contacts.models import Contact, Demande
from directory.models import Agent


@transaction.atomic
def close(
    demande: Demande, *, by: Agent | None, at: datetime, now: datetime, reason: CloseReason
) -> None:
    """Stop every clock (rule 7); the second of two agents is told that it was done."""
    if at > now:
        raise errors.ReplyInFuture
    if at < demande.received_at:
        raise errors.ReplyBeforeReceipt
    its_row = Demande.objects.filter(organisation=demande.organisation_id, pk=demande.pk)
    closed = its_row.filter(closed_on__isnull=True).update(
        closed_at=at, closed_on=demande.service.calendar.day_of(at), close_reason=reason
    )
    if not closed:
        raise errors.DemandeIsClosed(told_of(demande, Verb.CLOSED))
    journal(demande, Verb.CLOSED, by=by, at=now, reason=reason)


@transaction.atomic
def record_message(
    demande: Demande,
    *,
    by: Agent,
    at: datetime,
    now: datetime,
    channel: Channel,
    text: str,
    asks_something: bool,
    files: Sequence[Upload] = (),
    key: uuid.UUID | None = None,
) -> Demande:
    """A later message of the usager; on a closed demande it reopens only if it asks (rule 7).

    The client-made `key` makes it idempotent. Returns the demande the message went to: the same, or
    the new round it opened.
    """
    demande = locked(demande)
    known = _recorded(demande, key)
    if known:
        return known
    if at > now:
        raise errors.ReceivedInFuture
    if at < demande.received_at:
        raise errors.MessageBeforeReceipt
    if demande.united_with:
        raise errors.UnitedElsewhere(demande.united_with.reference)
    if _just_said(demande, channel=channel, text=text, by=by, now=now):
        return demande
    if demande.is_open or not asks_something:
        contact = add_contact(demande, channel, at, text, by, kind=ContactKind.MESSAGE, key=key)
        journal(demande, Verb.MESSAGE, by=by, at=now)
        attach(demande, files, by=by, at=now, contact=contact)
        return demande
    return _reopen(demande, by=by, at=at, now=now, channel=channel, text=text, key=key, files=files)


def _recorded(demande: Demande, key: uuid.UUID | None) -> Demande | None:
    """Where the message of this key went, when it was sent before."""
    if key is None:
        return None
    contact = Contact.objects.filter(organisation=demande.organisation, key=key)
    found = contact.select_related("demande__service__calendar").first()
    return found.demande if found else None


def _just_said(demande: Demande, *, channel: Channel, text: str, by: Agent, now: datetime) -> bool:
    own = Q(organisation=demande.organisation, agent=by)
    recent = demande.journal.filter(own, verb=Verb.MESSAGE, at__gt=now - A_DOUBLE_CLICK)
    return recent.exists() and demande.contacts.filter(own, channel=channel, text=text).exists()


def _reopen(
    demande: Demande,
    *,
    by: Agent,
    at: datetime,
    now: datetime,
    channel: Channel,
    text: str,
    key: uuid.UUID | None,
    files: Sequence[Upload],
) -> Demande:
    """A second clock: a new row of the same reference, received on the day of the message."""
    later = Demande.objects.filter(
        organisation=demande.organisation, reference=demande.reference, round__gt=demande.round
    )
    if later.exists():
        raise errors.LaterRoundExists
    new = Demande(
        organisation=demande.organisation,
        reference=demande.reference,
        round=demande.round + 1,
        service=demande.service,
        channel=channel,
        nature=demande.nature,
        motif=demande.motif,
        usager=demande.usager,
        subject=demande.subject,
        received_at=at,
        received_on=demande.service.calendar.day_of(at),
        registered_at=now,
        created_by=by,
    )
    set_deadline(new)
    new.save(force_insert=True)
    contact = add_contact(new, channel, at, text, by, key=key)
    journal(new, Verb.REOPENED, by=by, at=now)
    attach(new, files, by=by, at=now, contact=contact)
    return new
