"""The pages of usagers in a real Chromium, by the keyboard alone: axe silent, a phone's width."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from contacts.actions.merging_usagers import merge
from contacts.actions.usagers import Identity, decide
from contacts.enums import Channel, ConsentKind, ConsentStep
from contacts.models import Merge, Usager
from directory.models import Agent, Service
from tests import factories
from tests.browser import DESKTOP, axe_violations, logged_in, overflow
from tests.contacts.people import make_usager

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = (390, 844)
Login = Callable[[Agent], Client]


@pytest.fixture
def zoe(service: Service, other_service: Service, agent: Agent) -> Usager:
    """Somebody with demandes everywhere, a lookalike, a merge and a consent."""
    organisation, now = service.organisation, timezone.now()
    factories.national_targets(organisation)
    zoe = make_usager(organisation, "Zoé Lefèvre", phone="+33612345678", email="zoe@exemple.fr")
    make_usager(organisation, "LEFEVRE Zoe", phone="+33612345678")
    gone = make_usager(organisation, "Z. Lefèvre", email="z.lefevre@exemple.fr")
    seen, channels = (0, 0), list(Channel)
    for rank in range(6):
        received = timezone.localdate() - timedelta(days=3 + 20 * rank)
        factories.make_demande(
            service,
            received,
            channel=channels[rank % len(channels)],
            subject=("Acte de naissance", "Carte d’identité")[rank % 2],
            usager=zoe,
            closed=received + timedelta(days=1) if rank % 2 else None,
        )
    factories.make_demande(other_service, usager=zoe)
    decide(zoe, ConsentKind.SURVEY_EMAIL, ConsentStep.GIVEN, how="De vive voix", by=agent, at=now)
    merge(zoe, gone, Identity.of(zoe), seen=seen, by=agent, at=now)
    return zoe


def looks_right(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        assert page.viewport_size
        width = page.viewport_size["width"]
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    assert axe_violations(page) + overflow(page) == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page(
    browser: Browser,
    live_server: LiveServer,
    client_of: Login,
    responsable: Agent,
    zoe: Usager,
    size: tuple[int, int],
) -> None:
    twin = Usager.objects.get(full_name="LEFEVRE Zoe")
    pages = {
        "recherche": "?q=lefevre",
        "vide": "?q=qwertz",
        "choix": f"?q=lefevre&avec={zoe.public_id}",
        "fiche": f"{zoe.public_id}/",
        "correction": f"{zoe.public_id}/modifier/",
        "consentement": f"{zoe.public_id}/consentement/",
        "enquetes": f"{zoe.public_id}/enquetes/",
        "reunir": f"{zoe.public_id}/reunir/{twin.public_id}/",
        "doublons": "doublons/",
    }
    with logged_in(browser, live_server, client_of(responsable), size) as page:
        for name, address in pages.items():
            page.goto(f"{live_server.url}/usagers/{address}")
            looks_right(page, name)


def test_found_merged_and_parted_by_the_keyboard(
    browser: Browser, live_server: LiveServer, client_of: Login, agent: Agent, zoe: Usager
) -> None:
    with logged_in(browser, live_server, client_of(agent)) as page:
        page.goto(f"{live_server.url}/usagers/")
        page.get_by_label("Nom, téléphone, adresse électronique ou référence").focus()
        page.keyboard.type("06 12 34")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Zoé Lefèvre").focus()
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Comparer avec la fiche de LEFEVRE Zoe").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Réunir les deux fiches").focus()
        page.keyboard.press("Enter")
        page.get_by_text("Les deux fiches n’en font plus qu’une.").wait_for()
        page.get_by_role("button", name="Défaire la réunion").focus()
        page.keyboard.press("Enter")
        page.get_by_text("il y a de nouveau deux fiches").wait_for()
    assert Merge.objects.filter(undone_at=None).count() == 1


def test_letters_for_a_number_are_told_at_the_field(
    browser: Browser, live_server: LiveServer, client_of: Login, agent: Agent, zoe: Usager
) -> None:
    with logged_in(browser, live_server, client_of(agent)) as page:
        page.goto(f"{live_server.url}/usagers/{zoe.public_id}/modifier/")
        page.get_by_label("Téléphone").fill("zéro six douze")
        page.keyboard.press("Enter")
        page.locator("#id_phone-erreur").wait_for()
        field = page.get_by_label("Téléphone")
        assert field.get_attribute("aria-invalid") == "true"
        assert field.input_value() == "zéro six douze"
        assert "ne contient pas de lettres" in page.locator("#id_phone-erreur").inner_text()
        looks_right(page, "lettres")
