"""What every verb on a demande reads and writes: its locked row, its contacts, its journal."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from contacts.enums import ContactKind, Direction, Verb
from contacts.models import Contact, Demande, JournalEntry
from contacts.targets import limit_for
from directory.models import Agent
from directory.workdays import nth_working_day

# The same words from the same agent within this time are one act sent twice.
A_DOUBLE_CLICK = timedelta(minutes=1)


def locked(demande: Demande) -> Demande:
    """The demande as it stands now, held until the end of the transaction."""
    return (
        Demande.objects.select_for_update(of=("self",))
        .select_related("service__calendar", "organisation")
        .get(organisation=demande.organisation_id, pk=demande.pk)
    )


def set_deadline(demande: Demande) -> None:
    demande.first_reply_limit = limit_for(
        demande.organisation,
        service=demande.service,
        channel=demande.channel,
        nature=demande.nature,
        on=demande.received_on,
    )
    demande.first_reply_due_on = (
        nth_working_day(demande.service.calendar, demande.received_on, demande.first_reply_limit)
        if demande.first_reply_limit
        else None
    )


def add_contact(
    demande: Demande,
    channel: str,
    at: datetime,
    text: str,
    by: Agent | None,
    *,
    kind: ContactKind = ContactKind.REQUEST,
    key: uuid.UUID | None = None,
) -> Contact:
    return Contact.objects.create(
        organisation=demande.organisation,
        demande=demande,
        channel=channel,
        direction=Direction.INBOUND,
        kind=kind,
        key=key,
        at=at,
        text=text,
        agent=by,
    )


def journal(
    demande: Demande, verb: Verb, *, by: Agent | None, at: datetime, **details: Any
) -> None:
    entry(demande, verb, by=by, at=at, **details).save(force_insert=True)


def entry(
    demande: Demande, verb: Verb, *, by: Agent | None, at: datetime, **details: Any
) -> JournalEntry:
    return JournalEntry(
        organisation_id=demande.organisation_id,
        demande=demande,
        verb=verb,
        at=at,
        agent=by,
        details=details,
    )
