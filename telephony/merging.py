"""Merging a service into another: the lines that reach it, its calls, its mystery calls."""

from directory.models import Service
from telephony.models import Call, Line, MysteryCall, MysteryCampaign


def move_service(source: Service, into: Service) -> dict[str, int]:
    """Give `into` what was called at `source`; how many of each. Hours stay as they were judged."""
    own = {"organisation": source.organisation_id, "service": source}
    moved = {
        "lines": Line.objects.filter(**own).update(service=into),
        "calls": Call.objects.filter(**own).update(service=into),
        "mystery_calls": MysteryCall.objects.filter(**own).update(service=into),
    }
    for campaign in MysteryCampaign.objects.filter(
        organisation=source.organisation_id, services=source
    ):
        campaign.services.remove(source)
        campaign.services.add(into)
    return moved
