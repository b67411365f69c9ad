"""Writing a message that will leave."""

from datetime import datetime

from directory.models import Organisation
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
