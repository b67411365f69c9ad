"""The entry screen in a real Chromium: keys counted, nothing lost with network or session."""

import os
import time
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route
from pytest_django.live_server_helper import LiveServer

from contacts.enums import Channel, ContactKind
from contacts.models import Contact, Demande, Usager
from directory.models import Agent, Service
from tests import factories
from tests.browser import PHONE, axe_violations, log_in, opened, overflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = (1366, 768)
MOST_KEYS, MOST_SECONDS = 6, 5
COUNT_KEYS = """() => {
  window.keys = 0;
  document.addEventListener("keydown", () => { window.keys += 1; }, true);
}"""
Login = Callable[[Agent], Client]
Open = Callable[..., Page]


@pytest.fixture
def passport(service: Service) -> None:
    family = factories.make_motif(service.organisation, name="Titres d’identité")
    for name in ("Passeport", "Carte d’identité", "Acte de naissance"):
        factories.make_motif(service.organisation, name=name, parent=family, service=service)


@pytest.fixture
def desk(
    browser: Browser, live_server: LiveServer, client_of: Login, agent: Agent, passport: None
) -> Iterator[Open]:
    """The entry screen of a logged-in agent, at any size."""
    held = []

    def show(size: tuple[int, int] = DESK, path: str = "/saisie/") -> Page:
        entered = opened(browser, f"{live_server.url}/sante/", size)
        page = entered.__enter__()
        held.append(entered)
        log_in(page, live_server, client_of(agent))
        page.goto(f"{live_server.url}{path}")
        return page

    yield show
    for entered in held:
        entered.__exit__(None, None, None)


