"""Services, motifs and the organisation's own page, through the browser's eyes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.context import theme_url
from directory.enums import Role
from directory.models import Agent, Motif, Organisation, Service, WorkingCalendar
from tests.factories import make_agent, make_calendar, make_motif, make_organisation, make_service

Login = Callable[[Agent], Client]


@pytest.fixture
def browser(administrateur: Agent, client_of: Login) -> Client:
    return client_of(administrateur)


def service_data(calendar: WorkingCalendar, **changes: Any) -> dict[str, Any]:
    data = {
        "name": "Accueil",
        "parent": "",
        "calendar": calendar.pk,
        "phone": "02 41 00 00 00",
        "email": "accueil@mairie.example",
        "address": "1 place de la Mairie",
        "is_active": "on",
    }
    return data | changes


def errors_of(response: Any) -> dict[str, list[str]]:
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


# --- Services --------------------------------------------------------------------------------
def test_a_service_is_created(browser: Client, calendar: WorkingCalendar, service: Service) -> None:
    data = service_data(calendar, parent=service.pk)
    response = browser.post(reverse("service_new"), data, follow=True)
    assert response.redirect_chain == [(reverse("services"), 302)]
    created = Service.objects.get(name="Accueil")
    assert (created.parent, created.calendar, created.phone) == (
        service,
        calendar,
        "02 41 00 00 00",
    )
    assert "Service créé." in response.content.decode()


def test_what_was_typed_is_kept_and_the_message_is_at_the_field(
    browser: Client, calendar: WorkingCalendar, service: Service
) -> None:
    data = service_data(calendar, name=service.name, address="Rue des Écoles", email="pas une")
    response = browser.post(reverse("service_new"), data)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Rue des Écoles" in page
    assert 'value="pas une"' in page
    assert list(errors_of(response)) == ["email"]
    assert 'aria-describedby="id_email-erreur"' in page
    assert 'href="#id_email"' in page


def test_a_name_already_taken_is_said_at_the_name(
    browser: Client, calendar: WorkingCalendar, service: Service
) -> None:
    response = browser.post(reverse("service_new"), service_data(calendar, name=service.name))
    assert errors_of(response) == {"name": ["Un service porte déjà ce nom."]}


def test_a_service_keeps_its_own_name(browser: Client, service: Service) -> None:
    data = service_data(service.calendar, name=service.name, phone="3939")
    url = reverse("service_edit", args=[service.public_id])
    assert browser.post(url, data).status_code == 302
    service.refresh_from_db()
    assert service.phone == "3939"


def test_a_cycle_is_refused_at_the_parent(
    browser: Client, organisation: Organisation, service: Service
) -> None:
    child = make_service(organisation, parent=service)
    grandchild = make_service(organisation, parent=child)
    url = reverse("service_edit", args=[service.public_id])
    for parent in (service, child, grandchild):
        data = service_data(service.calendar, name=service.name, parent=parent.pk)
        response = browser.post(url, data)
        assert response.status_code == 422
        assert errors_of(response) == {
            "parent": ["Choisissez un service de l’organisation qui ne dépend pas de celui-ci."]
        }
    service.refresh_from_db()
    assert service.parent is None


def test_rows_of_another_organisation_cannot_be_chosen(
    browser: Client, calendar: WorkingCalendar
) -> None:
    elsewhere = make_organisation()
    foreign = make_calendar(elsewhere)
    stranger = make_service(elsewhere, foreign)
    data = service_data(calendar, parent=stranger.pk)
    assert list(errors_of(browser.post(reverse("service_new"), data))) == ["parent"]
    data = service_data(foreign)
    assert list(errors_of(browser.post(reverse("service_new"), data))) == ["calendar"]
    for rubbish in ("0", "-1", "abc", "1 OR 1=1", "9" * 40):
        data = service_data(calendar, parent=rubbish)
        assert list(errors_of(browser.post(reverse("service_new"), data))) == ["parent"]
    assert not Service.objects.filter(name="Accueil").exists()


def test_only_the_fields_of_the_form_are_read(
    browser: Client, organisation: Organisation, service: Service
) -> None:
    elsewhere = make_organisation()
    before = Service.objects.filter(pk=service.pk).values().get()
    forged = {
        "organisation": elsewhere.pk,
        "organisation_id": elsewhere.pk,
        "public_id": "00000000-0000-0000-0000-000000000000",
        "id": 999_999,
        "pk": 999_999,
    }
    data = service_data(service.calendar, name=service.name, **forged)
    assert browser.post(reverse("service_edit", args=[service.public_id]), data).status_code == 302
    after = Service.objects.filter(pk=service.pk).values().get()
    for name in ("id", "public_id", "organisation_id"):
        assert after[name] == before[name]
    assert browser.post(reverse("service_new"), data | {"name": "Neuf"}).status_code == 302
    assert Service.objects.get(name="Neuf").organisation == organisation


def test_the_list_shows_the_tree_and_who_works_there(
    browser: Client, organisation: Organisation, service: Service
) -> None:
    child = make_service(organisation, name="Cimetières", parent=service, is_active=False)
    for active in (True, True, False):
        make_agent(organisation, Role.AGENT, child, is_active=active)
    branches = browser.get(reverse("services")).context["branches"]
    shown = [(branch.node.name, branch.depth, branch.node.agent_count) for branch in branches]
    assert shown == [(service.name, 0, 0), ("Cimetières", 1, 2)]


@pytest.mark.parametrize("page", ["services", "motifs", "agents", "calendars"])
def test_a_list_asks_as_many_questions_for_1_row_as_for_20(
    page: str, browser: Client, organisation: Organisation, calendar: WorkingCalendar
) -> None:
    def add(number: int) -> None:
        for _ in range(number):
            service = make_service(organisation, calendar)
            make_agent(organisation, Role.AGENT, service)
            make_motif(organisation, service=service)

    def questions() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse(page)).status_code == 200
        return len(queries)

    add(1)
    few = questions()
    add(19)
    assert questions() == few


@pytest.mark.django_db
def test_an_organisation_without_calendar_is_told_to_start_there(client_of: Login) -> None:
    newcomer = make_agent(make_organisation(), Role.ADMINISTRATEUR)
    page = client_of(newcomer).get(reverse("services")).content.decode()
    assert "Commencez par un calendrier" in page
    assert reverse("calendar_new") in page


# --- Motifs ----------------------------------------------------------------------------------
def motif_data(**changes: Any) -> dict[str, Any]:
    return {"name": "Acte de naissance", "parent": "", "service": "", "is_active": "on"} | changes


def test_a_motif_is_created_in_its_family(
    browser: Client, organisation: Organisation, service: Service
) -> None:
    family = make_motif(organisation, name="État civil")
    data = motif_data(parent=family.pk, service=service.pk)
    assert browser.post(reverse("motif_new"), data).status_code == 302
    created = Motif.objects.get(name="Acte de naissance")
    assert (created.parent, created.service, created.is_active) == (family, service, True)


def test_a_motif_is_named_once_in_its_family(browser: Client, organisation: Organisation) -> None:
    family = make_motif(organisation, name="État civil")
    make_motif(organisation, name="Acte de naissance", parent=family)
    response = browser.post(reverse("motif_new"), motif_data(parent=family.pk))
    assert errors_of(response) == {"name": ["Un motif porte déjà cet intitulé dans cette famille."]}
    response = browser.post(reverse("motif_new"), motif_data(name="État civil"))
    assert list(errors_of(response)) == ["name"]
    assert browser.post(reverse("motif_new"), motif_data()).status_code == 302


def test_a_motif_is_no_family_of_another_family(
    browser: Client, organisation: Organisation
) -> None:
    family = make_motif(organisation)
    leaf = make_motif(organisation, parent=family)
    url = reverse("motif_edit", args=[family.public_id])
    page = browser.get(url)
    assert "parent" not in page.context["form"].fields
    assert browser.post(url, motif_data(parent=leaf.pk)).status_code == 302
    family.refresh_from_db()
    assert family.parent is None
    response = browser.post(reverse("motif_new"), motif_data(name="x", parent=leaf.pk))
    assert list(errors_of(response)) == ["parent"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"silence": "acceptance"}, ("acceptance", 2)),
        ({"silence": "rejection", "silence_months": "4"}, ("rejection", 4)),
        ({"silence": "none"}, ("none", None)),
        ({}, ("", None)),
    ],
)
def test_a_motif_says_what_silence_is_worth(
    browser: Client, organisation: Organisation, typed: dict[str, str], kept: tuple[str, int | None]
) -> None:
    data = motif_data(processing_days="30", **typed)
    assert browser.post(reverse("motif_new"), data).status_code == 302
    motif = organisation.motifs.get()
    assert ((motif.silence, motif.silence_months), motif.processing_days) == (kept, 30)


@pytest.mark.parametrize(
    "typed", [{"silence_months": "2"}, {"silence": "none", "silence_months": "2"}]
)
def test_months_of_a_silence_that_decides_nothing_are_refused(
    browser: Client, organisation: Organisation, typed: dict[str, str]
) -> None:
    response = browser.post(reverse("motif_new"), motif_data(**typed))
    assert list(errors_of(response)) == ["silence_months"]
    assert not organisation.motifs.exists()


def test_an_edited_motif_keeps_a_closed_service(
    browser: Client, organisation: Organisation
) -> None:
    closed = make_service(organisation, is_active=False)
    motif = make_motif(organisation, service=closed)
    data = motif_data(name=motif.name, service=closed.pk)
    url = reverse("motif_edit", args=[motif.public_id])
    assert browser.post(url, data).status_code == 302
    response = browser.post(reverse("motif_new"), motif_data(service=closed.pk))
    assert list(errors_of(response)) == ["service"]


# --- The organisation itself -----------------------------------------------------------------
def test_name_and_colour_change(browser: Client, organisation: Organisation) -> None:
    data = {"name": "Ville d’Alençon", "primary_colour": "#8B1A1A"}
    response = browser.post(reverse("organisation"), data, follow=True)
    organisation.refresh_from_db()
    assert (organisation.name, organisation.primary_colour) == ("Ville d’Alençon", "#8b1a1a")
    assert theme_url(organisation) in response.content.decode()
    assert "8b1a1a" in browser.get(theme_url(organisation)).content.decode()


@pytest.mark.parametrize(
    ("colour", "accepted"),
    [
        ("#767676", True),  # 4.54 with white
        ("#777777", False),  # 4.48
        ("#ffffff", False),
        ("#8ab4f8", False),
        ("#000000", True),
        ("red", False),
        ("#12345", False),
        ("#1f4e79;}body{display:none", False),
    ],
)
def test_a_colour_must_be_legible(
    colour: str, accepted: bool, browser: Client, organisation: Organisation
) -> None:
    before = organisation.primary_colour
    data = {"name": organisation.name, "primary_colour": colour}
    response = browser.post(reverse("organisation"), data)
    organisation.refresh_from_db()
    assert (response.status_code == 302) is accepted
    assert (organisation.primary_colour == (colour if accepted else before)) is True
    if not accepted:
        assert list(errors_of(response)) == ["primary_colour"]


def test_a_refusal_gives_the_figure_and_a_shade_that_would_do(
    browser: Client, organisation: Organisation
) -> None:
    data = {"name": organisation.name, "primary_colour": "#777777"}
    (message,) = errors_of(browser.post(reverse("organisation"), data))["primary_colour"]
    assert "contraste de 4,4 avec le blanc" in message
    shade = message.rstrip(".").split()[-1]
    data["primary_colour"] = shade
    assert browser.post(reverse("organisation"), data).status_code == 302


def test_a_refused_name_does_not_show_at_the_head_of_the_page(
    browser: Client, organisation: Organisation
) -> None:
    data = {"name": "Autre nom", "primary_colour": "#ffffff"}
    page = browser.post(reverse("organisation"), data).content.decode()
    assert f'<span class="brand__name">{organisation.name}' in page


def test_the_theme_is_a_stylesheet_kept_by_the_browser_alone(organisation: Organisation) -> None:
    response = Client().get(theme_url(organisation))
    assert response.status_code == 200
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert "private" in response["Cache-Control"]
    assert "--brand:" in response.content.decode()
    missing = reverse("organisation_theme", args=["00000000-0000-4000-8000-000000000000"])
    assert Client().get(missing).status_code == 404
