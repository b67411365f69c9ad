"""Notes between agents: apart from what the usager gets, and seen by those they name."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from contacts import actions, errors
from contacts.enums import Verb
from contacts.mentions import unseen_of
from contacts.models import Demande, JournalEntry, Mention, Note
from directory.enums import Role
from directory.models import Agent, Organisation, Service
from tests.factories import NOW, make_agent, make_demande, make_organisation

Login = Callable[[Agent], Client]


@pytest.fixture
def demande(service: Service) -> Demande:
    return make_demande(service)


@pytest.fixture
def dominique(organisation: Organisation, service: Service) -> Agent:
    return make_agent(organisation, Role.AGENT, service, full_name="Dominique Roux")


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def add(demande: Demande, agent: Agent, text: str = "À revoir.", **kwargs: object) -> Note:
    return actions.add_note(demande, by=agent, at=kwargs.pop("at", NOW), text=text, **kwargs)  # type: ignore[arg-type]


class TestNotes:
    def test_a_note_is_kept_with_its_journal(self, demande: Demande, agent: Agent) -> None:
        note = add(demande, agent)
        assert (note.agent, note.at, note.text) == (agent, NOW, "À revoir.")
        assert JournalEntry.objects.get().verb == Verb.NOTED

    def test_a_double_click_writes_once(self, demande: Demande, agent: Agent) -> None:
        assert add(demande, agent) == add(demande, agent, at=NOW + timedelta(seconds=2))
        assert Note.objects.count() == JournalEntry.objects.count() == 1

    def test_an_empty_note_is_refused_by_the_database(self, demande: Demande, agent: Agent) -> None:
        with pytest.raises(IntegrityError, match="note_says_something"), transaction.atomic():
            add(demande, agent, text="")

    def test_the_page_says_that_the_usager_does_not_see_it(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        client = client_of(agent)
        address = reverse("demande_note", args=[demande.public_id])
        assert client.post(address, {"text": "<b>À revoir</b>"}).status_code == 302
        page = client.get(reverse("demande", args=[demande.public_id]))
        assert "Note interne – l’usager ne la voit pas" in text_of(page)
        assert "timeline__item--internal" in text_of(page)
        assert "<b>À revoir" not in page.content.decode()


class TestMentions:
    @pytest.mark.parametrize(
        "text",
        [
            "@Dominique Roux, peux-tu voir ?",
            "Voir avec @dominique roux".replace("@d", "@D"),
            "(@Dominique\nRoux)",
            "@Dominique Roux @Dominique Roux",
        ],
    )
    def test_a_name_in_the_text_is_a_mention(
        self, demande: Demande, agent: Agent, dominique: Agent, text: str
    ) -> None:
        add(demande, agent, text)
        assert Mention.objects.get().agent == dominique
        assert unseen_of(dominique).get().note.demande == demande
        assert not unseen_of(agent).exists()

    def test_the_longest_name_wins(
        self, demande: Demande, agent: Agent, dominique: Agent, service: Service
    ) -> None:
        longer = make_agent(
            service.organisation, Role.AGENT, service, full_name="Dominique Roux-Lacroix"
        )
        add(demande, agent, "@Dominique Roux-Lacroix : vu ?")
        assert Mention.objects.get().agent == longer

    @pytest.mark.parametrize("text", ["camille@mairie.example", "le 3 @ 14 h", "@mairie_aubin"])
    def test_what_is_no_name_mentions_nobody(
        self, demande: Demande, agent: Agent, text: str
    ) -> None:
        add(demande, agent, text)
        assert not Mention.objects.exists()

    def test_a_colleague_who_cannot_see_it_is_refused_at_the_field(
        self, client_of: Login, agent: Agent, demande: Demande, other_service: Service
    ) -> None:
        elsewhere = make_agent(
            demande.organisation, Role.AGENT, other_service, full_name="Alex Petit"
        )
        address = reverse("demande_note", args=[demande.public_id])
        for values, field in (
            ({"text": "@Alex Petit, gardé"}, "text"),
            ({"text": "gardé", "telling": elsewhere.public_id}, "telling"),
            ({"text": "@Personne Inconnue, gardé"}, "text"),
        ):
            response = client_of(agent).post(address, values)
            assert response.status_code == 422
            assert list(response.context["form"].errors) == [field]
            assert "gardé" in text_of(response)
        assert not Note.objects.exists()
        with pytest.raises(errors.CannotSeeTheDemande, match="Alex Petit"):
            add(demande, agent, telling=elsewhere)

    def test_a_namesake_of_another_organisation_is_nobody(
        self, demande: Demande, agent: Agent
    ) -> None:
        make_agent(make_organisation(), Role.ADMINISTRATEUR, full_name="Alex Petit")
        with pytest.raises(errors.NobodyOfThatName, match="@Alex Petit"):
            add(demande, agent, "@Alex Petit")

    def test_transferred_away_it_is_listed_no_more(
        self, demande: Demande, agent: Agent, dominique: Agent, other_service: Service
    ) -> None:
        add(demande, agent, telling=dominique)
        actions.transfer(demande, to_service=other_service, reason="Permis", by=agent, at=NOW)
        assert not unseen_of(dominique).exists()

    def test_seen_by_a_button_or_by_writing(
        self, client_of: Login, demande: Demande, agent: Agent, dominique: Agent
    ) -> None:
        add(demande, agent, "Un", telling=dominique)
        mention = Mention.objects.get()
        client = client_of(dominique)
        assert demande.reference in text_of(client.get("/mentions/"))
        assert client_of(agent).post(f"/mentions/{mention.public_id}/vue/").status_code == 404
        client.post(f"/mentions/{mention.public_id}/vue/")
        assert "Aucune mention à voir" in text_of(client.get("/mentions/"))
        add(demande, agent, "Deux", telling=dominique)
        add(demande, dominique, "Vu, merci.")
        assert not unseen_of(dominique).exists()

    def test_twenty_cost_as_many_queries_as_one(
        self,
        client_of: Login,
        agent: Agent,
        dominique: Agent,
        service: Service,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client = client_of(dominique)
        add(make_demande(service), agent, telling=dominique)
        with django_assert_max_num_queries(100) as one:
            client.get("/mentions/")
        for _more in range(20):
            add(make_demande(service), agent, telling=dominique)
        with django_assert_max_num_queries(len(one)):
            client.get("/mentions/")
