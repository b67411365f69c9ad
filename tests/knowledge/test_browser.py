"""By keyboard in a real Chromium: find a sheet and answer with it, write a module; axe silent."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from contacts.models import Demande, Reply
from directory.actions import set_hours
from directory.enums import Role
from directory.models import Agent, Service
from directory.opening_hours import read_hours
from knowledge.models import SheetUse, TextModule
from tests import factories
from tests.browser import DESKTOP, PHONE, axe_violations, log_in, opened, overflow
from tests.knowledge.situations import ANSWER, make_module, make_sheet, offered_to, used

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Login = Callable[[Agent], Client]


@pytest.fixture
def manager(service: Service) -> Agent:
    return factories.make_agent(service.organisation, Role.ADMINISTRATEUR)


@pytest.fixture
def demande(service: Service) -> Demande:
    return factories.make_demande(service, timezone.localdate() - timedelta(days=3))


def enter(page: Page, client: Client, live_server: LiveServer, address: str) -> None:
    log_in(page, live_server, client)
    page.goto(f"{live_server.url}{address}")


def look(page: Page, name: str, size: tuple[int, int]) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}-{size[0]}.png", full_page=True)
    assert axe_violations(page) + overflow(page) == []


def test_a_sheet_answers_by_keyboard_and_is_counted(
    browser: Browser,
    live_server: LiveServer,
    client_of: Login,
    agent: Agent,
    demande: Demande,
) -> None:
    sheet = make_sheet(demande.organisation)
    make_module(demande.organisation, "Réf. {reference}", name="Signature")
    with opened(browser, f"{live_server.url}/sante/") as page:
        enter(page, client_of(agent), live_server, reverse("demande", args=[demande.public_id]))
        page.locator(".picker").locator("xpath=ancestor::details/summary").focus()
        page.keyboard.press("Enter")
        expect(page.locator("[data-picker-q]")).to_be_focused()
        expect(page.get_by_role("button", name="Insérer Signature")).to_be_visible()
        page.keyboard.type("passport")
        expect(page.get_by_text("1 fiche", exact=True)).to_be_visible()
        look(page, "choix", DESKTOP)
        page.keyboard.press("Enter")
        text = page.locator("#id_text")
        expect(text).to_be_focused()
        expect(text).to_have_value(ANSWER)
        expect(page.get_by_text("Texte inséré dans la réponse.")).to_be_visible()
        page.locator("[data-picker-q]").fill("signature")
        expect(page.get_by_role("button", name="Insérer Signature")).to_be_visible()
        page.keyboard.press("Enter")
        expect(text).to_have_value(f"{ANSWER}\n\nRéf. {demande.reference}")
        assert not Reply.objects.exists()
        page.get_by_role("button", name="Enregistrer la réponse").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Réponse enregistrée.")).to_be_visible()
    assert SheetUse.objects.get().sheet == sheet


def test_without_script_the_picker_comes_back_filled(
    browser: Browser, live_server: LiveServer, client_of: Login, agent: Agent, demande: Demande
) -> None:
    make_sheet(demande.organisation)
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    enter(page, client_of(agent), live_server, reverse("demande_reply", args=[demande.public_id]))
    page.locator("#id_text").fill("Bonjour,")
    page.locator("summary", has_text="Fiche ou modèle").click()
    page.locator("#id_picker_q").fill("passeport")
    # Enter in a field of one line searches: it never sends a reply half written.
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Insérer Comment refaire").click()
    expect(page.locator("#id_text")).to_have_value(f"Bonjour,\n\n{ANSWER}")
    assert not Reply.objects.exists()
    page.get_by_role("button", name="Enregistrer la réponse").click()
    context.close()
    assert SheetUse.objects.count() == Reply.objects.count() == 1


def test_a_module_is_written_by_keyboard(
    browser: Browser, live_server: LiveServer, client_of: Login, manager: Agent
) -> None:
    with opened(browser, f"{live_server.url}/sante/") as page:
        enter(page, client_of(manager), live_server, reverse("text_module_new"))
        page.locator("#id_name").focus()
        page.keyboard.type("Accusé")
        page.locator("#id_body").focus()
        page.keyboard.type("Bonjour {nom},")
        page.get_by_role("button", name="Enregistrer").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#id_body")).to_have_attribute("aria-invalid", "true")
        look(page, "modele-refuse", DESKTOP)
        page.locator("#id_body").fill("Bonjour {usager},")
        page.get_by_role("button", name="Enregistrer").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Modèle créé.")).to_be_visible()
    assert TextModule.objects.get().body == "Bonjour {usager},"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_each_page_is_calm(
    browser: Browser,
    live_server: LiveServer,
    client_of: Login,
    manager: Agent,
    demande: Demande,
    size: tuple[int, int],
) -> None:
    organisation, service = demande.organisation, demande.service
    set_hours(service.calendar, {day: read_hours("9:00-12:00, 13:30-17:00") for day in range(5)})
    service.address, service.phone = "Place de la Mairie\n99000 Saint-Aubin", "01 99 00 00 00"
    service.email = "etat-civil@saint-aubin.example"
    service.save()
    old = timezone.localdate() - timedelta(days=10)
    sheet = make_sheet(organisation, service=service, valid_until=old, review_on=old)
    make_sheet(organisation, "Quels sont les horaires de la mairie ?", keywords="ouverture")
    make_sheet(organisation, "Proposée", publish=False)
    used(sheet, service, at=timezone.now())
    module = make_module(organisation, "Bonjour {usager}, le {date_annoncee}")
    offered_to(organisation)
    pages = {
        "fiches": reverse("sheets"),
        "fiches-a-revoir": reverse("sheets_to_review"),
        "fiches-proposees": reverse("sheets_proposed"),
        "fiche": reverse("sheet", args=[sheet.public_id]),
        "fiche-modifier": reverse("sheet_edit", args=[sheet.public_id]),
        "fiches-chercher": reverse("sheet_search") + "?q=passeport",
        "modeles": reverse("text_modules"),
        "modele": reverse("text_module_edit", args=[module.public_id]),
        "annuaire": reverse("annuaire"),
        "annuaires-partages": reverse("annuaire_shares"),
        "repondre": f"{reverse('demande_reply', args=[demande.public_id])}?chercher=1",
    }
    client = client_of(manager)
    with opened(browser, f"{live_server.url}/sante/", size) as page:
        for name, address in pages.items():
            enter(page, client, live_server, address)
            for one in page.locator("main details:not([open]) > summary").all():
                if one.is_visible() and name == "annuaire":
                    one.click()
            look(page, name, size)
