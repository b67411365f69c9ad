"""Merging a service into another: the invitations and the answers that spoke of it.

A QR code stays where it was printed: what comes by it is recorded for the service that took over.
"""

from directory.models import Service
from surveys.models import AnswerSheet, Invitation


def move_service(source: Service, into: Service) -> dict[str, int]:
    """Give `into` what was asked and answered about `source`; how many of each."""
    own = {"organisation": source.organisation_id, "service": source}
    # Invitations first: an answer being given holds its own, and its sheet is then seen.
    return {
        "invitations": Invitation.objects.filter(**own).update(service=into),
        "answers": AnswerSheet.objects.filter(**own).update(service=into),
    }
