"""Files added to a demande, and taken away from it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from contacts import errors
from contacts.actions.rows import A_DOUBLE_CLICK, journal, locked
from contacts.attachments import clamd, storage
from contacts.attachments.limits import PER_DEMANDE
from contacts.attachments.uploads import Upload
from contacts.enums import ScanState, Verb
from contacts.models import Attachment, Contact, Demande, Note, Reply
from directory.models import Agent


@transaction.atomic
def attach(
    demande: Demande,
    uploads: Sequence[Upload],
    *,
    by: Agent | None,
    at: datetime,
    contact: Contact | None = None,
    reply: Reply | None = None,
    note: Note | None = None,
) -> list[Attachment]:
    """Keep these files with the demande, and with the entry they came with.

    The same content from the same agent within a minute is one file sent twice.
    """
    if not uploads:
        return []
    demande = locked(demande)
    fresh = _without_twins(demande, uploads, by=by, at=at)
    standing = Attachment.objects.filter(organisation=demande.organisation, demande=demande)
    if standing.standing().count() + len(fresh) > PER_DEMANDE:
        raise errors.TooManyAttachments
    made = Attachment.objects.bulk_create(
        Attachment(
            organisation=demande.organisation,
            demande=demande,
            contact=contact,
            reply=reply,
            note=note,
            name=one.name,
            stored_as=storage.keep(one.file, demande.organisation),
            sha256=one.sha256,
            size=one.size,
            media_type=one.media_type,
            state=ScanState.WAITING if clamd.is_configured() else ScanState.NOT_SCANNED,
            next_try_at=at,
            agent=by,
            at=at,
        )
        for one in fresh
    )
    if made:
        journal(demande, Verb.ATTACHED, by=by, at=at, names=[one.name for one in made])
    return made


def _without_twins(
    demande: Demande, uploads: Sequence[Upload], *, by: Agent | None, at: datetime
) -> list[Upload]:
    recent = Attachment.objects.filter(
        organisation=demande.organisation, demande=demande, agent=by, at__gt=at - A_DOUBLE_CLICK
    )
    known = set(recent.standing().values_list("sha256", "name"))
    fresh = []
    for one in uploads:
        if (one.sha256, one.name) not in known:
            known.add((one.sha256, one.name))
            fresh.append(one)
    return fresh


@transaction.atomic
def detach(attachment: Attachment, *, by: Agent, at: datetime) -> None:
    """Take a file away: it is marked and no longer given back; done twice, it is written once."""
    own = Attachment.objects.filter(organisation=attachment.organisation_id, pk=attachment.pk)
    if own.standing().update(removed_at=at):
        journal(attachment.demande, Verb.DETACHED, by=by, at=at, name=attachment.name)
