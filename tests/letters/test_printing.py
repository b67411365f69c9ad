"""The acknowledgement says what the law wants (CRPA, R112-5); labels fall in their places."""

from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.actions import receive_items, reply
from contacts.enums import ReplyKind
from contacts.models import Reply
from directory.enums import Role
from directory.models import Agent, Organisation, Service
from letters.decisions import months_after
from letters.models import Letter
from tests import factories
from tests.letters.situations import make_letter

Login = Callable[[Agent], Client]
RECEIVED = timezone.localdate() - timedelta(days=10)


def text_of(response: object) -> str:
    text = unescape(response.content.decode())  # type: ignore[attr-defined]
    return text.replace("<strong>", "").replace("</strong>", "")


def address(letter: Letter, query: str = "") -> str:
    return reverse("letter_acknowledgement", args=[letter.demande.public_id]) + query


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 15), 2, date(2026, 3, 15)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2026, 10, 31), 2, date(2026, 12, 31)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 1, 1), 12, date(2027, 1, 1)),
        (date(2026, 1, 1), 60, date(2031, 1, 1)),
    ],
)
def test_months_are_counted_from_day_to_day(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


@pytest.fixture
def letter(organisation: Organisation, service: Service, agent: Agent) -> Letter:
    service.address, service.phone = "1 place de la Mairie\n01000 Saint-Aubin", "04 99 00 00 01"
    service.email = "etat-civil@saint-aubin.example"
    service.save()
    motif = factories.make_motif(organisation, name="Permis", silence="rejection", silence_months=2)
    now = timezone.now()
    return make_letter(service, agent, RECEIVED, now=now, motif=motif, letter_on=RECEIVED)


class TestAcknowledgement:
    def test_the_contents_that_the_law_wants(
        self, client_of: Login, agent: Agent, letter: Letter
    ) -> None:
        response = client_of(agent).get(address(letter))
        text = text_of(response)
        day = response.context["decision"].on
        assert day == months_after(RECEIVED, 2)
        for words in (
            letter.chrono,
            letter.demande.reference,
            "État civil",
            "1 place de la Mairie",
            "04 99 00 00 01",
            "etat-civil@saint-aubin.example",
            "réputée rejetée le",
            "tribunal administratif",
            "dans les deux mois",
            agent.full_name,
        ):
            assert words in text
        assert response.context["unknown"] == []

    def test_acceptance_gives_right_to_an_attestation(
        self, client_of: Login, agent: Agent, letter: Letter
    ) -> None:
        text = text_of(client_of(agent).get(address(letter, "?silence=acceptance&mois=4")))
        assert "réputée acceptée le" in text
        assert "L. 232-3" in text
        assert "tribunal" not in text

    def test_silence_that_decides_nothing(
        self, client_of: Login, agent: Agent, letter: Letter
    ) -> None:
        text = text_of(client_of(agent).get(address(letter, "?silence=none")))
        assert "n’est pas de ceux qui peuvent donner lieu à une décision implicite" in text
        assert "réputée" not in text

    def test_what_nobody_said_is_told_and_not_invented(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        response = client_of(agent).get(address(make_letter(service, agent)))
        assert len(response.context["unknown"]) == 3
        assert "n’est pas complet" in text_of(response)
        assert "réputée" not in text_of(response)

    @pytest.mark.parametrize(
        "query", ["?silence=x", "?silence=rejection&mois=0", "?silence=rejection&mois=x"]
    )
    def test_a_silence_that_means_nothing_is_not_printed(
        self, client_of: Login, agent: Agent, letter: Letter, query: str
    ) -> None:
        assert "réputée" not in text_of(client_of(agent).get(address(letter, query)))

    def test_missing_items_until_they_come(
        self, client_of: Login, agent: Agent, letter: Letter
    ) -> None:
        now, client = timezone.now(), client_of(agent)
        ahead = timezone.localdate() + timedelta(days=20)
        reply(
            letter.demande,
            kind=ReplyKind.HOLDING,
            by=agent,
            at=now,
            now=now,
            text="Le plan de masse",
            announced_on=ahead,
            requests_items=True,
        )
        text = text_of(client.get(address(letter)))
        assert "Le plan de masse" in text
        assert "suspendu" in text
        text = text_of(client.get(address(letter, "?silence=acceptance")))
        assert "ne court qu’à compter de la réception de ces pièces" in text
        assert "acceptée le" not in text
        later = now + timedelta(minutes=1)
        receive_items(letter.demande, by=agent, at=later, now=later, announced_on=ahead)
        assert "Le plan de masse" not in text_of(client.get(address(letter)))

    def test_reading_it_writes_nothing_and_sending_it_is_one_press(
        self, client_of: Login, agent: Agent, letter: Letter
    ) -> None:
        client = client_of(agent)
        client.get(address(letter))
        assert not Reply.objects.exists()
        for _press in range(2):
            client.post(address(letter))
        given = Reply.objects.get()
        assert (given.kind, given.channel, given.agent) == ("acknowledgement", "mail", agent)
        letter.demande.refresh_from_db()
        assert letter.demande.first_reply_on is None
        assert "Envoyé le" in text_of(client.get(address(letter)))

    def test_a_closed_demande_is_acknowledged_no_more(
        self, client_of: Login, agent: Agent, letter: Letter
    ) -> None:
        now = timezone.now()
        reply(letter.demande, kind=ReplyKind.MERITS, by=agent, at=now, now=now)
        response = client_of(agent).post(address(letter))
        assert response.status_code == 422
        assert "close" in text_of(response)

    def test_only_those_who_see_the_letter(
        self, client_of: Login, letter: Letter, other_service: Service
    ) -> None:
        stranger = factories.make_agent(letter.organisation, Role.AGENT, other_service)
        assert client_of(stranger).get(address(letter)).status_code == 404
        assert client_of(stranger).post(address(letter)).status_code == 404


class TestLabels:
    def sheets(self, client: Client, query: str) -> list[list[str]]:
        sheets = client.get(f"/courriers/etiquettes/?{query}").context["sheets"]
        return [[str(cell.number) if cell else "" for cell in sheet] for sheet in sheets]

    def test_they_start_at_the_first_free_place(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        for _time in range(4):
            make_letter(service, agent)
        client = client_of(agent)
        assert self.sheets(client, "annee=2026&de=2&a=3&place=3") == [["", "", "2", "3"]]
        assert self.sheets(client, "annee=2026&de=1&a=9&place=22") == [
            [*[""] * 21, "1", "2", "3"],
            ["4"],
        ]

    @pytest.mark.parametrize(
        "query",
        [
            "annee=2026&de=3&a=2",
            "annee=2026&de=1&a=241",
            "annee=x&de=1&a=2",
            "annee=2026&de=1&a=2&place=25",
            "annee=2026&de=0&a=2",
            "de=1",
        ],
    )
    def test_what_means_nothing_is_told(
        self, client_of: Login, agent: Agent, service: Service, query: str
    ) -> None:
        make_letter(service, agent)
        response = client_of(agent).get(f"/courriers/etiquettes/?{query}")
        assert response.context["sheets"] == []
        assert response.context["form"].errors

    def test_a_label_shows_the_number_the_day_and_the_service(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        make_letter(service, agent)
        text = text_of(client_of(agent).get("/courriers/etiquettes/?annee=2026&de=1&a=1"))
        for words in ("2026-000001", "Reçu le 19/06/2026", "État civil"):
            assert words in text

    def test_letters_of_others_are_not_printed(
        self, client_of: Login, agent: Agent, service: Service, other_service: Service
    ) -> None:
        colleague = factories.make_agent(service.organisation, Role.AGENT, other_service)
        make_letter(other_service, colleague)
        assert self.sheets(client_of(agent), "annee=2026&de=1&a=9") == []
