"""Writing a message that will leave, and deciding on one that did not."""

from datetime import datetime

from django.db.models import Value
from django.db.models.functions import Coalesce

from directory.models import Organisation
from outbox import errors
from outbox.models import OutgoingMessage


def post(
    organisation: Organisation, *, key: str, to: str, subject: str, body: str, now: datetime
) -> bool:
    """Write a message in the caller's transaction; false when one under this key was written.

    A worker sends it once the transaction is committed, whatever becomes of Redis.
    """
    made = OutgoingMessage.objects.bulk_create(
        [
            OutgoingMessage(
                organisation=organisation,
                key=key,
                to=to,
                # A subject is one line: what was typed in a name cannot add a header.
                subject=" ".join(subject.split())[:250],
                body=body,
                next_try_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    return OutgoingMessage.objects.filter(
        organisation=organisation, key=key, public_id=made[0].public_id
    ).exists()


def retry(message: OutgoingMessage, *, now: datetime) -> None:
    """Give a message set aside all its attempts again; the next wake-up sends it."""
    ours = OutgoingMessage.objects.filter(organisation=message.organisation_id, pk=message.pk)
    if not ours.set_aside().update(set_aside_at=None, attempts=0, next_try_at=now):
        raise errors.NotSetAside


def retry_all(organisation: Organisation, *, now: datetime) -> int:
    """The same for all of them, once a server that refused everything is mended."""
    theirs = OutgoingMessage.objects.filter(organisation=organisation)
    return theirs.set_aside().update(set_aside_at=None, attempts=0, next_try_at=now)


def abandon(message: OutgoingMessage, *, now: datetime) -> None:
    """It will never leave; its line stays, without its text after some time."""
    ours = OutgoingMessage.objects.filter(organisation=message.organisation_id, pk=message.pk)
    if not ours.set_aside().update(abandoned_at=now):
        raise errors.NotSetAside


def purge_over(organisation: Organisation, *, before: datetime, now: datetime) -> int:
    """Empty what left or was set aside before that instant; returns how many rows.

    What nobody decided on since is abandoned: personal data do not wait for ever for a decision.
    """
    theirs = OutgoingMessage.objects.filter(organisation=organisation, purged_at=None)
    emptied = {"to": "", "subject": "", "body": "", "last_error": "", "purged_at": now}
    sent = theirs.filter(sent_at__lt=before).update(**emptied)
    aside = theirs.filter(set_aside_at__lt=before)
    return sent + aside.update(abandoned_at=Coalesce("abandoned_at", Value(now)), **emptied)
