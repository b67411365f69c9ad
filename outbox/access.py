"""Doors of the outbox: an administrateur sees where messages go, never what they say."""

from directory.models import Agent
from outbox.models import OutgoingMessage, OutgoingMessageQuerySet


def messages_of(agent: Agent) -> OutgoingMessageQuerySet:
    """Without their text: whoever mends a mail server need not read what an usager was told."""
    return OutgoingMessage.objects.filter(organisation=agent.organisation_id).defer("body")
