"""Mystery calls: entered by hand, counted with n and interval, never mixed with calls received."""

import uuid
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from contacts.statistics import Share, mean_interval
from directory.models import Agent, Organisation, Service
from telephony.actions.mystery import MysteryTold, record_call
from telephony.enums import MysteryOutcome
from telephony.models import MysteryCall, MysteryCampaign
from telephony.mystery import mystery_figures
from tests import factories
from tests.telephony.situations import make_call, make_campaign, morning

Login = Callable[[Agent], Client]


@pytest.fixture
def campaign(service: Service) -> MysteryCampaign:
    return make_campaign(service)


def made(
    campaign: MysteryCampaign,
    service: Service,
    by: Agent,
    rings: int = 3,
    outcome: MysteryOutcome = MysteryOutcome.AGENT,
    mark: int | None = None,
) -> MysteryCall:
    told = MysteryTold(service, morning(), outcome, rings, mark)
    return record_call(campaign, told, by=by, now=factories.NOW)


def test_the_figures(campaign: MysteryCampaign, service: Service, qualite: Agent) -> None:
    """Recounted by hand: 3 of 6 in target, 3 of 5 by an agent."""
    made(campaign, service, qualite, 4, mark=8)
    made(campaign, service, qualite, 5, mark=6)
    made(campaign, service, qualite, 2, mark=10)
    made(campaign, service, qualite, 1, MysteryOutcome.VOICE_SERVER)
    made(campaign, service, qualite, 2, MysteryOutcome.UNANSWERED)
    made(campaign, service, qualite, 9, MysteryOutcome.UNANSWERED, mark=0)
    figures = mystery_figures(campaign.calls.all())
    assert (figures.in_target, figures.answered) == (Share(3, 6), Share(3, 5))
    assert (figures.median, figures.marked, figures.mean) == (2, 4, 6.0)
    assert figures.mean_bounds == mean_interval({8: 1, 6: 1, 10: 1, 0: 1}, lowest=0, highest=10)


def test_nothing_yet(campaign: MysteryCampaign) -> None:
    figures = mystery_figures(campaign.calls.all())
    assert [figures.in_target.rate, figures.median, figures.mean] == [None, None, None]


