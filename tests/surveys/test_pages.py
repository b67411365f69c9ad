"""The pages of agents: who sees what, and what managers do with a survey."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Demande
from directory.enums import Role
from directory.models import Agent, Organisation, Service
from surveys.enums import Privacy, Status
from surveys.models import AnswerSheet, Invitation, QrCode, Survey
from tests import factories
from tests.surveys.situations import answered, poster_of, ready_to_open

Login = Callable[[Agent], Client]


def text(response: object) -> str:
    return str(response.content.decode())  # type: ignore[attr-defined]


@pytest.fixture
def colleague() -> Agent:
    """A quality manager of another organisation."""
    return factories.make_agent(factories.make_organisation(), Role.QUALITE)


READING = ["", "apercu/", "resultats/", "resultats.csv", "commentaires/", "commentaires.csv"]


class TestDoors:
    @pytest.mark.parametrize("page", READING)
    def test_reading(
        self,
        client_of: Login,
        survey: Survey,
        page: str,
        agent: Agent,
        responsable: Agent,
        qualite: Agent,
        administrateur: Agent,
        colleague: Agent,
    ) -> None:
        url = f"/enquetes/{survey.public_id}/{page}"
        expected = {agent: 403, responsable: 200, qualite: 200, administrateur: 200, colleague: 404}
        for who, status in expected.items():
            assert client_of(who).get(url).status_code == status, who.role
        assert Client().get(url).status_code == 302
        assert client_of(qualite).post(url).status_code == 405

    @pytest.mark.parametrize("page", ["ouvrir/", "fermer/", "mention/"])
    def test_managing(
        self,
        client_of: Login,
        draft: Survey,
        page: str,
        agent: Agent,
        responsable: Agent,
        qualite: Agent,
        colleague: Agent,
    ) -> None:
        url = f"/enquetes/{draft.public_id}/{page}"
        words = draft.words()
        for who, status in {agent: 403, responsable: 403, colleague: 404, qualite: 302}.items():
            assert client_of(who).post(url, words).status_code == status, who.role
        assert client_of(qualite).get(url).status_code == (200 if page == "mention/" else 405)

    def test_list_and_adoption(
        self, client_of: Login, survey: Survey, agent: Agent, responsable: Agent, colleague: Agent
    ) -> None:
        assert client_of(agent).get("/enquetes/").status_code == 403
        assert survey.title in text(client_of(responsable).get("/enquetes/"))
        assert survey.title not in text(client_of(colleague).get("/enquetes/"))
        assert client_of(responsable).get("/enquetes/nouvelle/").status_code == 403

    def test_posters(
        self,
        client_of: Login,
        survey: Survey,
        qr: QrCode,
        other_service: Service,
        agent: Agent,
        responsable: Agent,
        qualite: Agent,
        colleague: Agent,
    ) -> None:
        poster_of(survey, other_service)
        mine = f"/enquetes/{survey.public_id}/affiches/{qr.service.public_id}/"
        theirs = f"/enquetes/{survey.public_id}/affiches/{other_service.public_id}/"
        for who, seen in {
            agent: (403, 403),
            responsable: (200, 404),
            qualite: (200, 200),
            colleague: (404, 404),
        }.items():
            client = client_of(who)
            assert (client.get(mine).status_code, client.get(theirs).status_code) == seen
        assert client_of(responsable).post(mine).status_code == 403
        assert QrCode.objects.count() == 2

    def test_a_responsable_reads_their_own_services(
        self,
        client_of: Login,
        survey: Survey,
        qr: QrCode,
        other_service: Service,
        responsable: Agent,
    ) -> None:
        answered(qr, comment="De chez nous.")
        answered(poster_of(survey, other_service), comment="D’ailleurs.")
        client, url = client_of(responsable), f"/enquetes/{survey.public_id}/"
        comments = text(client.get(f"{url}commentaires/"))
        assert "De chez nous." in comments
        assert "ailleurs." not in comments
        assert "ailleurs." not in text(client.get(f"{url}commentaires.csv"))
        query = f"?service={other_service.public_id}"
        refused = text(client.get(f"{url}commentaires/{query}"))
        assert "ailleurs." not in refused
        assert ";1;" in text(client.get(f"{url}resultats.csv"))


class TestManaging:
    def test_from_the_model_to_the_open_survey(self, client_of: Login, qualite: Agent) -> None:
        client = client_of(qualite)
        form = {"title": "Accueil 2026", "privacy": Privacy.PSEUDONYMOUS}
        page = client.post("/enquetes/nouvelle/", form)["Location"]
        assert "à compléter avant d’ouvrir" in text(client.get(page))
        refused = client.post(f"{page}ouvrir/", follow=True)
        assert "contact pour exercer ses droits" in text(refused)
        survey = Survey.objects.get()
        assert survey.status == Status.DRAFT
        words = survey.words() | {"rights_contact": "dpo@mairie.example"}
        client.post(f"{page}mention/", words)
        assert "L’enquête est ouverte" in text(client.post(f"{page}ouvrir/", follow=True))
        survey.refresh_from_db()
        assert survey.is_open
        assert "Fermer l’enquête" in text(client.get(page))

    def test_a_title_taken_is_said_at_the_field(
        self, client_of: Login, qualite: Agent, draft: Survey
    ) -> None:
        form = {"title": draft.title, "privacy": Privacy.ANONYMOUS}
        response = client_of(qualite).post("/enquetes/nouvelle/", form)
        assert response.status_code == 422
        assert "porte déjà ce titre" in text(response)

    def test_privacy_is_not_in_any_later_form(
        self, client_of: Login, qualite: Agent, draft: Survey
    ) -> None:
        url = f"/enquetes/{draft.public_id}/mention/"
        client_of(qualite).post(url, draft.words() | {"privacy": "anonymous", "status": "open"})
        draft.refresh_from_db()
        assert (draft.privacy, draft.status) == (Privacy.PSEUDONYMOUS, Status.DRAFT)

    def test_an_open_survey_keeps_its_notice(
        self, client_of: Login, qualite: Agent, survey: Survey
    ) -> None:
        url = f"/enquetes/{survey.public_id}/mention/"
        response = client_of(qualite).post(url, survey.words() | {"purpose": ""})
        assert response.status_code == 422
        assert "Il manque : finalité" in text(response)

    def test_a_poster_is_made_by_post_alone(
        self, client_of: Login, qualite: Agent, survey: Survey, service: Service
    ) -> None:
        client = client_of(qualite)
        url = f"/enquetes/{survey.public_id}/affiches/{service.public_id}/"
        assert client.get(url).status_code == 404
        assert not QrCode.objects.exists()
        for _twice in range(2):
            assert client.post(url).status_code == 302
        code = QrCode.objects.get().code
        page = text(client.get(url, headers={"host": "localhost"}))
        assert f"http://localhost:8000/q/{code}/" in page
        assert "<svg" in page
        assert 'style="' not in page

    def test_links_ignore_the_host_header(
        self, client_of: Login, qualite: Agent, qr: QrCode, settings: object
    ) -> None:
        settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
        url = f"/enquetes/{qr.survey.public_id}/affiches/{qr.service.public_id}/"
        page = text(client_of(qualite).get(url, headers={"host": "evil.example"}))
        assert "evil.example" not in page


class TestInviting:
    @pytest.fixture
    def url(self, demande: Demande) -> str:
        return f"/demandes/{demande.public_id}/enquete/"

    def test_the_link_is_shown_once(
        self, client_of: Login, agent: Agent, survey: Survey, url: str
    ) -> None:
        client = client_of(agent)
        first, second = client.post(url), client.post(url)
        assert first.status_code == second.status_code == 200
        assert first["Cache-Control"] == "no-store"
        link = first.context["invited"].url
        assert link in text(first)
        assert link not in text(second)
        assert Invitation.objects.count() == 1
        assert Client().get(second.context["invited"].url[21:]).status_code == 200

    def test_only_by_post_and_for_a_demande_one_sees(
        self,
        client_of: Login,
        agent: Agent,
        qualite: Agent,
        colleague: Agent,
        survey: Survey,
        url: str,
        other_service: Service,
    ) -> None:
        away = factories.make_demande(other_service)
        assert client_of(agent).get(url).status_code == 405
        assert client_of(colleague).post(url).status_code == 404
        assert client_of(qualite).post(url).status_code == 200
        assert client_of(agent).post(f"/demandes/{away.public_id}/enquete/").status_code == 404

    def test_without_an_open_survey(
        self, client_of: Login, agent: Agent, draft: Survey, url: str
    ) -> None:
        response = client_of(agent).post(url)
        assert response.status_code == 409
        assert "Aucune enquête n’est ouverte" in text(response)

    def test_after_the_answer(
        self, client_of: Login, agent: Agent, survey: Survey, url: str
    ) -> None:
        client = client_of(agent)
        link = client.post(url).context["invited"].url[21:]
        Client().post(link, {"satisfaction": "5"})
        assert AnswerSheet.objects.count() == 1
        response = client.post(url)
        assert response.status_code == 409
        assert "déjà été répondu" in text(response)


def test_the_list_costs_the_same_for_many(
    client_of: Login, qualite: Agent, organisation: Organisation
) -> None:
    client = client_of(qualite)
    costs = []
    for count in (1, 20):
        for number in range(count):
            ready_to_open(organisation, title=f"Enquête {count}-{number}")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/enquetes/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_comments_come_by_pages(
    client_of: Login, qualite: Agent, qr: QrCode, survey: Survey
) -> None:
    for number in range(30):
        answered(qr, timezone.now(), comment=f"Commentaire {number}.")
    client, url = client_of(qualite), f"/enquetes/{survey.public_id}/commentaires/"
    pages = [text(client.get(f"{url}?page={page}")) for page in (1, 2)]
    assert [page.count("<blockquote>") for page in pages] == [25, 5]
    for wrong in ("0", "x", "999", "-1"):
        assert client.get(f"{url}?page={wrong}").status_code == 200
