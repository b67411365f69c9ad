"""A demande from the keyboard in a real Chromium, and a text that outlives its session."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from contacts import actions
from contacts.enums import Channel
from contacts.models import Attachment, Demande, Mention, Usager
from directory.enums import Role
from directory.models import Agent, Service
from tests import factories
from tests.browser import DESKTOP, PHONE, axe_violations, log_in, opened, overflow
from tests.contacts.files import PDF, add_attachment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Login = Callable[[Agent], Client]


@pytest.fixture
def colleague(service: Service) -> Agent:
    return factories.make_agent(
        service.organisation, Role.AGENT, service, full_name="Dominique Roux"
    )


@pytest.fixture
def demande(service: Service) -> Demande:
    factories.national_targets(service.organisation)
    usager = Usager.objects.create(
        organisation=service.organisation, full_name="Alix Durand", email="alix@usager.example"
    )
    return factories.make_demande(
        service, timezone.localdate(), usager=usager, subject="Copie d’un acte de naissance"
    )


def press(page: Page, name: str) -> None:
    """What a person without a mouse does: reach it, press Enter."""
    control = page.locator("main").get_by_role("link", name=name, exact=False)
    if not control.count():
        control = page.locator("main").get_by_role("button", name=name, exact=False)
    control.first.focus()
    page.keyboard.press("Enter")


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_demande_is_handled_from_the_keyboard(
    browser: Browser,
    live_server: LiveServer,
    client_of: Login,
    agent: Agent,
    colleague: Agent,
    demande: Demande,
    tmp_path: Path,
) -> None:
    scan = tmp_path / "Lettre signée.pdf"
    scan.write_bytes(PDF)
    address = f"{live_server.url}{reverse('demande', args=[demande.public_id])}"
    with opened(browser, f"{live_server.url}/sante/") as page:
        log_in(page, live_server, client_of(agent))
        page.goto(address)
        press(page, "Prendre")
        page.get_by_text("Cette demande vous est attribuée.").wait_for()

        press(page, "Note interne")
        page.wait_for_url("**/note/")
        page.locator("#id_text").focus()
        page.keyboard.type("@Dominique Roux, peux-tu vérifier ?")
        assert axe_violations(page) == []
        press(page, "Enregistrer la note")
        page.get_by_text("Note interne – l’usager ne la voit pas").wait_for()

        press(page, "Joindre")
        page.wait_for_url("**/joindre/")
        page.locator("#id_pieces").set_input_files(scan)
        assert axe_violations(page) == []
        page.locator("main form").get_by_role("button", name="Joindre").press("Enter")
        page.get_by_role("link", name="Lettre signée.pdf").first.wait_for()

        page.locator("#id_text").focus()
        page.keyboard.type("Votre copie part ce jour.")
        press(page, "Enregistrer la réponse")
        page.get_by_text("Réponse enregistrée.").wait_for()
        assert axe_violations(page) + overflow(page) == []
    demande.refresh_from_db()
    assert (demande.assigned_to, demande.is_open) == (agent, False)
    assert Mention.objects.get().agent == colleague
    assert Attachment.objects.get().name == "Lettre signée.pdf"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_full_demande_is_legible(
    browser: Browser,
    live_server: LiveServer,
    client_of: Login,
    agent: Agent,
    colleague: Agent,
    demande: Demande,
    size: tuple[int, int],
    settings: Settings,
) -> None:
    now = timezone.now()
    actions.take(demande, by=colleague, at=now)
    note = actions.add_note(demande, by=colleague, at=now, text="Pièce illisible.", telling=agent)
    add_attachment(demande, f"{'un-nom-tres-long-' * 8}.pdf", by=colleague, at=now, note=note)
    settings.CLAMD_URL = "unix:///nulle/part.ctl"
    add_attachment(demande, "en attente.pdf", by=colleague, at=now)
    twin = factories.make_demande(
        demande.service, timezone.localdate(), usager=demande.usager, channel=Channel.MAIL
    )
    actions.add_note(twin, by=colleague, at=now, text="Même demande par courrier.")
    third = factories.make_demande(demande.service, usager=demande.usager)
    actions.unite(demande, twin, by=colleague, at=now)
    kept, closed = (demande, twin) if twin.pk > demande.pk else (twin, demande)
    pages = {
        "page": reverse("demande", args=[kept.public_id]),
        "doublon": reverse("demande", args=[closed.public_id]),
        "attribuer": reverse("demande_assign", args=[kept.public_id]),
        "transferer": reverse("demande_transfer", args=[kept.public_id]),
        "reunir": reverse("demande_unite", args=[third.public_id]),
        "pieces": reverse("demande_attachments", args=[kept.public_id]),
        "mentions": reverse("mentions"),
        "liste": reverse("to_handle"),
    }
    with opened(browser, f"{live_server.url}/sante/", size) as page:
        log_in(page, live_server, client_of(agent))
        for name, path in pages.items():
            page.goto(f"{live_server.url}{path}")
            shot(page, f"demande-{name}-{size[0]}")
            assert axe_violations(page) + overflow(page) == [], name


def test_a_text_outlives_its_session_for_the_same_person_alone(
    browser: Browser,
    live_server: LiveServer,
    client_of: Login,
    agent: Agent,
    colleague: Agent,
    demande: Demande,
) -> None:
    address = f"{live_server.url}{reverse('demande', args=[demande.public_id])}"
    with opened(browser, f"{live_server.url}/sante/") as page:
        log_in(page, live_server, client_of(agent))
        page.goto(address)
        page.locator("#id_text").fill("Une longue réponse.")
        page.context.clear_cookies(name="sessionid")
        press(page, "Enregistrer la réponse")
        page.get_by_text("Votre session avait pris fin").wait_for()
        assert axe_violations(page) == []

        log_in(page, live_server, client_of(agent))
        page.goto(address)
        assert page.locator("#id_text").input_value() == "Une longue réponse."
        page.get_by_text("la voici de nouveau").wait_for()
        assert axe_violations(page) == []

        # Somebody else on the same screen finds nothing, and wipes it.
        log_in(page, live_server, client_of(colleague))
        page.goto(address)
        assert page.locator("#id_text").input_value() == ""
        log_in(page, live_server, client_of(agent))
        page.goto(address)
        assert page.locator("#id_text").input_value() == ""

        # Once it has been sent, it is kept no more.
        page.get_by_label("Réponse d’attente, avec une date annoncée").check()
        page.locator("#id_text").fill("Nous y travaillons.")
        page.locator("#id_announced_on").fill(str(timezone.localdate()))
        press(page, "Enregistrer la réponse")
        page.get_by_text("Réponse enregistrée.").wait_for()
        assert page.locator("#id_text").input_value() == ""
        assert page.evaluate("sessionStorage.length") == 0
