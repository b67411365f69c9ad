"""A service merged into another: what was called at the first passes to the second."""

from directory.models import Service
from telephony.merging import move_service
from telephony.models import Call, Line, MysteryCampaign
from tests.telephony.situations import make_call, make_campaign, make_line


def test_everything_passes_and_nothing_is_lost(service: Service, other_service: Service) -> None:
    make_call(service, line=make_line(service))
    campaign = make_campaign(service)
    campaign.services.add(other_service)
    assert move_service(service, other_service) == {"lines": 1, "calls": 1, "mystery_calls": 0}
    assert Call.objects.get().service == Line.objects.get().service == other_service
    assert list(MysteryCampaign.objects.get().services.all()) == [other_service]
