"""The team's view: loads and flows to the unit, people by name and never by number."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from contacts.models import Demande
from contacts.team import flow_of
from directory.models import Agent, Organisation, Service
from tests import factories

Login = Callable[[Agent], Client]


def flow(organisation: Organisation, today: date) -> list[tuple[date, int, int]]:
    demandes = Demande.objects.filter(organisation=organisation)
    found = flow_of(demandes, organisation.services.all(), today=today)
    return [(one.day, one.received, one.closed) for one in found.days]


def test_a_closed_day_counts_with_the_next_worked_one(
    organisation: Organisation, service: Service
) -> None:
    """From Monday 15 to Friday 19 June 2026; Friday 12 is before, its week-end is Monday's."""
    for day in (12, 13, 14, 15, 16, 19):
        factories.make_demande(service, date(2026, 6, day))
    factories.make_demande(service, date(2026, 6, 1), replied=date(2026, 6, 14))
    factories.make_demande(service, date(2026, 6, 1), replied=date(2026, 6, 12))
    days = [date(2026, 6, day) for day in range(15, 20)]
    expected = list(zip(days, (3, 1, 0, 0, 1), (1, 0, 0, 0, 0), strict=True))
    assert flow(organisation, date(2026, 6, 19)) == expected


def test_a_sunday_shows_what_came_since_friday(
    organisation: Organisation, service: Service
) -> None:
    for day in (19, 20, 21):
        factories.make_demande(service, date(2026, 6, day))
    assert flow(organisation, date(2026, 6, 21))[-1] == (date(2026, 6, 19), 3, 0)


def test_loads_are_the_lists_behind_them(
    client_of: Login, responsable: Agent, service: Service, other_service: Service
) -> None:
    responsable.services.add(other_service)
    today = timezone.localdate()
    received = today - timedelta(days=40)
    for place, days in ((service, (-9, -9, 0, 9)), (other_service, (-9, 3))):
        for due in days:
            factories.make_demande(place, received, first_reply_due_on=today + timedelta(due))
    factories.make_demande(service, created_by=responsable)
    client = client_of(responsable)
    response = client.get("/equipe/")
    page = unescape(response.content.decode())
    links = re.findall(r'href="(/demandes/\?service=[^"]+)">(\d+)<', page)
    assert len(links) >= 4
    for address, number in links:
        assert client.get(address).context["page"].paginator.count == int(number), address
    unassigned = {load.service.name: load.unassigned for load in response.context["loads"]}
    assert unassigned == {"État civil": 4, "Urbanisme": 2}
    assert sum(owed.open for _channel, owed in response.context["channels"]) == 7


class TestPeople:
    def test_who_follows_what_is_alphabetical_and_without_numbers(
        self, client_of: Login, responsable: Agent, service: Service
    ) -> None:
        few, many = (
            factories.make_agent(service.organisation, full_name=name)
            for name in ("Zoé Martin", "Élise Faure")
        )
        for agent, number in ((many, 7), (few, 1), (None, 2)):
            for _one in range(number):
                factories.make_demande(service, created_by=agent)
        response = client_of(responsable).get(f"/equipe/?service={service.public_id}")
        held = response.context["held"]
        assert [one.name for one in held] == ["Élise Faure", "Zoé Martin", ""]
        page = unescape(response.content.decode())
        for name in ("Élise Faure", "Zoé Martin"):
            summary = re.search(
                rf"<summary>((?:(?!<summary>).)*?{name}.*?)</summary>", page, re.DOTALL
            )
            assert summary
            assert not re.search(r"\d", re.sub(r"<[^>]*>", "", summary[1]))

    def test_people_are_not_listed_across_services(
        self, client_of: Login, responsable: Agent, service: Service, agent: Agent
    ) -> None:
        factories.make_demande(service, created_by=agent)
        response = client_of(responsable).get("/equipe/")
        assert response.context["held"] is None
        assert agent.full_name not in unescape(response.content.decode())


def test_another_service_is_no_choice(
    client_of: Login, responsable: Agent, other_service: Service
) -> None:
    client = client_of(responsable)
    assert client.get(f"/equipe/?service={other_service.public_id}").status_code == 422
    assert client.get("/equipe/?service=rien").status_code == 422


@pytest.mark.parametrize("address", ["/equipe/", "/equipe/?service={}"])
def test_twenty_rows_cost_as_many_queries_as_one(
    client_of: Login,
    responsable: Agent,
    service: Service,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    address: str,
) -> None:
    address = address.format(service.public_id)
    today = timezone.localdate()
    factories.make_demande(service, today - timedelta(9), created_by=responsable)
    client = client_of(responsable)
    with django_assert_max_num_queries(24) as one:
        client.get(address)
    for number in range(20):
        place = factories.make_service(service.organisation, service.calendar, parent=service)
        someone = factories.make_agent(service.organisation)
        for where in (service, place):
            factories.make_demande(where, today - timedelta(number), created_by=someone)
    with django_assert_max_num_queries(len(one)):
        client.get(address)
