"""The queue in a real Chromium: by keyboard alone, axe silent, as wide as a phone."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from directory.actions import open_day
from directory.models import Agent, Service
from tests.browser import DESKTOP, PHONE, axe_violations, log_in, opened, overflow
from tests.waiting.situations import make_room, make_ticket
from waiting.enums import Reason, State
from waiting.models import Ticket, WaitingRoom

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINUTE = timedelta(minutes=1)
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@pytest.fixture
def room(service: Service) -> WaitingRoom:
    today = service.calendar.day_of(timezone.now())
    open_day(service.calendar, day=today, label="Ouvert", today=today)
    return make_room(service, name="Hall", tablet_code="tablet", screen_code="screen")


@pytest.fixture
def busy(room: WaitingRoom) -> WaitingRoom:
    now = timezone.now()
    for served in range(5):
        make_ticket(room, now - 20 * MINUTE, waited=2 + served, served=4)
    make_ticket(room, now - 9 * MINUTE, waited=3, counter="2")
    make_ticket(room, now - 6 * MINUTE, waited=4, counter="1")
    make_ticket(room, now - 5 * MINUTE, priority=True, reason=Reason.REDUCED_MOBILITY)
    for minute in range(4):
        make_ticket(room, now - minute * MINUTE)
    make_ticket(room, now - 8 * MINUTE, gone=5)
    return room


def judged(page: Page, name: str, size: tuple[int, int]) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}-{size[0]}.png", full_page=True)
    assert axe_violations(page) + overflow(page) == []


def test_by_keyboard_give_call_end(
    browser: Browser,
    live_server: LiveServer,
    client_of: Callable[[Agent], Client],
    agent: Agent,
    room: WaitingRoom,
) -> None:
    with opened(browser, f"{live_server.url}/sante/") as page:
        log_in(page, live_server, client_of(agent))
        page.goto(f"{live_server.url}/attente/")
        page.locator("#donner").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Ticket n° 1 donné.")).to_be_visible()
        expect(page.locator("#donner")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Ticket n° 2 donné.")).to_be_visible()
        page.get_by_label("Votre guichet").focus()
        page.keyboard.type("4")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Le n° 1 est appelé au guichet 4.")).to_be_visible()
        expect(page.locator("#appeler")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Le n° 2 est appelé au guichet 4.")).to_be_visible()
        page.get_by_role("button", name="Terminer le n° 2").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Le n° 2 est terminé.")).to_be_visible()
    assert [one.state for one in Ticket.objects.order_by("number")] == [State.ENDED] * 2


def test_the_page_keeps_itself_up_to_date_and_the_focus_its_place(
    browser: Browser,
    live_server: LiveServer,
    client_of: Callable[[Agent], Client],
    agent: Agent,
    room: WaitingRoom,
) -> None:
    make_ticket(room, timezone.now(), waited=0, counter="1")
    with opened(browser, f"{live_server.url}/sante/") as page:
        log_in(page, live_server, client_of(agent))
        page.goto(f"{live_server.url}/attente/{room.public_id}/")
        button = page.get_by_role("button", name="Rappeler le n° 1")
        button.focus()
        make_ticket(room, timezone.now())
        expect(page.get_by_role("rowheader", name="N° 2")).to_be_visible(timeout=15_000)
        expect(page.locator("[data-live]")).to_have_text("1 personne attend.")
        expect(button).to_be_focused()


def test_the_screen_follows_the_calls(
    browser: Browser, live_server: LiveServer, room: WaitingRoom
) -> None:
    with opened(browser, f"{live_server.url}/ecran/screen/") as page:
        expect(page.get_by_text("Aucun numéro n’a encore été appelé.")).to_be_visible()
        assert page.locator("[data-sound]").get_attribute("aria-pressed") == "false"
        make_ticket(room, timezone.now(), waited=0, counter="3", number=27)
        expect(page.locator(".screen__number")).to_contain_text("27", timeout=15_000)
        expect(page.locator("[data-live]")).to_have_text("Numéro 27, guichet 3.")
        moves = page.locator(".screen__latest").evaluate(
            "one => getComputedStyle(one).animationName"
        )
        assert moves == "none"


def test_without_script_the_tablet_gives_and_the_screen_shows(
    browser: Browser, live_server: LiveServer, room: WaitingRoom
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/borne/tablet/")
    page.get_by_role("button", name="Femme enceinte").press("Enter")
    expect(page.get_by_role("heading", name="Votre numéro 1")).to_be_visible()
    Ticket.objects.update(called_at=timezone.now(), announced_at=timezone.now(), counter="1")
    page.goto(f"{live_server.url}/ecran/screen/")
    expect(page.locator(".screen__number")).to_contain_text("1")
    context.close()


@SIZES
def test_public_pages(
    browser: Browser, live_server: LiveServer, busy: WaitingRoom, size: tuple[int, int]
) -> None:
    waiting = Ticket.objects.waiting().filter(priority=False).last()
    assert waiting
    pages = {
        "tablet": "/borne/tablet/",
        "ticket": f"/borne/tablet/tickets/{waiting.public_id}/",
        "screen": "/ecran/screen/",
        "unknown": "/ecran/wrong/",
    }
    for name, path in pages.items():
        with opened(browser, f"{live_server.url}{path}", size) as page:
            judged(page, name, size)


@SIZES
def test_pages_of_agents(
    browser: Browser,
    live_server: LiveServer,
    client_of: Callable[[Agent], Client],
    administrateur: Agent,
    busy: WaitingRoom,
    size: tuple[int, int],
) -> None:
    make_room(busy.service, name="Annexe")
    pages = {
        "queues": "/attente/",
        "queue": f"/attente/{busy.public_id}/",
        "rooms": "/attente/files/",
        "room-new": "/attente/files/nouvelle/",
        "room": f"/attente/files/{busy.public_id}/",
        "figures": "/attente/chiffres/",
        "tickets": "/attente/chiffres/tickets/",
        "figures-wrong": "/attente/chiffres/?du=x",
    }
    with opened(browser, f"{live_server.url}/sante/", size) as page:
        log_in(page, live_server, client_of(administrateur))
        for name, path in pages.items():
            page.goto(f"{live_server.url}{path}")
            judged(page, name, size)


@SIZES
def test_pages_when_there_is_nothing(
    browser: Browser,
    live_server: LiveServer,
    client_of: Callable[[Agent], Client],
    responsable: Agent,
    size: tuple[int, int],
) -> None:
    with opened(browser, f"{live_server.url}/sante/", size) as page:
        log_in(page, live_server, client_of(responsable))
        for name in ("", "files/", "chiffres/", "chiffres/tickets/"):
            page.goto(f"{live_server.url}/attente/{name}")
            judged(page, f"nothing-{name.strip('/').replace('/', '-')}", size)
