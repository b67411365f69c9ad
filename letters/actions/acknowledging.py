"""Saying that the acknowledgement of a letter has left."""

from datetime import datetime

from contacts.actions import reply
from contacts.enums import Channel, ReplyKind
from contacts.models import Reply
from directory.models import Agent
from letters.models import Letter


def acknowledge(letter: Letter, *, by: Agent, now: datetime) -> Reply:
    """Record it on the demande: an acknowledgement stops no clock (rule 4)."""
    return reply(
        letter.demande,
        kind=ReplyKind.ACKNOWLEDGEMENT,
        by=by,
        at=now,
        now=now,
        channel=Channel.MAIL,
    )
