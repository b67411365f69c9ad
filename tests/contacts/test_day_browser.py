"""The day, the team, the register and the outbox in a real Chromium, also by keyboard alone."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from directory.enums import Role
from directory.models import Agent, Organisation
from directory.preferences import digest_stop_url
from tests import factories
from tests.browser import (
    DESKTOP,
    PHONE,
    axe_violations,
    logged_in,
    overflow,
)
from tests.contacts.situations import (
    make_category,
    make_complaint,
    make_reclamation,
    make_usager,
    with_address,
)
from tests.outbox.situations import make_message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Login = Callable[[Agent], Client]


@pytest.fixture
def addresses(organisation: Organisation, service: object, administrateur: Agent) -> dict[str, str]:
    """A busy town, and the pages to look at."""
    factories.national_targets(organisation)
    today = timezone.localdate()
    desk = with_address(factories.make_service(organisation, name="Accueil et formalités"))
    someone = factories.make_agent(organisation, Role.AGENT, desk, full_name="Élise Faure")
    for days in (-12, -1, 0, 0, 1, 3, 9):
        factories.make_demande(
            desk,
            today - timedelta(days=30),
            subject="Renouvellement d’une carte d’identité perdue à l’étranger",
            first_reply_due_on=today + timedelta(days),
            created_by=administrateur if days % 2 else someone,
        )
    held = {"held": today - timedelta(days=9), "announced": today}
    factories.make_demande(desk, today - timedelta(days=20), **held)  # type: ignore[arg-type]
    usager = make_usager(organisation)
    plaint = make_reclamation(desk, today - timedelta(days=10), usager=usager)
    make_complaint(plaint, category=make_category(organisation), outcome="founded", cause="tool")
    make_reclamation(desk, today - timedelta(days=40))
    for number in range(2):
        make_message(
            organisation,
            subject=f"Accusé de réception de votre réclamation {number}",
            set_aside_at=timezone.now(),
            attempts=8,
            last_error="Le serveur refuse ce destinataire : 550 5.1.1 Boîte inconnue",
        )
    return {
        "ma-journee": "/ma-journee/",
        "equipe": f"/equipe/?service={desk.public_id}",
        "reclamations": "/reclamations/",
        "categories": "/reclamations/categories/",
        "envois": "/envois/",
        "preferences": "/mes-preferences/",
        "arreter": "/resume/arreter/" + digest_stop_url(someone).rpartition("/arreter/")[2],
        "qualifier": f"/demandes/{plaint.public_id}/qualifier/",
        "requalifier": f"/demandes/{plaint.public_id}/requalifier/",
        "accuser": f"/demandes/{plaint.public_id}/accuse-reception/",
        "demande": f"/demandes/{plaint.public_id}/",
    }


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_readable_by_all(
    browser: Browser,
    live_server: LiveServer,
    addresses: dict[str, str],
    administrateur: Agent,
    client_of: Login,
    size: tuple[int, int],
) -> None:
    found = {}
    with logged_in(browser, live_server, client_of(administrateur), size) as page:
        for name, address in addresses.items():
            answer = page.goto(live_server.url + address)
            assert answer
            assert answer.ok, name
            if folder := os.environ.get("SHOTS"):
                page.screenshot(path=f"{folder}/{name}-{size[0]}.png", full_page=True)
            found[name] = axe_violations(page) + overflow(page)
    assert found == {name: [] for name in addresses}


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says these words, and shows that it has it."""
    for _press in range(120):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.innerText || ''")
        if words in str(focused):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", words
            return
    pytest.fail(f"the keyboard never reaches « {words} »")


def test_by_keyboard_from_a_number_to_its_list(
    browser: Browser,
    live_server: LiveServer,
    addresses: dict[str, str],
    administrateur: Agent,
    client_of: Login,
) -> None:
    with logged_in(browser, live_server, client_of(administrateur), DESKTOP) as page:
        page.goto(live_server.url + "/ma-journee/")
        tab_to(page, "En retard")
        page.keyboard.press("Enter")
        page.wait_for_url("**/demandes/?due=retard")
        assert page.locator("tbody tr").count() == 2


def test_by_keyboard_a_message_is_tried_again(
    browser: Browser,
    live_server: LiveServer,
    addresses: dict[str, str],
    administrateur: Agent,
    client_of: Login,
) -> None:
    with logged_in(browser, live_server, client_of(administrateur), DESKTOP) as page:
        page.goto(live_server.url + "/envois/")
        tab_to(page, "Réessayer")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=repart dans les secondes")
        assert page.locator("tbody tr").count() == 1


def test_by_keyboard_a_demande_is_requalified(
    browser: Browser,
    live_server: LiveServer,
    addresses: dict[str, str],
    administrateur: Agent,
    client_of: Login,
) -> None:
    with logged_in(browser, live_server, client_of(administrateur), DESKTOP) as page:
        page.goto(live_server.url + addresses["requalifier"])
        page.focus("input[name=nature]:checked")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.type("Ce n’est pas une plainte")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Demande requalifiée")
        assert page.locator("text=Réclamation → Suggestion").count() == 1
