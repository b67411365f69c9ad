"""Surveys in a real Chromium: an usager on a phone, keyboard alone, no script, axe silent."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from contacts.models import Demande
from directory.models import Agent
from surveys import actions
from surveys.models import AnswerSheet, QrCode, Survey
from tests import factories
from tests.browser import DESKTOP, PHONE, axe_violations, opened, overflow
from tests.surveys.situations import answered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def link(live_server: LiveServer, survey: Survey, demande: Demande) -> str:
    invited = actions.invite(demande, survey=survey, by=None, at=timezone.now())
    return f"{live_server.url}/enquete/{invited.token}/"


@contextmanager
def without_script(browser: Browser, url: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="fr-FR"
    )
    page = context.new_page()
    page.goto(url)
    try:
        yield page
    finally:
        context.close()


def looks_right(page: Page) -> None:
    assert axe_violations(page) == []
    assert overflow(page) == []


def test_an_usager_answers_without_script(browser: Browser, link: str) -> None:
    with without_script(browser, link) as page:
        page.get_by_label("Satisfait", exact=True).check()
        page.get_by_label("Oui").check()
        page.get_by_role("textbox").fill("Merci.")
        page.get_by_role("button", name="Envoyer mes réponses").click()
        assert page.get_by_role("heading", level=1).inner_text().startswith("Merci")
        page.get_by_role("link", name="Corriger mes réponses").click()
        assert page.get_by_label("Satisfait", exact=True).is_checked()
    assert AnswerSheet.objects.count() == 1


def test_an_usager_answers_by_keyboard_alone(browser: Browser, link: str) -> None:
    with opened(browser, link, PHONE) as page:
        page.get_by_role("radio").first.focus()
        page.keyboard.press("ArrowDown")
        for _question in range(4):
            page.keyboard.press("Tab")
        page.keyboard.type("Au clavier.")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Merci")
    sheet = AnswerSheet.objects.get()
    assert [answer.scale or answer.text for answer in sheet.answers.all()] == [2, "Au clavier."]


def test_errors_take_the_focus(browser: Browser, link: str) -> None:
    with opened(browser, link, PHONE) as page:
        page.get_by_role("button", name="Envoyer mes réponses").click()
        page.wait_for_selector("[data-form-errors]:focus")
        looks_right(page)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.name") == "satisfaction"


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_pages_of_usagers(
    browser: Browser, live_server: LiveServer, link: str, qr: QrCode, size: tuple[int, int]
) -> None:
    poster = f"{live_server.url}/q/{qr.code}/"
    for url in (f"{link}?langue=en", poster, f"{poster}merci/", f"{live_server.url}/q/unknown/"):
        with opened(browser, url, size) as page:
            page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
            looks_right(page)
    actions.close_survey(qr.survey, at=timezone.now())
    with opened(browser, poster, size) as page:
        looks_right(page)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_pages_of_agents(
    browser: Browser, live_server: LiveServer, qr: QrCode, qualite: Agent, size: tuple[int, int]
) -> None:
    for level in (1, 4, 5):
        answered(qr, clarity=level, effort=level, reached=level > 1, comment="Bien accueilli.")
    qualite.set_password(factories.PASSWORD)
    qualite.save()
    survey = f"/enquetes/{qr.survey.public_id}/"
    pages = ["/enquetes/", "/enquetes/nouvelle/", survey, f"{survey}apercu/", f"{survey}mention/"]
    pages += [f"{survey}resultats/", f"{survey}resultats/?channel=mail", f"{survey}commentaires/"]
    pages += [f"{survey}affiches/{qr.service.public_id}/"]
    with opened(browser, f"{live_server.url}/compte/login/", size) as page:
        page.locator("[name=login]").fill(qualite.email)
        page.locator("[name=password]").fill(factories.PASSWORD)
        page.locator("main button[type=submit]").click()
        page.wait_for_url(lambda url: "login" not in url)
        for path in pages:
            page.goto(live_server.url + path)
            looks_right(page)