def until(page: Page, condition: str) -> None:
    """As `wait_for_function`, which the page's content policy forbids."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def keep(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_plain_guichet_question_takes_six_keys_and_five_seconds(desk: Open) -> None:
    page = desk()
    page.evaluate(COUNT_KEYS)
    started = time.monotonic()
    for key in ("p", "a", "s", "Enter"):
        page.keyboard.press(key)
    keys = page.evaluate("window.keys") + 1
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert keys <= MOST_KEYS
    assert time.monotonic() - started <= MOST_SECONDS
    demande = Demande.objects.get()
    assert (demande.motif and demande.motif.name, demande.is_open) == ("Passeport", False)
    # The next one can be typed at once.
    assert page.evaluate("document.activeElement.getAttribute('role')") == "combobox"
    assert demande.reference in page.inner_text("main")


def test_shortcuts_choose_the_channel_and_what_follows(desk: Open) -> None:
    page = desk()
    page.keyboard.press("Alt+2")
    page.keyboard.press("Alt+t")
    page.keyboard.press("Alt+n")
    page.keyboard.type("Rappeler demain")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    demande = Demande.objects.get()
    assert (demande.channel, demande.is_open) == (Channel.PHONE, True)
    assert demande.contacts.get().text == "Rappeler demain"


def test_the_family_an_accent_and_the_middle_of_a_name_find_a_motif(desk: Open) -> None:
    page = desk()
    for typed, found in (("identite carte", "Carte d’identité"), ("naiss", "Acte de naissance")):
        page.fill("[role=combobox]", typed)
        page.keyboard.press("Tab")
        assert page.input_value("[role=combobox]") == found
        assert page.inner_text("#service-propose") == "Service proposé : État civil"
    page.fill("[role=combobox]", "zzz")
    assert page.inner_text(".search-select [role=status]") == "Aucun motif ne correspond"
    assert page.input_value("select[name=motif]") == ""


def test_what_an_agent_logs_most_comes_first(desk: Open, agent: Agent, service: Service) -> None:
    motif = factories.make_motif(service.organisation, name="Zone de stationnement")
    factories.make_demande(service, motif=motif, created_by=agent)
    page = desk()
    page.keyboard.press("ArrowDown")
    first = page.inner_text("[role=option] >> nth=0")
    assert first.startswith("Zone de stationnement")


def test_without_a_script_the_same_page_logs_a_contact(
    browser: Browser, live_server: LiveServer, client_of: Login, agent: Agent, passport: None
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    log_in(page, live_server, client_of(agent))
    page.goto(f"{live_server.url}/saisie/")
    page.select_option("select[name=motif]", label="Passeport")
    page.click("text=Enregistrer le contact")
    assert "Contact enregistré" in page.inner_text("main")
    context.close()
    assert Demande.objects.count() == 1


class TestNothingIsLost:
    def test_the_network_goes_and_comes_back(self, desk: Open) -> None:
        page = desk()
        page.context.set_offline(True)
        for name in ("pas", "acte"):
            page.fill("[role=combobox]", name)
            page.keyboard.press("Enter")
            page.keyboard.press("Enter")
            until(page, "document.querySelector('[role=combobox]').value === ''")
        assert "Pas de connexion" in page.inner_text("#hors-ligne")
        keep(page, "saisie-hors-ligne")
        assert axe_violations(page) == []
        assert not Demande.objects.exists()
        page.context.set_offline(False)
        until(page, "document.querySelector('#hors-ligne').innerText.includes('rétablie')")
        assert Demande.objects.count() == 2
        assert page.evaluate("localStorage.length") == 0

    def test_an_answer_lost_on_the_way_makes_no_second_entry(self, desk: Open) -> None:
        page = desk()

        def swallow(route: Route) -> None:
            if route.request.method == "POST":
                route.fetch()
                return route.abort()
            return route.continue_()

        page.route("**/saisie/", swallow)
        page.fill("[role=combobox]", "pas")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.wait_for_selector("#hors-ligne p")
        assert Demande.objects.count() == 1
        page.unroute("**/saisie/")
        page.evaluate("dispatchEvent(new Event('online'))")
        until(page, "localStorage.length === 0")
        assert Demande.objects.count() == 1

    def test_a_session_that_ends_while_typing(
        self, desk: Open, live_server: LiveServer, client_of: Login, agent: Agent
    ) -> None:
        page = desk()
        page.fill("[role=combobox]", "pas")
        page.keyboard.press("Enter")
        page.context.clear_cookies()
        page.keyboard.press("Enter")
        page.wait_for_selector("#hors-ligne a")
        assert "session a expiré" in page.inner_text("#hors-ligne")
        log_in(page, live_server, client_of(agent))
        page.click("#hors-ligne a")
        until(page, "localStorage.length === 0")
        assert Demande.objects.count() == 1

    def test_what_is_kept_to_be_sent_is_not_given_back_as_a_draft(
        self, desk: Open, live_server: LiveServer, client_of: Login, agent: Agent
    ) -> None:
        page = desk()
        page.fill("textarea[name=text]", "Rappeler demain")
        page.context.clear_cookies()
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#hors-ligne a")
        # Through the login page, which knows that what was sent last did not arrive.
        page.click("#hors-ligne a")
        log_in(page, live_server, client_of(agent))
        page.goto(f"{live_server.url}/saisie/")
        until(page, "localStorage.length === 0")
        assert page.input_value("textarea[name=text]") == ""
        assert Demande.objects.count() == 1

    def test_what_the_server_refuses_can_be_taken_up_again(self, desk: Open) -> None:
        page = desk()
        page.context.set_offline(True)
        page.fill("input[name=phone]", "allô")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#hors-ligne p")
        page.context.set_offline(False)
        page.click("text=Reprendre")
        assert page.input_value("input[name=phone]") == "allô"
        page.fill("input[name=phone]", "")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        assert Demande.objects.count() == 1


class TestAlreadyAsked:
    @pytest.fixture
    def open_demande(self, service: Service, passport: None) -> Demande:
        usager = Usager.objects.create(
            organisation=service.organisation, full_name="Dominique", phone="+33123456789"
        )
        return factories.make_demande(
            service,
            timezone.localdate(),
            usager=usager,
            subject="Passeport en attente",
            received_at=timezone.now(),
        )

    def test_one_key_attaches_the_contact(self, desk: Open, open_demande: Demande) -> None:
        page = desk()
        page.keyboard.press("Alt+n")
        page.keyboard.type("Demande où en est son dossier")
        page.fill("input[name=phone]", "01 23 45 67 89")
        page.wait_for_selector("#deja .alert")
        assert "Déjà demandé aujourd’hui" in page.inner_text("#deja")
        keep(page, "saisie-deja")
        assert axe_violations(page) + overflow(page) == []
        with page.expect_navigation():
            page.keyboard.press("Alt+j")
        assert Demande.objects.count() == 1
        contact = open_demande.contacts.get()
        assert (contact.kind, contact.text) == (
            ContactKind.MESSAGE,
            "Demande où en est son dossier",
        )

    def test_seen_and_left_aside_it_is_a_new_demande(
        self, desk: Open, open_demande: Demande
    ) -> None:
        page = desk()
        page.fill("input[name=phone]", "01 23 45 67 89")
        page.wait_for_selector("#deja .alert")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        assert Demande.objects.count() == 2
        assert Contact.objects.count() == 1


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_screen_is_accessible(desk: Open, size: tuple[int, int]) -> None:
    page = desk(size)
    keep(page, f"saisie-{size[0]}")
    assert axe_violations(page) + overflow(page) == []
    page.keyboard.type("a")
    page.wait_for_selector("[role=option]")
    keep(page, f"saisie-liste-{size[0]}")
    assert axe_violations(page) + overflow(page) == []
    page.keyboard.press("Escape")
    page.click("text=Raccourcis clavier")
    keep(page, f"saisie-raccourcis-{size[0]}")
    assert axe_violations(page) + overflow(page) == []
