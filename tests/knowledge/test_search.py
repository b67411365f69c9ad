"""Finding the sheet that answers: French endings, accents, misspellings, what weighs, how fast."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from directory.models import Agent, Organisation, Service
from knowledge.queries import FOUND_AT_MOST, search
from tests import factories
from tests.knowledge.situations import make_sheet, used

TODAY = factories.TODAY
Login = Callable[[Agent], Client]


def found(organisation: Organisation, text: str, **kwargs: int) -> list[str]:
    return [sheet.question for sheet in search(organisation.pk, text, today=TODAY, **kwargs)]


PASSPORT = "Comment refaire un passeport ?"
CANTEEN = "Comment inscrire un enfant à la cantine ?"
BIRTH = "Où demander un acte de naissance ?"


@pytest.fixture
def sheets(organisation: Organisation) -> None:
    make_sheet(organisation, PASSPORT, keywords="titre d’identité, voyage")
    make_sheet(organisation, CANTEEN, answer="Par le portail des familles.")
    make_sheet(
        organisation, BIRTH, answer="À la mairie du lieu de naissance.", keywords="état civil"
    )


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("passeport", PASSPORT),
        ("passeports", PASSPORT),
        ("PASSEPORT", PASSPORT),
        ("passep", PASSPORT),
        ("refaire passeport", PASSPORT),
        ("identité", PASSPORT),
        ("identite", PASSPORT),
        ("etat civil", BIRTH),
        ("naissances", BIRTH),
        ("portail famille", CANTEEN),
        ("inscriptions cantine", CANTEEN),
        # Misspelt, or with a word that no sheet has.
        ("passport", PASSPORT),
        ("cantnie", CANTEEN),
        ("naisance", BIRTH),
        ("passeport urgent perdu", PASSPORT),
        ("l'acte de naissance", BIRTH),
        ("passe-port", PASSPORT),
    ],
)
@pytest.mark.usefixtures("sheets")
def test_words_find_the_sheet(organisation: Organisation, typed: str, expected: str) -> None:
    assert found(organisation, typed)[:1] == [expected]


@pytest.mark.usefixtures("sheets")
@pytest.mark.parametrize("typed", ["zzz", "'", "a & b | !", ":*", "\\", "(((", "%_", "—"])
def test_what_no_sheet_says_finds_nothing_or_everything_but_never_fails(
    organisation: Organisation, typed: str
) -> None:
    assert len(found(organisation, typed)) in (0, 3)


def test_the_entry_weighs_and_excludes_nothing(
    organisation: Organisation, service: Service, other_service: Service
) -> None:
    motif = factories.make_motif(organisation, name="Titres")
    make_sheet(organisation, "Horaires A", service=other_service)
    make_sheet(organisation, "Horaires B", service=service)
    make_sheet(organisation, "Horaires C", motif=motif)
    assert found(organisation, "horaires", service=service.pk)[0] == "Horaires B"
    assert found(organisation, "horaires", motif=motif.pk)[0] == "Horaires C"
    both = found(organisation, "horaires", service=service.pk, motif=motif.pk)
    assert both == ["Horaires C", "Horaires B", "Horaires A"]


def test_the_expired_ones_come_last_and_are_told(
    organisation: Organisation, service: Service, client_of: Login, agent: Agent
) -> None:
    today = timezone.localdate()
    make_sheet(
        organisation,
        "Tarif piscine piscine",
        valid_until=today - timedelta(days=1),
        service=service,
    )
    make_sheet(organisation, "Horaires de la piscine", valid_until=today)
    questions = [one.question for one in search(organisation.pk, "piscine", today=today)]
    assert questions == ["Horaires de la piscine", "Tarif piscine piscine"]
    page = client_of(agent).get(reverse("sheet_search"), {"q": "piscine", "fragment": "1"})
    shown = unescape(page.content.decode())
    assert shown.count("Périmée") == 1
    assert shown.index("Périmée") > shown.index("Horaires de la piscine")


def test_only_what_may_be_answered_is_found(organisation: Organisation) -> None:
    make_sheet(organisation, "Proposée piscine", publish=False)
    archived = make_sheet(organisation, "Archivée piscine")
    type(archived).objects.filter(pk=archived.pk).update(archived_at=factories.NOW)
    make_sheet(factories.make_organisation(), "Piscine des voisins")
    assert found(organisation, "piscine") == []
    assert found(organisation, "pisicne") == []
    assert found(organisation, "") == []


def test_without_a_word_what_served_most_comes_first(
    organisation: Organisation, service: Service
) -> None:
    make_sheet(organisation, "A")
    often = make_sheet(organisation, "B")
    used(often, service)
    assert found(organisation, "") == ["B", "A"]


def test_at_most_eight_in_at_most_two_statements(
    organisation: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        make_sheet(organisation, f"Piscine {number}")
    with django_assert_num_queries(1):
        assert len(found(organisation, "piscine")) == FOUND_AT_MOST
    with django_assert_num_queries(2):
        assert len(found(organisation, "pisicne")) == FOUND_AT_MOST


def test_it_is_a_fragment_for_a_screen_and_a_page_without_script(
    organisation: Organisation, client_of: Login, agent: Agent
) -> None:
    sheet = make_sheet(organisation, PASSPORT)
    client = client_of(agent)
    fragment = client.get(reverse("sheet_search"), {"q": "passport", "fragment": "1"})
    text = unescape(fragment.content.decode())
    assert "<html" not in text
    assert f'data-sheet="{sheet.public_id}"' in text
    assert f'data-insert="{sheet.answer}"' in text
    page = client.get(reverse("sheet_search"), {"q": "passport", "service": "x", "motif": "9" * 40})
    assert "<html" in page.content.decode()
    assert reverse("sheet", args=[sheet.public_id]) in page.content.decode()


def test_a_word_of_the_question_weighs_more_than_one_of_the_answer(
    organisation: Organisation,
) -> None:
    make_sheet(organisation, "Voter", answer="Avec une pièce d’identité.", keywords="carte")
    make_sheet(organisation, "Refaire une carte d’identité", answer="Sur rendez-vous.")
    assert found(organisation, "carte identite")[0] == "Refaire une carte d’identité"
