"""Merging a service into another: the rooms where people waited for it, and their tickets."""

from directory.models import Service
from waiting.models import Ticket, WaitingRoom


def move_service(source: Service, into: Service) -> dict[str, int]:
    """Give `into` the rooms and the waits of `source`; how many of each."""
    own = {"organisation": source.organisation_id, "service": source}
    return {
        "rooms": WaitingRoom.objects.filter(**own).update(service=into),
        "tickets": Ticket.objects.filter(**own).update(service=into),
    }
