"""« Ma journée » : what is mine, what is at risk, what my services owe, each equal to its list."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from contacts.actions import reply
from contacts.day import mine, owed_by_service, total
from contacts.due import Due, due_rule, horizons_of
from contacts.enums import ReplyKind
from contacts.models import Demande
from contacts.queries import Owed, days_left
from directory.models import Agent, Organisation, Service
from tests import factories

Login = Callable[[Agent], Client]


def shown(client: Client, address: str = "/ma-journee/") -> str:
    return unescape(client.get(address).content.decode())


def due_in(service: Service, days: int, **fields: object) -> Demande:
    """An open demande owed that many calendar days from today."""
    due = timezone.localdate() + timedelta(days=days)
    received = timezone.localdate() - timedelta(days=60)
    return factories.make_demande(service, received, first_reply_due_on=due, **fields)  # type: ignore[arg-type]


class TestRules:
    def test_a_rule_over_rows_is_the_count_of_days_left(
        self, organisation: Organisation, service: Service
    ) -> None:
        """Before, on and after each limit, across week-ends, in two calendars at once."""
        every_day = factories.make_calendar(organisation, weekday_mask=0b1111111)
        desk = factories.make_service(organisation, every_day)
        dues = [date(2026, 6, 8) + timedelta(days=step) for step in range(21)]
        for place in (service, desk):
            for due in dues:
                factories.make_demande(place, first_reply_due_on=due)
            factories.make_demande(place)
        for on in (date(2026, 6, 15) + timedelta(days=step) for step in range(7)):
            horizons = horizons_of(organisation.pk, on=on)
            found = {
                due: set(
                    Demande.objects.filter(due_rule(horizons, due)).values_list("pk", flat=True)
                )
                for due in Due
            }
            assert found == expected(on), on

    def test_one_calendar_needs_no_join(self, organisation: Organisation, service: Service) -> None:
        rule = due_rule(horizons_of(organisation.pk, on=factories.TODAY), Due.LATE)
        assert "JOIN" not in str(Demande.objects.filter(rule).query)


def expected(on: date) -> dict[Due, set[int]]:
    """The same, from the working days left of each row."""
    found: dict[Due, set[int]] = {due: set() for due in Due}
    for demande in Demande.objects.select_related("service"):
        if demande.due_on is None:
            found[Due.NONE].add(demande.pk)
            continue
        owed = Owed(demande.service.calendar_id, demande.due_on)
        left = days_left([owed], today=on)[owed]
        due = Due.LATE if left < 0 else Due.TODAY if left == 0 else Due.SOON
        found[due if left < 3 else Due.LATER].add(demande.pk)
        if left <= 0:
            found[Due.AT_RISK].add(demande.pk)
    return found


class TestMine:
    def test_who_answered_last_follows_it_else_who_logged_it(
        self, agent: Agent, responsable: Agent, service: Service
    ) -> None:
        logged = factories.make_demande(service, created_by=agent)
        factories.make_demande(service)
        factories.make_demande(service, created_by=agent, replied=date(2026, 6, 3))
        theirs = factories.make_demande(service, created_by=agent)
        taken = factories.make_demande(service, created_by=responsable)
        for demande, by in ((theirs, agent), (theirs, responsable), (taken, agent)):
            reply(
                demande,
                kind=ReplyKind.HOLDING,
                by=by,
                at=factories.NOW,
                now=factories.NOW,
                announced_on=date(2026, 7, 1),
                text=by.full_name,
            )
        assert {one.pk for one in mine(agent)} == {logged.pk, taken.pk}
        assert {one.pk for one in mine(responsable)} == {theirs.pk}

    def test_an_acknowledgement_is_no_answer(
        self, agent: Agent, responsable: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(service, created_by=agent)
        now = factories.NOW
        reply(demande, kind=ReplyKind.ACKNOWLEDGEMENT, by=responsable, at=now, now=now)
        assert list(mine(agent)) == [demande]

    def test_what_left_my_services_is_no_longer_mine(
        self, agent: Agent, other_service: Service
    ) -> None:
        factories.make_demande(other_service, created_by=agent)
        assert not mine(agent).exists()


class TestPage:
    def test_each_number_opens_the_list_it_counts(
        self, client_of: Login, responsable: Agent, service: Service, other_service: Service
    ) -> None:
        responsable.services.add(other_service)
        for place, most in ((service, 3), (other_service, 1)):
            for days in (-30, -9, 0, 1, 2, 3, 4, 5, 6, 9, 20):
                for _one in range(most):
                    due_in(place, days)
            factories.make_demande(place)
        client = client_of(responsable)
        page = shown(client)
        links = re.findall(r'href="(/demandes/\?service=[^"]+&due=[^"]+)">(\d+)<', page)
        assert len(links) >= 8
        for address, number in links:
            assert client.get(address).context["page"].paginator.count == int(number), address
        counted = sum(int(number) for _address, number in links)
        assert counted == Demande.objects.count() == client.get("/ma-journee/").context["owed"].open
        for due in ("risque", "retard", "aujourdhui", "bientot"):
            listed = client.get(f"/demandes/?due={due}").context["page"].paginator.count
            owed = client.get("/ma-journee/").context["owed"]
            numbers = {"risque": owed.at_risk, "retard": owed.late, "aujourdhui": owed.today}
            assert listed == numbers.get(due, owed.soon)

    def test_what_is_at_risk_and_what_waits(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        late, quiet = due_in(service, -30), due_in(service, 30)
        context = client_of(agent).get("/ma-journee/").context
        assert [line["reference"] for line in context["at_risk"]] == [late.reference]
        assert context["at_risk"][0]["left"] < 0
        assert [line["reference"] for line in context["oldest"]] == [
            late.reference,
            quiet.reference,
        ]

    def test_a_date_announced_that_comes(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        today = timezone.localdate()
        received = today - timedelta(days=30)
        held = received + timedelta(days=1)
        near, far = (
            factories.make_demande(service, received, held=held, announced=today + timedelta(days))
            for days in (0, 20)
        )
        due_in(service, -3)
        context = client_of(agent).get("/ma-journee/").context
        assert [line["reference"] for line in context["announced"]] == [near.reference]
        assert far.due_on == today + timedelta(20)

    def test_other_services_and_organisations_are_not_shown(
        self, client_of: Login, agent: Agent, other_service: Service
    ) -> None:
        due_in(other_service, -3)
        due_in(factories.make_service(factories.make_organisation()), -3)
        assert "Rien n’attend" in shown(client_of(agent))

    @pytest.mark.parametrize("role", ["agent", "responsable"])
    def test_it_is_the_home_of_those_who_answer(
        self, request: pytest.FixtureRequest, client_of: Login, role: str
    ) -> None:
        client = client_of(request.getfixturevalue(role))
        assert client.get("/").headers["Location"] == "/ma-journee/"

    def test_the_home_of_the_others_is_the_board(self, client_of: Login, qualite: Agent) -> None:
        assert client_of(qualite).get("/").headers["Location"] == "/tableau-de-bord/"

    def test_what_i_follow_comes_fifty_at_a_time(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        for _one in range(51):
            factories.make_demande(service, created_by=agent)
        context = client_of(agent).get("/ma-journee/?page=2").context
        assert len(context["mine"]) == 1

    def test_twenty_lines_cost_as_many_queries_as_one(
        self,
        client_of: Login,
        agent: Agent,
        service: Service,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        due_in(service, -3, created_by=agent)
        client = client_of(agent)
        with django_assert_max_num_queries(18) as one:
            client.get("/ma-journee/")
        for number in range(20):
            below = factories.make_service(service.organisation, service.calendar, parent=service)
            due_in(below, number - 9, created_by=agent)
        with django_assert_max_num_queries(len(one)):
            client.get("/ma-journee/")


def test_totals_add_up(
    organisation: Organisation, service: Service, other_service: Service
) -> None:
    today = factories.TODAY
    for place in (service, other_service):
        for days in (-9, 0, 1, 30):
            factories.make_demande(place, first_reply_due_on=today + timedelta(days=days))
    horizons = horizons_of(organisation.pk, on=today)
    owing = owed_by_service(Demande.objects.filter(organisation=organisation).open(), horizons)
    assert [one.name for one in owing] == ["État civil", "Urbanisme"]
    owed = total(owing)
    assert (owed.late, owed.today, owed.soon, owed.later, owed.open) == (2, 2, 2, 2, 8)
