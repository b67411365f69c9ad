"""The morning's mail: asked for, once a worked day, at its hour, and without anyone's data."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from contacts.digest import write_digests_due
from contacts.models import Usager
from directory.models import Agent, Organisation, Service
from directory.preferences import SIGNER, digest_stop_url
from jobs.models import PeriodicJob
from outbox.models import OutgoingMessage
from tests import factories

Login = Callable[[Agent], Client]
MONDAY = date(2026, 6, 22)


@pytest.fixture
def reader(agent: Agent, service: Service) -> Agent:
    """An agent who asked for it, and something overdue to tell."""
    Agent.objects.filter(pk=agent.pk).update(wants_digest=True)
    factories.make_demande(service, first_reply_due_on=date(2026, 1, 15), created_by=agent)
    agent.refresh_from_db()
    return agent


def written() -> list[str]:
    return [key.partition(":")[2] for key in OutgoingMessage.objects.values_list("key", flat=True)]


def wake(first: datetime, last: datetime, every: timedelta = timedelta(minutes=5)) -> None:
    now = first
    while now <= last:
        write_digests_due(now=now)
        now += every


def test_it_is_written_once_at_its_hour(reader: Agent) -> None:
    before = factories.at(MONDAY, 7, 29)
    write_digests_due(now=before)
    assert written() == []
    wake(before + timedelta(minutes=1), factories.at(MONDAY, 9))
    [message] = OutgoingMessage.objects.all()
    assert message.key == f"digest:{reader.pk}:{MONDAY}"
    assert message.to == reader.email
    assert message.next_try_at == factories.at(MONDAY, 7, 30)


def test_each_worked_day_has_one_and_no_other_day_has(reader: Agent) -> None:
    """From Thursday to Wednesday, a bridge declared on Friday and the clocks set on in between."""
    wake(
        datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 4, 1, 21, tzinfo=UTC), timedelta(hours=1)
    )
    days = [date(2026, 3, 26), date(2026, 3, 27), date(2026, 3, 30), date(2026, 3, 31)]
    assert written() == [f"{reader.pk}:{day}" for day in [*days, date(2026, 4, 1)]]


@pytest.mark.parametrize(
    ("monday", "hour_utc"), [(date(2026, 3, 30), 5), (date(2026, 10, 26), 6)], ids=["on", "back"]
)
def test_its_hour_is_local_on_both_sides_of_a_change_of_clock(
    reader: Agent, monday: date, hour_utc: int
) -> None:
    half_past = datetime(monday.year, monday.month, monday.day, hour_utc, 30, tzinfo=UTC)
    PeriodicJob.objects.create(
        name=f"digest:{reader.organisation_id}:Europe/Paris",
        last_success_at=half_past - timedelta(days=3),
    )
    write_digests_due(now=half_past - timedelta(minutes=1))
    assert written() == []
    write_digests_due(now=half_past)
    assert written() == [f"{reader.pk}:{monday}"]


def test_a_morning_missed_is_written_late_and_not_the_next_day(reader: Agent) -> None:
    write_digests_due(now=factories.at(MONDAY, 11))
    assert written() == [f"{reader.pk}:{MONDAY}"]
    write_digests_due(now=factories.at(MONDAY + timedelta(days=2), 6))
    write_digests_due(now=factories.at(MONDAY + timedelta(days=2), 8))
    assert written() == [f"{reader.pk}:{MONDAY}", f"{reader.pk}:{MONDAY + timedelta(days=2)}"]


def test_a_morning_is_that_of_the_agent_s_zone(organisation: Organisation, reader: Agent) -> None:
    island = factories.make_calendar(organisation, "la-reunion", time_zone="Indian/Reunion")
    desk = factories.make_service(organisation, island)
    far = factories.make_agent(organisation, "agent", desk, wants_digest=True)  # type: ignore[arg-type]
    factories.make_demande(desk, first_reply_due_on=date(2026, 1, 15))
    wake(datetime(2026, 6, 22, 3, tzinfo=UTC), datetime(2026, 6, 22, 4, tzinfo=UTC))
    assert written() == [f"{far.pk}:{MONDAY}"]
    wake(datetime(2026, 6, 22, 5, tzinfo=UTC), datetime(2026, 6, 22, 6, tzinfo=UTC))
    assert sorted(written()) == sorted([f"{far.pk}:{MONDAY}", f"{reader.pk}:{MONDAY}"])


@pytest.mark.parametrize(
    "changed", [{"wants_digest": False}, {"is_active": False}], ids=["not asked", "closed account"]
)
def test_only_those_who_asked_receive_it(reader: Agent, changed: dict[str, bool]) -> None:
    Agent.objects.filter(pk=reader.pk).update(**changed)
    write_digests_due(now=factories.at(MONDAY, 8))
    assert written() == []


def test_nothing_to_say_is_not_said(agent: Agent, service: Service) -> None:
    Agent.objects.filter(pk=agent.pk).update(wants_digest=True)
    factories.make_demande(service)
    write_digests_due(now=factories.at(MONDAY, 8))
    assert written() == []


def test_it_says_counts_and_references_and_nothing_of_the_usager(
    reader: Agent, service: Service, other_service: Service
) -> None:
    usager = Usager.objects.create(
        organisation=service.organisation, full_name="Dominique Perrin", email="d@usager.example"
    )
    told = factories.make_demande(
        service,
        first_reply_due_on=MONDAY,
        usager=usager,
        subject="Dominique Perrin conteste",
    )
    elsewhere = factories.make_demande(other_service, first_reply_due_on=MONDAY)
    write_digests_due(now=factories.at(MONDAY, 8))
    [message] = OutgoingMessage.objects.all()
    text = message.subject + message.body
    assert "1 en retard, 1 pour aujourd’hui" in message.subject
    assert "- pour aujourd’hui : 1" in re.sub(r"[\u202f\xa0]", " ", message.body)
    assert told.reference in text
    assert elsewhere.reference not in text
    assert "Perrin" not in text
    assert "usager.example" not in text
    assert digest_stop_url(reader) in text


class TestPreferences:
    address = "/mes-preferences/"

    def test_all_is_off_until_chosen(self, client_of: Login, agent: Agent) -> None:
        assert (agent.wants_digest, agent.single_key_shortcuts) == (False, False)
        page = unescape(client_of(agent).get(self.address).content.decode())
        assert "12.10" in page
        assert "checked" not in page

    def test_a_choice_is_kept(self, client_of: Login, agent: Agent) -> None:
        client = client_of(agent)
        client.post(self.address, {"wants_digest": "on", "role": "administrateur"})
        agent.refresh_from_db()
        assert (agent.wants_digest, agent.single_key_shortcuts) == (True, False)
        assert agent.role == "agent"
        client.post(self.address, {"single_key_shortcuts": "on"})
        agent.refresh_from_db()
        assert (agent.wants_digest, agent.single_key_shortcuts) == (False, True)


class TestStopping:
    def address(self, agent: Agent) -> str:
        return "/resume/arreter/" + digest_stop_url(agent).rpartition("/resume/arreter/")[2]

    def test_opening_the_link_changes_nothing(self, reader: Agent) -> None:
        assert "confirmé" in unescape(Client().get(self.address(reader)).content.decode())
        reader.refresh_from_db()
        assert reader.wants_digest

    def test_one_click_stops_it_without_logging_in(self, reader: Agent) -> None:
        client = Client(enforce_csrf_checks=True)
        response = client.post(self.address(reader))
        assert "C’est noté" in unescape(response.content.decode())
        assert "sessionid" not in response.cookies
        reader.refresh_from_db()
        assert not reader.wants_digest

    @pytest.mark.parametrize("token", ["rien", "{}", "{}~faux", "pas-un-uuid~{}"])
    def test_a_link_we_did_not_sign_is_unknown(self, reader: Agent, token: str) -> None:
        response = Client().post(f"/resume/arreter/{token.format(reader.public_id)}/")
        assert response.status_code == 404
        reader.refresh_from_db()
        assert reader.wants_digest

    def test_a_signature_of_something_else_is_unknown(self, reader: Agent) -> None:
        assert Client().post(f"/resume/arreter/{SIGNER.sign('7')}/").status_code == 404