class TestPages:
    def typed(self, service: Service, **kwargs: object) -> dict[str, object]:
        return {
            "key": str(uuid.uuid4()),
            "service": service.pk,
            "called_at": "2026-06-02T10:00",
            "outcome": "agent",
            "rings": "3",
            "mark": "9",
            **kwargs,
        }

    def test_a_campaign_from_its_making_to_its_result(
        self, client_of: Login, qualite: Agent, service: Service
    ) -> None:
        client = client_of(qualite)
        values = {
            "title": "Baromètre",
            "first_day": "2026-06-01",
            "last_day": "2026-06-30",
            "services": [service.pk],
        }
        assert client.post(reverse("mystery_campaign_new"), values).status_code == 302
        campaign = MysteryCampaign.objects.get()
        add = reverse("mystery_call_new", args=[campaign.public_id])
        typed = self.typed(service)
        for _click in range(2):
            assert client.post(add, typed).status_code == 302
        page = client.get(reverse("mystery_campaign", args=[campaign.public_id]))
        assert page.context["figures"].in_target == Share(1, 1)
        call = MysteryCall.objects.get()
        remove = reverse("mystery_call_remove", args=[campaign.public_id, call.public_id])
        assert [client.post(remove).status_code for _twice in range(2)] == [302, 404]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"called_at": "2026-07-01T10:00"}, "called_at"),
            ({"called_at": "2098-06-01T10:00"}, "called_at"),
            ({"rings": "0"}, "rings"),
            ({"rings": ""}, "rings"),
            ({"mark": "11"}, "mark"),
            ({"mark": "-1"}, "mark"),
            ({"outcome": "fax"}, "outcome"),
            ({"key": "x"}, "key"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self,
        client_of: Login,
        qualite: Agent,
        campaign: MysteryCampaign,
        service: Service,
        wrong: dict[str, str],
        field: str,
    ) -> None:
        add = reverse("mystery_call_new", args=[campaign.public_id])
        response = client_of(qualite).post(add, self.typed(service) | wrong)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]

    def test_a_service_the_campaign_does_not_call(
        self, client_of: Login, qualite: Agent, campaign: MysteryCampaign, other_service: Service
    ) -> None:
        add = reverse("mystery_call_new", args=[campaign.public_id])
        response = client_of(qualite).post(add, self.typed(other_service))
        assert list(response.context["form"].errors) == ["service"]

    def test_a_change_leaves_no_call_outside(
        self, client_of: Login, qualite: Agent, campaign: MysteryCampaign, service: Service
    ) -> None:
        made(campaign, service, qualite)
        values = {
            "title": "Plus court",
            "first_day": "2026-06-10",
            "last_day": "2026-06-30",
            "services": [service.pk],
        }
        address = reverse("mystery_campaign_edit", args=[campaign.public_id])
        response = client_of(qualite).post(address, values)
        assert "hors de ces jours" in unescape(response.content.decode())
        campaign.refresh_from_db()
        assert campaign.title == "Baromètre de juin"

    def test_the_calls_received_stand_beside_and_are_never_added(
        self, client_of: Login, qualite: Agent, campaign: MysteryCampaign, service: Service
    ) -> None:
        made(campaign, service, qualite)
        for _one in range(3):
            make_call(service, seconds=50)
        address = reverse("mystery_campaign", args=[campaign.public_id])
        context = client_of(qualite).get(address).context
        assert context["figures"].in_target == Share(1, 1)
        assert context["received"].in_target == Share(0, 3)

    def test_a_responsable_sees_their_services_alone(
        self,
        client_of: Login,
        responsable: Agent,
        qualite: Agent,
        campaign: MysteryCampaign,
        service: Service,
        other_service: Service,
        organisation: Organisation,
    ) -> None:
        campaign.services.add(other_service)
        made(campaign, service, qualite)
        made(campaign, other_service, qualite, 9)
        hidden = MysteryCampaign.objects.create(
            organisation=organisation,
            title="Ailleurs",
            first_day=campaign.first_day,
            last_day=campaign.last_day,
        )
        hidden.services.add(other_service)
        client = client_of(responsable)
        shown = client.get(reverse("mystery_campaign", args=[campaign.public_id])).context
        assert shown["figures"].in_target == Share(1, 1)
        assert list(client.get(reverse("mystery_campaigns")).context["page"]) == [campaign]
        hidden_url = reverse("mystery_campaign", args=[hidden.public_id])
        assert client.get(hidden_url).status_code == 404

    def test_as_many_statements_for_one_as_for_twenty(
        self,
        client_of: Login,
        qualite: Agent,
        campaign: MysteryCampaign,
        service: Service,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client = client_of(qualite)
        address = reverse("mystery_campaign", args=[campaign.public_id])
        for size in (1, 19):
            for _one in range(size):
                made(campaign, service, qualite)
            with django_assert_num_queries(15):
                client.get(address)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"outcome": "fax"}, "telephony_mystery_outcome"),
        ({"rings": 0}, "telephony_mystery_rings"),
        ({"mark": 11}, "telephony_mystery_mark"),
        ({"called_at": morning(date(2098, 1, 1))}, "telephony_mystery_not_in_future"),
    ],
)
def test_the_database_refuses(
    campaign: MysteryCampaign,
    service: Service,
    qualite: Agent,
    wrong: dict[str, object],
    constraint: str,
) -> None:
    made(campaign, service, qualite)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MysteryCall.objects.update(**wrong)


def test_a_period_that_ends_before_it_starts(campaign: MysteryCampaign) -> None:
    with pytest.raises(IntegrityError, match="telephony_campaign_period"), transaction.atomic():
        MysteryCampaign.objects.update(last_day=date(2026, 5, 1))
