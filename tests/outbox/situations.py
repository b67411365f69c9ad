"""Messages in every state."""

import itertools
from datetime import datetime
from typing import Any

from directory.models import Organisation
from outbox.actions import post
from outbox.models import OutgoingMessage
from tests.factories import NOW

_numbers = itertools.count(1)


def make_message(
    organisation: Organisation, to: str = "ana@usager.example", *, at: datetime = NOW, **fields: Any
) -> OutgoingMessage:
    """Written by `post` and due at once, then given the columns of a later state."""
    key = f"essai:{next(_numbers)}"
    subject = fields.pop("subject", "Votre demande")
    assert post(organisation, key=key, to=to, subject=subject, body="Bonjour, ça ira.", now=at)
    written = OutgoingMessage.objects.filter(organisation=organisation, key=key)
    if fields:
        written.update(**fields)
    return written.get()
