"""The main job in a real Chromium: the three users do what the product exists for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from contacts.enums import Channel, ReplyKind
from contacts.models import Demande
from contacts.targets import refresh_open_demandes
from directory.enums import Role
from directory.models import Agent, Service
from engagements import referential
from engagements.rebuild import differences
from engagements.recount import recount_stale
from surveys import actions as surveys
from tests import factories
from tests.browser import DESKTOP, PHONE, axe_violations, launch, opened, overflow
from tests.surveys.situations import ready_to_open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launch() as chromium:
        yield chromium


@pytest.fixture
def town(service: Service, other_service: Service) -> Service:
    """Letters of three months: the second service answers half of its own too late."""
    referential.adopt(service.organisation)
    factories.make_motif(service.organisation, name="Acte de naissance", service=service)
    today = timezone.localdate()
    for number in range(40):
        day = today - timedelta(days=60 + number)
        factories.make_demande(
            service, day, channel=Channel.MAIL, replied=day + timedelta(days=6), subject="Acte"
        )
        delay = 40 if number % 2 else 6
        factories.make_demande(
            other_service,
            day,
            channel=Channel.MAIL,
            replied=day + timedelta(days=delay),
            subject="Permis de construire",
        )
    factories.make_demande(service, today - timedelta(days=70), channel=Channel.MAIL)
    holding = factories.make_demande(service, today - timedelta(days=10), channel=Channel.EMAIL)
    factories.add_reply(
        holding,
        ReplyKind.HOLDING,
        today - timedelta(days=8),
        announced_on=today + timedelta(days=20),
        requests_items=True,
    )
    refresh_open_demandes(service.organisation)
    recount_stale()
    return service


def with_password(service: Service, role: Role, *services: Service) -> Agent:
    return factories.make_agent(service.organisation, role, *services, password=factories.PASSWORD)


@contextmanager
def logged_in(
    browser: Browser, live_server: LiveServer, agent: Agent, size: tuple[int, int] = DESKTOP
) -> Iterator[Page]:
    """Through the real login page."""
    with opened(browser, f"{live_server.url}/compte/login/", size) as page:
        page.locator("input[name=login]").fill(agent.email)
        page.locator("input[name=password]").fill(factories.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "login" not in url)
        yield page


# A list that is searched by typing has the focus in its search box, which sends nothing itself.
HELD = """() => {
  const held = document.activeElement;
  const list = held?.getAttribute("role") === "combobox" && held.previousElementSibling;
  return (list || held)?.name;
}"""


def tab_to(page: Page, name: str, most: int = 40) -> None:
    """Press Tab until the field of that name has the focus."""
    for _press in range(most):
        if page.evaluate(HELD) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached by keyboard")


def test_an_agent_logs_five_contacts_by_keyboard_alone(
    browser: Browser, live_server: LiveServer, town: Service
) -> None:
    agent = with_password(town, Role.AGENT, town)
    before = Demande.objects.count()
    with logged_in(browser, live_server, agent) as page:
        page.goto(f"{live_server.url}/saisie/")
        for number in range(5):
            tab_to(page, "channel")
            if number:
                # Radio buttons move with the arrows: one channel further each time.
                page.keyboard.press("ArrowRight")
            tab_to(page, "motif")
            page.keyboard.type("Acte")
            tab_to(page, "text")
            page.keyboard.type(f"Question {number}")
            tab_to(page, "full_name")
            with page.expect_navigation():
                page.keyboard.press("Enter")
            page.get_by_text("Contact enregistré").wait_for()
            if "/demandes/" in page.url:
                page.goto(f"{live_server.url}/saisie/?canal={_last().channel}")
    logged = Demande.objects.order_by("-pk")[:5]
    assert Demande.objects.count() == before + 5
    assert [demande.channel for demande in logged][::-1] == list(Channel)
    assert {demande.service for demande in logged} == {town}
    assert {demande.subject for demande in logged} == {"Acte de naissance"}
    recount_stale()
    assert differences(town.organisation_id) == []


def _last() -> Demande:
    return Demande.objects.order_by("-pk")[0]


def test_an_agent_answers_by_keyboard_alone(
    browser: Browser, live_server: LiveServer, town: Service
) -> None:
    agent = with_password(town, Role.AGENT, town)
    demande = Demande.objects.open().filter(channel=Channel.MAIL).get()
    with logged_in(browser, live_server, agent) as page:
        page.goto(f"{live_server.url}/demandes/{demande.public_id}/")
        tab_to(page, "text")
        page.keyboard.type("Voici votre acte.")
        tab_to(page, "announced_on")
        for _press in range(12):
            if page.evaluate("document.activeElement.textContent.trim()") == (
                "Enregistrer la réponse"
            ):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text("Réponse enregistrée").wait_for()
        assert page.get_by_text("Voici votre acte.").is_visible()
    demande.refresh_from_db()
    assert demande.merits_on == timezone.localdate()


def test_a_quality_manager_finds_the_struggling_service_in_three_clicks(
    browser: Browser, live_server: LiveServer, town: Service, other_service: Service
) -> None:
    with logged_in(browser, live_server, with_password(town, Role.QUALITE)) as page:
        assert page.url.endswith("/tableau-de-bord/")
        page.get_by_role("link", name="Courriers : réponse en 15 jours ouvrés").click()  # 1
        page.locator("table a", has_text=other_service.name).first.click()  # 2
        page.get_by_role("link", name="Hors délai").click()  # 3
        rows = page.locator("table tbody tr")
        assert rows.count() == 20
        assert rows.first.get_by_text("Permis de construire").is_visible()


def test_an_usager_answers_from_a_phone(
    browser: Browser, live_server: LiveServer, town: Service
) -> None:
    survey = ready_to_open(town.organisation)
    surveys.open_survey(survey, at=timezone.now())
    survey.refresh_from_db()
    qr = surveys.make_qr(survey, service=town, by=None, at=timezone.now())
    with opened(browser, f"{live_server.url}/q/{qr.code}/", PHONE) as page:
        page.get_by_label("Très satisfait", exact=True).check()
        page.get_by_role("button", name="Envoyer mes réponses").click()
        page.get_by_role("heading", name="Merci").wait_for()
    with logged_in(browser, live_server, with_password(town, Role.QUALITE)) as page:
        page.goto(f"{live_server.url}/engagements/14/")
        assert page.get_by_text("n = 1", exact=False).first.is_visible()


PAGES = {
    Role.AGENT: [
        "/saisie/",
        "/demandes/",
        "/demandes/?vue=en-retard",
        "/demandes/?q=rien",
        "/demandes/closes/",
        "{held}",
        "{held}repondre/",
        "{held}transferer/",
        "{held}clore/",
        "{held}message/",
        "{held}pieces/",
        "{answered}",
        "/tableau-de-bord/",
    ],
    Role.QUALITE: [
        "/tableau-de-bord/",
        "/engagements/1/",
        "/engagements/10/",
        "/engagements/10/announced-mail/",
        "/engagements/11/?du=hier",
        "/engagements/14/",
        "/engagements/10/first-reply-mail/demandes/",
        "/engagements/10/first-reply-mail/demandes/?etat=ouvertes-en-retard&canal=email",
        "/delais-cibles/",
        "/delais-cibles/nouveau/",
        "/regles-de-comptage/",
        "/introuvable/",
    ],
}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("role", PAGES)
def test_every_page_is_accessible_and_fits(
    browser: Browser,
    live_server: LiveServer,
    town: Service,
    role: Role,
    size: tuple[int, int],
) -> None:
    held = Demande.objects.get(channel=Channel.EMAIL)
    answered = Demande.objects.filter(closed_on__isnull=False, service=town).first()
    assert answered
    places = {
        "held": f"/demandes/{held.public_id}/",
        "answered": f"/demandes/{answered.public_id}/",
    }
    found = {}
    with logged_in(browser, live_server, with_password(town, role, town), size) as page:
        for address in PAGES[role]:
            page.goto(live_server.url + address.format(**places))
            found[address] = axe_violations(page) + overflow(page)
        if role == Role.AGENT:
            found |= _refused(page, live_server.url, places["held"])
    assert {address: faults for address, faults in found.items() if faults} == {}


def _refused(page: Page, root: str, held: str) -> dict[str, list[str]]:
    """The same pages once a form was refused: message at the field, focus on the summary."""
    page.goto(f"{root}/saisie/")
    page.locator("input[name=phone]").fill("allô")
    page.get_by_role("button", name="Enregistrer le contact").click()
    page.get_by_text("numéro de téléphone").first.wait_for()
    log = axe_violations(page) + overflow(page)
    page.goto(f"{root}{held}repondre/")
    page.get_by_role("radio", name="Réponse d’attente").check()
    page.get_by_role("button", name="Enregistrer la réponse").click()
    page.get_by_text("indiquez la date annoncée").first.wait_for()
    return {"log refused": log, "reply refused": axe_violations(page) + overflow(page)}


def test_pages_use_two_cookies_and_no_third_party(
    browser: Browser, live_server: LiveServer, town: Service
) -> None:
    with logged_in(browser, live_server, with_password(town, Role.QUALITE)) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{live_server.url}/engagements/10/")
        assert {cookie["name"] for cookie in page.context.cookies()} <= {"sessionid", "csrftoken"}
        assert asked
        assert all(url.startswith((live_server.url, "data:")) for url in asked)
