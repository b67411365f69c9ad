"""The register: three dates and their delay, what each one sees, filters and pages."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.actions import transfer
from directory.enums import Role
from directory.models import Agent, Organisation, Service
from letters.models import Letter
from letters.queries import registration_delays
from tests import factories
from tests.letters.situations import make_letter

Login = Callable[[Agent], Client]


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def shown(client: Client, address: str = "/courriers/") -> list[str]:
    return [line.letter.chrono for line in client.get(address).context["lines"]]


class TestLines:
    def test_a_line_shows_its_three_dates_and_its_delay(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        make_letter(service, agent, date(2026, 6, 19), letter_on=date(2026, 6, 15))
        text = text_of(client_of(agent).get("/courriers/"))
        for words in ("2026-000001", "19/06/2026", "15/06/2026", "22/06/2026", "1 jour ouvré"):
            assert words in text

    def test_the_latest_number_comes_first(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        for _time in range(3):
            make_letter(service, agent)
        assert shown(client_of(agent)) == ["2026-000003", "2026-000002", "2026-000001"]

    def test_an_empty_register_says_so(self, client_of: Login, agent: Agent) -> None:
        assert "Le registre est vide" in text_of(client_of(agent).get("/courriers/"))

    def test_fifty_a_page(self, client_of: Login, agent: Agent, service: Service) -> None:
        for _time in range(51):
            make_letter(service, agent)
        client = client_of(agent)
        assert len(shown(client)) == 50
        assert shown(client, "/courriers/?page=2") == ["2026-000001"]

    def test_as_many_queries_for_one_line_as_for_twenty(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        client = client_of(agent)
        make_letter(service, agent)
        client.get("/courriers/")
        with CaptureQueriesContext(
            connection,
        ) as for_one:
            client.get("/courriers/")
        for number in range(19):
            make_letter(service, agent, date(2026, 6, 19) - timedelta(days=number))
        with CaptureQueriesContext(connection) as for_twenty:
            client.get("/courriers/")
        assert len(for_one) == len(for_twenty)


class TestWhoSees:
    def test_their_services_and_what_they_registered_for_others(
        self, client_of: Login, agent: Agent, service: Service, other_service: Service
    ) -> None:
        colleague = factories.make_agent(service.organisation, Role.AGENT, other_service)
        make_letter(service, colleague)
        make_letter(other_service, agent)
        make_letter(other_service, colleague)
        response = client_of(agent).get("/courriers/")
        lines = {line.letter.chrono: line.opens for line in response.context["lines"]}
        assert lines == {"2026-000002": False, "2026-000001": True}
        assert shown(client_of(colleague)) == ["2026-000003", "2026-000002", "2026-000001"]

    def test_another_organisation_sees_nothing(
        self, client_of: Login, administrateur: Agent, agent: Agent, service: Service
    ) -> None:
        make_letter(service, agent)
        foreigner = factories.make_agent(factories.make_organisation(), Role.ADMINISTRATEUR)
        assert shown(client_of(foreigner)) == []
        assert shown(client_of(administrateur)) == ["2026-000001"]


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("q=2026-000002", ["2026-000002"]),
            ("q=2/2026", ["2026-000002"]),
            ("q=2", ["2026-000002"]),
            ("q=MARTIN", ["2026-000001"]),
            ("q=voirie", ["2026-000003"]),
            ("q=rien", []),
            ("annee=2026&q=acte", ["2026-000002", "2026-000001"]),
            # A filter that means nothing shows nothing: another list would mislead.
            ("annee=1999", []),
            ("service=rien", []),
        ],
    )
    def test_each_filter(
        self, client_of: Login, agent: Agent, service: Service, query: str, expected: list[str]
    ) -> None:
        make_letter(service, agent, sender="Mme Martin")
        make_letter(service, agent)
        make_letter(service, agent, subject="Voirie", sender="")
        assert shown(client_of(agent), f"/courriers/?{query}") == expected

    def test_the_page_of_a_demande_leads_to_its_line(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        make_letter(service, agent)
        letter, client = make_letter(service, agent), client_of(agent)
        address = f"/courriers/?q={letter.demande.reference}"
        assert address in text_of(client.get(f"/demandes/{letter.demande.public_id}/"))
        assert shown(client, address) == ["2026-000002"]

    def test_by_service_and_by_year(
        self, client_of: Login, agent: Agent, service: Service, other_service: Service
    ) -> None:
        make_letter(service, agent)
        make_letter(other_service, agent)
        make_letter(service, agent, date(2027, 1, 4), now=datetime(2027, 1, 4, 9, tzinfo=UTC))
        client = client_of(agent)
        assert shown(client, f"/courriers/?service={other_service.public_id}") == ["2026-000002"]
        assert shown(client, "/courriers/?annee=2027") == ["2027-000001"]


class TestRegistrationDelays:
    """The day of arrival does not count, the day of registration does (rules 1 and 2)."""

    def delays(self, service: Service, *services: Service) -> dict[int, int]:
        first, last = date(2026, 6, 1), date(2026, 6, 30)
        keys = [one.pk for one in (service, *services)]
        return registration_delays(service.organisation_id, keys, first, last).histogram

    def test_counted_in_working_days(self, agent: Agent, service: Service) -> None:
        # Registered on Monday 22 June: the same day, since Sunday, Saturday, Friday, the 15th.
        for day in (22, 21, 20, 19, 15):
            make_letter(service, agent, date(2026, 6, day))
        assert self.delays(service) == {0: 1, 1: 3, 5: 1}

    def test_shares_percentiles_and_interval(self, agent: Agent, service: Service) -> None:
        for day in (22, 19, 19, 15):
            make_letter(service, agent, date(2026, 6, day))
        found = registration_delays(
            service.organisation_id, [service.pk], date(2026, 6, 1), date(2026, 6, 30)
        )
        assert (found.n, found.same_day, found.by_next_day) == (4, 1, 3)
        assert (found.median, found.p90) == (1, 5)
        assert found.rate_within(1) == 0.75
        low, high = found.interval_within(1) or (0, 0)
        assert (round(low, 3), round(high, 3)) == (0.301, 0.954)

    def test_nothing_is_no_rate(self, service: Service) -> None:
        found = registration_delays(
            service.organisation_id, [service.pk], date(2026, 6, 1), date(2026, 6, 30)
        )
        assert (found.n, found.rate_within(0), found.interval_within(0)) == (0, None, None)
        assert (found.median, found.p90) == (None, None)

    def test_only_the_period_the_services_and_what_is_known(
        self, agent: Agent, service: Service, other_service: Service
    ) -> None:
        make_letter(service, agent, date(2026, 5, 29))
        make_letter(other_service, agent)
        unknown = make_letter(service, agent)
        Letter.objects.filter(pk=unknown.pk).update(registered_on=None)
        assert self.delays(service) == {}
        assert self.delays(service, other_service) == {1: 1}

    def test_a_letter_counts_for_the_service_that_holds_it(
        self, agent: Agent, service: Service, other_service: Service
    ) -> None:
        letter = make_letter(service, agent)
        transfer(
            letter.demande,
            to_service=other_service,
            reason="Compétence",
            by=agent,
            at=factories.NOW,
        )
        assert (self.delays(service), self.delays(other_service)) == ({}, {1: 1})

    def test_one_statement(
        self, organisation: Organisation, agent: Agent, service: Service
    ) -> None:
        make_letter(service, agent)
        with CaptureQueriesContext(connection) as queries:
            self.delays(service)
        assert len(queries) == 1
