"""Who handles a demande: given, taken, given back; and who is told that another was first."""

from collections.abc import Callable
from datetime import date
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from contacts import actions, errors
from contacts.access import colleagues_on, demandes_of, handlers_on, may_handle
from contacts.enums import CloseReason, ReplyKind, Verb
from contacts.models import Demande, JournalEntry
from directory.enums import Role
from directory.models import Agent, Organisation, Service
from tests import factories
from tests.factories import NOW, make_agent, make_demande

Login = Callable[[Agent], Client]


@pytest.fixture
def demande(service: Service) -> Demande:
    return make_demande(service)


@pytest.fixture
def colleague(organisation: Organisation, service: Service) -> Agent:
    return make_agent(organisation, Role.AGENT, service, full_name="Dominique Roux")


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def page(demande: Demande, name: str = "demande") -> str:
    return reverse(name, args=[demande.public_id])


class TestColleagues:
    def test_they_are_those_whose_list_holds_the_demande(
        self, organisation: Organisation, service: Service, other_service: Service
    ) -> None:
        below = factories.make_service(organisation, parent=service)
        demande = make_demande(below)
        for role in Role.values:
            for place in (service, below, other_service):
                make_agent(organisation, Role(role), place)
        make_agent(organisation, Role.AGENT, service, is_active=False)
        make_agent(factories.make_organisation(), Role.ADMINISTRATEUR)
        everyone = Agent.objects.filter(is_active=True)
        seeing = {one.pk for one in everyone if demandes_of(one).filter(pk=demande.pk).exists()}
        assert set(colleagues_on(below).values_list("pk", flat=True)) == seeing
        handling = {one.pk for one in everyone if one.pk in seeing and may_handle(one)}
        assert set(handlers_on(below).values_list("pk", flat=True)) == handling


class TestAssigning:
    def test_it_is_written_with_its_journal(
        self, demande: Demande, agent: Agent, colleague: Agent
    ) -> None:
        actions.assign(demande, to=colleague, by=agent, at=NOW)
        actions.assign(demande, to=colleague, by=agent, at=NOW)
        demande.refresh_from_db()
        assert demande.assigned_to == colleague
        entry = JournalEntry.objects.get()
        assert (entry.verb, entry.agent) == (Verb.ASSIGNED, agent)
        assert entry.details == {"to": "Dominique Roux"}

    def test_only_who_handles_the_service_may_have_it(
        self, demande: Demande, agent: Agent, qualite: Agent, other_service: Service
    ) -> None:
        elsewhere = make_agent(demande.organisation, Role.AGENT, other_service)
        for wrong in (elsewhere, qualite):
            with pytest.raises(errors.NotOnThisService):
                actions.assign(demande, to=wrong, by=agent, at=NOW)
        with pytest.raises(errors.NotOnThisService):
            actions.take(demande, by=elsewhere, at=NOW)
        assert not JournalEntry.objects.exists()

    def test_the_second_to_take_is_told_who_was_first(
        self, demande: Demande, agent: Agent, colleague: Agent
    ) -> None:
        late = Demande.objects.get()
        actions.take(demande, by=colleague, at=NOW)
        with pytest.raises(errors.AlreadyTaken, match=r"Dominique Roux le 22 juin 2026 à 10:00"):
            actions.take(late, by=agent, at=NOW)
        actions.take(late, by=colleague, at=NOW)
        assert JournalEntry.objects.count() == 1

    def test_given_back_twice_it_is_written_once(self, demande: Demande, agent: Agent) -> None:
        actions.take(demande, by=agent, at=NOW)
        for _click in range(2):
            actions.release(demande, by=agent, at=NOW)
        demande.refresh_from_db()
        assert demande.assigned_to is None
        assert [one.verb for one in JournalEntry.objects.all()] == [Verb.ASSIGNED, Verb.RELEASED]

    def test_a_transfer_leaves_it_to_the_other_service(
        self, demande: Demande, agent: Agent, other_service: Service
    ) -> None:
        actions.take(demande, by=agent, at=NOW)
        actions.transfer(demande, to_service=other_service, reason="Permis", by=agent, at=NOW)
        demande.refresh_from_db()
        assert demande.assigned_to is None

    def test_a_closed_demande_is_not_given(
        self, demande: Demande, agent: Agent, colleague: Agent
    ) -> None:
        actions.close(demande, by=colleague, at=NOW, now=NOW, reason=CloseReason.WITHDRAWN)
        with pytest.raises(errors.DemandeIsClosed, match="Close par Dominique Roux"):
            actions.assign(demande, to=agent, by=agent, at=NOW)
        with pytest.raises(errors.DemandeIsClosed, match="Close par Dominique Roux"):
            actions.take(demande, by=agent, at=NOW)


