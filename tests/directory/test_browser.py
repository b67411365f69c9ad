"""The annuaire in a real Chromium: accessible in every state, and used from end to end."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from directory import actions
from directory.enums import Role
from directory.models import Agent, Organisation, WorkingCalendar
from tests.browser import DESKTOP, PHONE, axe_violations, log_in, opened, overflow
from tests.directory.schedules import hours, weekly
from tests.factories import (
    PASSWORD,
    TODAY,
    make_agent,
    make_motif,
    make_organisation,
    make_service,
)

Login = Callable[[Agent], Client]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town(calendar: WorkingCalendar) -> Organisation:
    """A bit of everything: a tree, people in each state of their account, a bridge, a motif."""
    organisation = calendar.organisation
    accueil = make_service(organisation, calendar, name="Accueil", phone="02 41 00 00 00")
    etat_civil = make_service(organisation, calendar, name="État civil", parent=accueil)
    make_service(
        organisation,
        calendar,
        name="Cimetières",
        parent=etat_civil,
        is_active=False,
        merged_into=etat_civil,
    )
    make_agent(organisation, Role.AGENT, etat_civil, full_name="Invitée")
    make_agent(organisation, Role.QUALITE, full_name="Fermé", is_active=False)
    family = make_motif(organisation, name="Actes")
    make_motif(organisation, name="Acte de naissance", parent=family, service=etat_civil)
    bridge = date(2026, 5, 15)
    actions.close_days(calendar, first=bridge, last=bridge, label="Pont", today=TODAY)
    actions.open_day(calendar, day=date(2026, 5, 25), label="Solidarité", today=TODAY)
    actions.set_hours(
        calendar, weekly(range(4), "9:00-12:00", "13:30-17:00") | {4: hours("22:00-30:00")}
    )
    return organisation


def service_pages(organisation: Organisation) -> list[str]:
    """One at work, and one that another has taken over: as each is changed and merged."""
    services = organisation.services.filter(name__in=["Accueil", "Cimetières"])
    return [
        reverse(name, args=[service.public_id])
        for name in ("service_edit", "service_merge")
        for service in services
    ]


def pages_of(organisation: Organisation, calendar: WorkingCalendar) -> list[str]:
    invited = Agent.objects.get(organisation=organisation, full_name="Invitée")
    closed = Agent.objects.get(organisation=organisation, full_name="Fermé")
    of_calendar = [calendar.public_id]
    return [
        reverse("services"),
        reverse("service_new"),
        *service_pages(organisation),
        reverse("agents"),
        reverse("agents") + "?q=personne",
        reverse("agent_new"),
        reverse("agent_edit", args=[invited.public_id]),
        reverse("agent_edit", args=[closed.public_id]),
        reverse("calendars"),
        reverse("calendar_new"),
        reverse("calendar", args=of_calendar) + "?year=2026",
        reverse("calendar", args=of_calendar) + "?received_on=2026-04-30&days=15",
        reverse("calendar", args=of_calendar) + "?received_on=1999-04-30&days=15",
        reverse("calendar_edit", args=of_calendar),
        reverse("calendar_hours", args=of_calendar),
        reverse("closing_new", args=of_calendar),
        reverse("opening_new", args=of_calendar),
        reverse("annuaire_journal"),
        reverse("motifs"),
        reverse("motif_new"),
        reverse("organisation"),
        reverse("accessibility"),
        reverse("legal"),
    ]


def faults(page: Page) -> list[str]:
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    return [*axe_violations(page), *overflow(page)]


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_every_page_is_accessible(
    browser: Browser,
    live_server: LiveServer,
    town: Organisation,
    calendar: WorkingCalendar,
    client_of: Login,
    size: tuple[int, int],
) -> None:
    chief = client_of(make_agent(town, Role.ADMINISTRATEUR))
    with opened(browser, live_server.url + reverse("legal"), size) as page:
        log_in(page, live_server, chief)
        titles = set()
        for path in pages_of(town, calendar):
            page.goto(live_server.url + path)
            assert faults(page) == [], path
            titles.add(page.title())
        assert len(titles) >= 16


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_refusals_and_empty_lists_are_accessible(
    browser: Browser, live_server: LiveServer, client_of: Login, size: tuple[int, int]
) -> None:
    newcomer = client_of(make_agent(make_organisation(), Role.ADMINISTRATEUR))
    with opened(browser, live_server.url + reverse("legal"), size) as page:
        log_in(page, live_server, newcomer)
        for name in ("services", "motifs", "calendars"):
            page.goto(live_server.url + reverse(name))
            assert faults(page) == [], name
        for name in ("service_new", "agent_new", "calendar_new", "motif_new"):
            page.goto(live_server.url + reverse(name))
            page.get_by_role("main").locator("form button[type=submit]").first.click()
            page.wait_for_selector(".form-errors")
            assert faults(page) == [], name


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_hours_are_typed_looked_at_and_kept(
    browser: Browser,
    live_server: LiveServer,
    town: Organisation,
    calendar: WorkingCalendar,
    client_of: Login,
    size: tuple[int, int],
) -> None:
    chief = client_of(make_agent(town, Role.ADMINISTRATEUR))
    with opened(browser, live_server.url + reverse("legal"), size) as page:
        log_in(page, live_server, chief)
        page.goto(live_server.url + reverse("calendar_hours", args=[calendar.public_id]))
        page.get_by_label("Mardi").fill("de neuf heures à midi")
        page.get_by_role("button", name="Enregistrer").click()
        page.wait_for_selector(".form-errors")
        assert faults(page) == []
        assert page.get_by_label("Mardi").input_value() == "de neuf heures à midi"
        page.get_by_label("Mardi").fill("9-12")
        page.get_by_role("button", name="Voir la semaine").click()
        assert page.get_by_text("rien n’est encore enregistré").count()
        assert faults(page) == []
        page.get_by_role("button", name="Enregistrer").click()
        page.wait_for_url(lambda url: "horaires" not in url)
        assert page.get_by_text("9:00 – 12:00", exact=True).count()


def test_an_agent_is_invited_from_end_to_end(
    browser: Browser, live_server: LiveServer, town: Organisation, client_of: Login
) -> None:
    chief = client_of(make_agent(town, Role.ADMINISTRATEUR))
    with opened(browser, live_server.url + reverse("legal")) as page:
        log_in(page, live_server, chief)
        page.goto(live_server.url + reverse("agent_new"))
        page.get_by_label("Prénom et nom").fill("Lou Garnier")
        page.get_by_label("Adresse électronique").fill("lou@mairie.example")
        page.get_by_label("Agent", exact=True).check()
        page.get_by_label("Accueil").check()
        page.get_by_role("button", name="Créer le compte et inviter").click()
        page.get_by_role("button", name="Afficher le lien d’invitation").click()
        assert faults(page) == []
        link = page.get_by_label("Lien personnel").input_value()
    path = link.removeprefix("http://localhost:8000")
    with opened(browser, live_server.url + path) as page:
        for field in page.locator("input[type=password]").all():
            field.fill(PASSWORD)
        page.get_by_role("button", name="Changer le mot de passe").click()
        page.wait_for_url(lambda url: "set-password" not in url)
        page.goto(live_server.url + reverse("account_login"))
        page.locator("[name=login]").fill("lou@mairie.example")
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/compte/" not in url)
        assert page.get_by_text("Lou Garnier").count()
