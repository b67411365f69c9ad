"""Recording the acknowledgement that the law wants, printed or sent."""

from datetime import datetime

from django.db import transaction

from contacts import errors
from contacts.acknowledgement import acknowledgement_of, is_owed
from contacts.actions.replying import reply
from contacts.actions.rows import locked
from contacts.enums import Channel, ReplyKind
from contacts.models import Demande, Reply
from directory.models import Agent
from outbox.actions import post


@transaction.atomic
def acknowledge(demande: Demande, *, by: Agent, now: datetime, by_email: bool) -> Reply:
    """Keep the very words that were given; sent by e-mail, they wait in the outbox."""
    demande = locked(demande)
    if not is_owed(demande):
        raise errors.AcknowledgementNotOwed
    content = acknowledgement_of(demande, by=by)
    if content.missing:
        raise errors.AcknowledgementIncomplete
    address = demande.usager.email if demande.usager else ""
    if by_email and not address:
        raise errors.NoAddressToWriteTo
    given = reply(
        demande,
        kind=ReplyKind.ACKNOWLEDGEMENT,
        by=by,
        at=now,
        now=now,
        text=content.text,
        channel=Channel.EMAIL if by_email else Channel.MAIL,
    )
    if by_email:
        # The reply of a double click is the same one, and so is its key.
        key = f"acknowledgement:{given.public_id}"
        subject, body = content.subject, given.text
        post(demande.organisation, key=key, to=address, subject=subject, body=body, now=now)
    return given
