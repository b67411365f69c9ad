"""Every page of the annuaire × every role: who enters, who is sent away, and how."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from directory.enums import Role
from directory.models import (
    Agent,
    Closing,
    ExceptionalOpening,
    Organisation,
    Service,
    WorkingCalendar,
)
from tests.factories import make_agent, make_motif, make_organisation

Login = Callable[[Agent], Client]
DAY = date(2026, 6, 4)
# Name → what its address names; pages that only take a POST.
PAGES: dict[str, str] = {
    "organisation": "",
    "services": "",
    "service_new": "",
    "service_edit": "service",
    "agents": "",
    "agent_new": "",
    "agent_edit": "agent",
    "calendars": "",
    "calendar_new": "",
    "calendar": "calendar",
    "calendar_edit": "calendar",
    "calendar_hours": "calendar",
    "closing_new": "calendar",
    "opening_new": "calendar",
    "motifs": "",
    "motif_new": "",
    "motif_edit": "motif",
}
POST_ONLY = {
    "agent_deactivate": "agent",
    "agent_reactivate": "agent",
    "agent_invite": "agent",
    "closing_remove": "closing",
    "opening_remove": "opening",
}
READ_ONLY = {"services", "agents", "calendars", "calendar", "motifs"}
FORMS = [name for name in PAGES if name not in READ_ONLY]
PUBLIC = {"organisation_theme"}


@pytest.fixture
def things(
    organisation: Organisation, calendar: WorkingCalendar, service: Service
) -> dict[str, Any]:
    owned = {"organisation": organisation, "calendar": calendar}
    return {
        "service": service,
        "calendar": calendar,
        "motif": make_motif(organisation),
        "agent": make_agent(organisation, Role.AGENT, service),
        "closing": Closing.objects.create(**owned, first_day=DAY, last_day=DAY, label="Pont"),
        "opening": ExceptionalOpening.objects.create(**owned, day=DAY, label="Solidarité"),
    }


def address(name: str, things: dict[str, Any]) -> str:
    named = (PAGES | POST_ONLY)[name]
    return reverse(name, args=[things[named].public_id] if named else [])


@pytest.mark.parametrize("name", [*PAGES, *POST_ONLY])
def test_anonymous_is_sent_to_the_login(name: str, things: dict[str, Any]) -> None:
    url = address(name, things)
    for response in (Client().get(url), Client().post(url)):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("role", [Role.AGENT, Role.RESPONSABLE, Role.QUALITE])
@pytest.mark.parametrize("name", [*PAGES, *POST_ONLY])
def test_other_roles_are_refused(
    name: str, role: Role, things: dict[str, Any], client_of: Login
) -> None:
    browser = client_of(make_agent(things["service"].organisation, role, things["service"]))
    url = address(name, things)
    expected = {"get": 405 if name in POST_ONLY else 403, "post": 405 if name in READ_ONLY else 403}
    assert browser.get(url).status_code == expected["get"]
    assert browser.post(url).status_code == expected["post"]


@pytest.mark.parametrize("name", PAGES)
def test_an_administrateur_reads_every_page(
    name: str, things: dict[str, Any], administrateur: Agent, client_of: Login
) -> None:
    response = client_of(administrateur).get(address(name, things))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", [name for name, named in (PAGES | POST_ONLY).items() if named])
def test_another_organisation_finds_nothing(
    name: str, things: dict[str, Any], client_of: Login
) -> None:
    stranger = make_agent(make_organisation(), Role.ADMINISTRATEUR)
    browser, url = client_of(stranger), address(name, things)
    if name not in POST_ONLY:
        assert browser.get(url).status_code == 404
    if name not in READ_ONLY:
        assert browser.post(url).status_code == 404
    for thing in things.values():
        thing.refresh_from_db()


@pytest.mark.parametrize("name", [*POST_ONLY, *FORMS])
def test_a_post_without_its_token_is_refused(
    name: str, things: dict[str, Any], administrateur: Agent
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(administrateur, "allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post(address(name, things)).status_code == 403
    for thing in things.values():
        thing.refresh_from_db()


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_form_comes_back_with_its_errors(
    name: str, things: dict[str, Any], administrateur: Agent, client_of: Login
) -> None:
    response = client_of(administrateur).post(address(name, things), {})
    assert response.status_code == 422
    assert response.context["form"].errors


def test_reading_writes_nothing(
    things: dict[str, Any],
    administrateur: Agent,
    client_of: Login,
    no_writes: Callable[[], AbstractContextManager[None]],
) -> None:
    browser = client_of(administrateur)
    with no_writes():
        for name in PAGES:
            browser.get(address(name, things))
