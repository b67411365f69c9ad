"""The telephone in a real Chromium: accessible in every state, and used by keyboard alone."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from directory.enums import Role
from directory.models import Agent, Organisation, Service, WorkingCalendar
from telephony.actions.mystery import MysteryTold, record_call
from telephony.enums import MysteryOutcome, Outcome
from telephony.models import Call, RecordFile
from tests import factories
from tests.browser import DESKTOP, PHONE, axe_violations, log_in, opened, overflow
from tests.telephony.situations import make_call, make_campaign, make_line, morning
from tests.telephony.test_import import FILE
from tests.telephony.test_incoming import Exchange

Login = Callable[[Agent], Client]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PERIOD = "?du=2026-06-01&au=2026-06-30"


@pytest.fixture
def town(calendar: WorkingCalendar) -> Organisation:
    """Calls of every outcome in two services, a campaign, and a file to be confirmed."""
    organisation = calendar.organisation
    services = [
        factories.make_service(organisation, calendar, name=name)
        for name in ("Accueil général", "Direction de l’aménagement et du cadre de vie")
    ]
    for service in services:
        for outcome in Outcome:
            for seconds in (3, 12, 22, 70):
                make_call(service, outcome=outcome, seconds=seconds, caller="+33199001234")
        make_call(service, in_hours=False, caller="client-un")
    make_line(services[0], "+33199001200", label="Standard")
    campaign = make_campaign(services[0])
    for rings in (2, 4, 7):
        told = MysteryTold(services[0], morning(), MysteryOutcome.AGENT, rings, 8, "Accueil clair")
        record_call(campaign, told, by=None, now=factories.NOW)
    return organisation


def faults(page: Page, name: str) -> list[str]:
    if folder := os.environ.get("SHOTS"):
        width = page.evaluate("document.documentElement.clientWidth")
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    return [*axe_violations(page), *overflow(page)]


def pages_of(organisation: Organisation) -> dict[str, str]:
    call = Call.objects.filter(organisation=organisation)[0]
    campaign = [organisation_campaign(organisation)]
    return {
        "appels": reverse("calls"),
        "appels-sans": reverse("calls") + "?du=2020-01-01&au=2020-01-02",
        "appels-faux": reverse("calls") + "?du=hier",
        "appel": reverse("call", args=[call.public_id]),
        "saisie": reverse("call_new"),
        "chiffres": reverse("call_figures") + PERIOD,
        "chiffres-sans": reverse("call_figures") + "?du=2020-01-01&au=2020-01-02",
        "lignes": reverse("call_lines"),
        "ligne": reverse("call_line_new"),
        "reglages": reverse("call_settings"),
        "releves": reverse("call_records"),
        "releve": reverse("call_record_new"),
        "campagnes": reverse("mystery_campaigns"),
        "campagne-nouvelle": reverse("mystery_campaign_new"),
        "campagne": reverse("mystery_campaign", args=campaign),
        "appel-mystere": reverse("mystery_call_new", args=campaign),
    }


def organisation_campaign(organisation: Organisation) -> object:
    from telephony.models import MysteryCampaign

    return MysteryCampaign.objects.get(organisation=organisation).public_id


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_accessible(
    browser: Browser,
    live_server: LiveServer,
    town: Organisation,
    client_of: Login,
    size: tuple[int, int],
) -> None:
    chief = client_of(factories.make_agent(town, Role.ADMINISTRATEUR))
    with opened(browser, live_server.url + reverse("legal"), size) as page:
        log_in(page, live_server, chief)
        for name, path in pages_of(town).items():
            page.goto(live_server.url + path)
            assert faults(page, name) == [], name
        page.goto(live_server.url + reverse("call_settings"))
        page.get_by_role("button", name="Créer le secret").click()
        assert faults(page, "secret") == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_empty_states_are_accessible(
    browser: Browser, live_server: LiveServer, client_of: Login, size: tuple[int, int]
) -> None:
    newcomer = client_of(factories.make_agent(factories.make_organisation(), Role.ADMINISTRATEUR))
    with opened(browser, live_server.url + reverse("legal"), size) as page:
        log_in(page, live_server, newcomer)
        for name in ("calls", "call_figures", "call_lines", "call_records", "mystery_campaigns"):
            page.goto(live_server.url + reverse(name))
            assert faults(page, f"vide-{name}") == [], name


def press_to(page: Page, name: str) -> None:
    """Tab until the focus stands on that control, and never by the mouse."""
    for _press in range(80):
        page.keyboard.press("Tab")
        words = "document.activeElement.innerText || document.activeElement.name || ''"
        if page.evaluate(words).strip().startswith(name):
            return
    raise AssertionError(f"{name} is not reached by keyboard")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_record_is_imported_by_keyboard(
    browser: Browser,
    live_server: LiveServer,
    town: Organisation,
    client_of: Login,
    tmp_path: Path,
    size: tuple[int, int],
) -> None:
    (tmp_path / "releve.csv").write_text(FILE)
    before = Call.objects.count()
    chief = client_of(factories.make_agent(town, Role.ADMINISTRATEUR))
    with opened(browser, live_server.url + reverse("legal"), size) as page:
        log_in(page, live_server, chief)
        page.goto(live_server.url + reverse("call_record_new"))
        press_to(page, "format")
        page.keyboard.press("ArrowUp")
        page.locator("input[type=file]").set_input_files(tmp_path / "releve.csv")
        press_to(page, "Examiner le fichier")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Importer 3 appels")
        assert faults(page, "examen") == []
        press_to(page, "Importer 3 appels")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=3 appels repris")
        assert faults(page, "importe") == []
    assert Call.objects.count() == before + 3
    assert RecordFile.objects.get().content is None


def test_a_call_rings_on_the_page_of_who_asked_for_it(
    browser: Browser, live_server: LiveServer, town: Organisation, client_of: Login
) -> None:
    cache.clear()
    service = Service.objects.get(organisation=town, name="Accueil général")
    exchange = Exchange(town)
    agent = client_of(factories.make_agent(town, Role.AGENT, service))
    with opened(browser, live_server.url + reverse("legal")) as page:
        log_in(page, live_server, agent)
        page.goto(live_server.url + reverse("calls"))
        press_to(page, "Les afficher")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-incoming]", state="attached")
        assert exchange.tell() == 201
        page.wait_for_selector("text=Appel de 01 99 00 12 34", timeout=15_000)
        assert faults(page, "sonne") == []
        banner = page.locator("[data-incoming]")
        assert banner.get_attribute("aria-live") == "polite"
        link = banner.get_by_role("link", name="Saisir le contact").get_attribute("href")
        assert link == "/saisie/?canal=phone&telephone=%2B33199001234"
