"""The register in a real Chromium: entered by keyboard alone, axe silent, as wide as a phone."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from directory.enums import Role
from directory.models import Agent, Service
from letters.actions.importing import keep_file
from letters.models import Letter
from tests import factories
from tests.browser import (
    DESKTOP,
    PHONE,
    axe_violations,
    logged_in,
    overflow,
)
from tests.letters.situations import make_letter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Login = Callable[[Agent], Client]


def shoot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_letters_are_entered_by_keyboard_alone(
    browser: Browser, live_server: LiveServer, client_of: Login, agent: Agent, service: Service
) -> None:
    factories.make_service(service.organisation, name="Urbanisme")
    day = timezone.localdate() - timedelta(days=3)
    with logged_in(browser, live_server, client_of(agent)) as page:
        page.goto(f"{live_server.url}/courriers/saisie/")
        keyboard = page.keyboard
        # The service of the first line has the focus; the arrival is today's.
        keyboard.type("etat")
        keyboard.press("Shift+Enter")
        keyboard.type(f"{day:%d%m}")
        for _cell in ("service", "sender"):
            keyboard.press("Enter")
        keyboard.type("Mme Martin")
        keyboard.press("Enter")
        keyboard.type("Acte de naissance")
        for _cell in ("motif", "letter", "next line", "service"):
            keyboard.press("Enter")
        # The second line took the arrival and the service of the first.
        keyboard.type("urb")
        keyboard.press("Tab")
        keyboard.type("M. Petit")
        shoot(page, "saisie-1366")
        lines = page.locator("[data-line]").count()
        for _line in range(lines * 6):
            keyboard.press("Enter")
        keyboard.type("Dernière ligne, apparue")
        assert page.locator("[data-line]").count() > lines
        keyboard.press("Control+Enter")
        page.wait_for_url("**/saisie/?annee=*")
        assert "3 courriers enregistrés" in page.inner_text("#messages")
    found = Letter.objects.order_by("number").select_related("demande__service")
    assert [(one.number, one.sender, one.demande.service.name) for one in found[:2]] == [
        (1, "Mme Martin", "État civil"),
        (2, "M. Petit", "Urbanisme"),
    ]
    assert {one.demande.received_on for one in found} == {day}
    assert len({one.demande.public_id for one in found}) == 3


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_accessible(
    browser: Browser,
    live_server: LiveServer,
    client_of: Login,
    service: Service,
    size: tuple[int, int],
) -> None:
    administrateur = factories.make_agent(service.organisation, Role.ADMINISTRATEUR)
    service.address, service.phone = "1 place de la Mairie\n01000 Saint-Aubin", "04 99 00 00 01"
    service.save()
    motif = factories.make_motif(
        service.organisation, name="Permis", silence="rejection", silence_months=2
    )
    now = timezone.now()
    today = service.calendar.day_of(now)
    letters = [
        make_letter(
            service,
            administrateur,
            today - timedelta(days=back),
            now=now,
            motif=motif,
            letter_on=today - timedelta(days=back + 4),
        )
        for back in (6, 2, 0)
    ]
    rows = "Chrono;Arrivée;Objet;Service\n2020-1;01/06/2020;Acte;État civil\nx;;Rien;Piscine\n"
    file = keep_file("registre.csv", rows.encode(), by=administrateur, now=now)
    year = letters[0].year
    accuse = f"/courriers/{letters[0].demande.public_id}/accuse/"
    pages = {
        "registre": "/courriers/",
        "saisie": "/courriers/saisie/",
        "accuse": accuse,
        "accuse-incomplet": f"{accuse}?silence=",
        "etiquettes": f"/courriers/etiquettes/?annee={year}&de=1&a=3&place=3",
        "importer": "/courriers/importer/",
        "importer-colonnes": f"/courriers/importer/{file.public_id}/",
        "types": "/courriers/types/importer/",
    }
    troubles = {}
    with logged_in(browser, live_server, client_of(administrateur), size) as page:
        for name, address in pages.items():
            page.goto(live_server.url + address)
            shoot(page, f"{name}-{size[0]}")
            troubles[name] = axe_violations(page) + overflow(page)
        page.goto(live_server.url + pages["importer-colonnes"])
        page.get_by_role("button", name="Vérifier sans rien écrire").click()
        page.wait_for_selector("#verification")
        shoot(page, f"importer-verification-{size[0]}")
        troubles["verification"] = axe_violations(page) + overflow(page)
        page.goto(live_server.url + pages["saisie"])
        page.locator("[name=l0-sender]").fill("M. Petit")
        page.locator("[name=l0-service]").fill("Piscine")
        page.get_by_role("button", name="Enregistrer et numéroter").click()
        page.wait_for_selector("[data-form-errors]")
        shoot(page, f"saisie-refusee-{size[0]}")
        troubles["refused"] = axe_violations(page) + overflow(page)
    assert {name: found for name, found in troubles.items() if found} == {}