class TestAssigningPages:
    def test_taken_and_given_back_by_a_button(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        client = client_of(agent)
        assert "Prendre" in text_of(client.get(page(demande)))
        shown = text_of(client.post(page(demande, "demande_take"), follow=True))
        assert "Cette demande vous est attribuée." in shown
        shown = text_of(client.post(page(demande, "demande_release"), follow=True))
        assert "plus attribuée à personne" in shown

    def test_taken_second_the_page_says_who_has_it(
        self, client_of: Login, agent: Agent, colleague: Agent, demande: Demande
    ) -> None:
        client_of(colleague).post(page(demande, "demande_take"))
        response = client_of(agent).post(page(demande, "demande_take"), follow=True)
        assert "Attribuée par Dominique Roux" in text_of(response)

    def test_the_choice_is_among_the_service(
        self, client_of: Login, agent: Agent, colleague: Agent, demande: Demande, qualite: Agent
    ) -> None:
        client, address = client_of(agent), page(demande, "demande_assign")
        assert qualite.full_name not in text_of(client.get(address))
        assert client.post(address, {"agent": qualite.public_id}).status_code == 422
        assert client.post(address, {"agent": colleague.public_id}).status_code == 302
        demande.refresh_from_db()
        assert demande.assigned_to == colleague

    def test_the_list_is_filtered_by_who_has_it(
        self, client_of: Login, agent: Agent, colleague: Agent, service: Service
    ) -> None:
        mine, theirs, free = (make_demande(service) for _one in range(3))
        actions.take(mine, by=agent, at=NOW)
        actions.take(theirs, by=colleague, at=NOW)
        client = client_of(agent)
        for value, expected in (("moi", [mine]), ("personne", [free]), ("autre", [])):
            lines = client.get(f"/demandes/?assigned={value}").context["lines"]
            assert [line["public_id"] for line in lines] == [one.public_id for one in expected]
        assert "Dominique Roux" in text_of(client.get("/demandes/"))

    def test_names_of_the_list_cost_no_query(
        self,
        client_of: Login,
        agent: Agent,
        service: Service,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client = client_of(agent)
        actions.take(make_demande(service), by=agent, at=NOW)
        with django_assert_max_num_queries(100) as one:
            client.get("/demandes/?assigned=moi")
        for _more in range(20):
            someone = make_agent(service.organisation, Role.AGENT, service)
            actions.take(make_demande(service), by=someone, at=NOW)
            actions.take(make_demande(service), by=agent, at=NOW)
        with django_assert_max_num_queries(len(one)):
            client.get("/demandes/?assigned=moi")
            assert len(one) < 20


class TestSecondAgent:
    """Two agents on one page: the second is told what the first did, and keeps what they typed."""

    def answer(self, **kwargs: object) -> dict[str, object]:
        today = str(timezone.localdate())
        return {"kind": "merits", "channel": "email", "replied_on": today, **kwargs}

    def version(self, client: Client, demande: Demande) -> int:
        form = client.get(page(demande)).context["reply_form"]
        return int(form["version"].value())

    def test_closed_by_another(
        self, client_of: Login, agent: Agent, colleague: Agent, demande: Demande
    ) -> None:
        now = timezone.now()
        client = client_of(agent)
        seen = self.version(client, demande)
        actions.close(demande, by=colleague, at=now, now=now, reason=CloseReason.WITHDRAWN)
        values = {"reason": "withdrawn", "version": seen}
        shown = text_of(client.post(page(demande, "demande_close"), values))
        assert "Close par Dominique Roux le" in shown
        values = self.answer(text="Une longue réponse.", version=seen)
        response = client.post(page(demande, "demande_reply"), values)
        assert response.status_code == 422
        assert "Close par Dominique Roux le" in text_of(response)
        assert "Une longue réponse." in text_of(response)

    def test_answered_by_another(self, demande: Demande, agent: Agent, colleague: Agent) -> None:
        actions.reply(demande, kind=ReplyKind.MERITS, by=colleague, at=NOW, now=NOW, close_it=False)
        with pytest.raises(errors.AlreadyAnswered, match="par Dominique Roux le 22 juin 2026"):
            actions.reply(
                demande,
                kind=ReplyKind.HOLDING,
                by=agent,
                at=NOW,
                now=NOW,
                announced_on=date(2026, 7, 1),
            )

    def test_moved_meanwhile_it_is_told_once_and_what_was_typed_is_kept(
        self, client_of: Login, agent: Agent, colleague: Agent, demande: Demande
    ) -> None:
        client = client_of(agent)
        values = self.answer(text="Votre acte part ce jour.", version=self.version(client, demande))
        actions.reply(
            demande,
            kind=ReplyKind.MERITS,
            by=colleague,
            at=timezone.now(),
            now=timezone.now(),
            close_it=False,
        )
        response = client.post(page(demande, "demande_reply"), values)
        assert response.status_code == 422
        shown = text_of(response)
        assert "Pendant votre saisie : Réponse donnée par Dominique Roux le" in shown
        assert "Votre acte part ce jour." in shown
        assert demande.replies.count() == 1
        values["version"] = response.context["form"]["version"].value()
        assert client.post(page(demande, "demande_reply"), values).status_code == 302
        assert demande.replies.count() == 2

    def test_ones_own_acts_are_no_conflict(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        client = client_of(agent)
        values = self.answer(keep_open="on", version=self.version(client, demande))
        for _click in range(2):
            assert client.post(page(demande, "demande_reply"), values).status_code == 302
        assert demande.replies.count() == 1

    def test_transferred_away_meanwhile(
        self,
        client_of: Login,
        agent: Agent,
        colleague: Agent,
        demande: Demande,
        other_service: Service,
    ) -> None:
        client = client_of(agent)
        values = self.answer(text="Une longue réponse.", version=self.version(client, demande))
        actions.transfer(demande, to_service=other_service, reason="Permis", by=colleague, at=NOW)
        address = page(demande, "demande_reply")
        response = client.post(address, values)
        assert response.status_code == 404
        shown = text_of(response)
        assert "transférée au service « Urbanisme » par Dominique Roux" in shown
        assert "Une longue réponse." in shown
        assert not demande.replies.exists()
        # Neither by reading, nor by whoever never had it.
        assert "Dominique Roux" not in text_of(client.get(address))
        stranger = make_agent(demande.organisation, Role.AGENT, other_service)
        elsewhere = factories.make_service(demande.organisation)
        actions.transfer(demande, to_service=elsewhere, reason="–", by=colleague, at=NOW)
        outside = make_agent(demande.organisation, Role.AGENT)
        assert "Dominique" in text_of(client_of(stranger).post(address, values))
        assert "Dominique" not in text_of(client_of(outside).post(address, values))


class TestSessionThatEnds:
    def test_a_form_sent_without_a_session_says_that_nothing_was_sent(
        self, demande: Demande
    ) -> None:
        client, address = Client(), page(demande, "demande_reply")
        origin = f"http://testserver{page(demande)}?page=2"
        response = client.post(address, {"text": "Bonjour"}, headers={"referer": origin})
        assert response.status_code == 302
        assert parse_qs(urlsplit(response.headers["Location"]).query)["next"] == [
            f"{page(demande)}?page=2"
        ]
        login = client.get(response.headers["Location"])
        assert "n’a pas été enregistré" in text_of(login)
        assert not demande.replies.exists()

    @pytest.mark.parametrize("origin", ["", "https://ailleurs.example/page", "rien"])
    def test_without_a_page_of_ours_one_comes_back_to_the_form(
        self, demande: Demande, origin: str
    ) -> None:
        address = page(demande, "demande_reply")
        response = Client().post(address, headers={"referer": origin})
        assert f"next={quote(address, safe='')}" in response.headers["Location"]

    def test_a_page_asked_for_without_a_session_says_nothing_of_the_kind(
        self, demande: Demande
    ) -> None:
        response = Client().get(page(demande), follow=True)
        assert "n’a pas été enregistré" not in text_of(response)
