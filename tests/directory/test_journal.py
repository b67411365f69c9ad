"""The journal of the annuaire: who, what, why, written with the change and never rewritten."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from contacts.target_actions import set_target, take_back
from directory import actions
from directory.enums import ChangeVerb
from directory.errors import Refusal
from directory.journal import differences
from directory.models import Agent, Change, Organisation, Service, WorkingCalendar
from engagements.demo.erasing import erase
from tests.directory.schedules import hours, weekly
from tests.factories import (
    TODAY,
    make_agent,
    make_calendar,
    make_motif,
    make_organisation,
    make_service,
)

Login = Callable[[Agent], Client]
BRIDGE = date(2026, 5, 15)
Write = Callable[[Service, dict[str, Any]], object]


def _change_calendar(service: Service, who: dict[str, Any]) -> None:
    service.calendar.weekday_mask = 0b0111111
    actions.change_calendar(service.calendar, today=TODAY, **who)


def _cancel(service: Service, who: dict[str, Any]) -> None:
    closing = actions.close_days(
        service.calendar, first=BRIDGE, last=BRIDGE, label="Pont", today=TODAY
    )
    actions.cancel_exception(closing, today=TODAY, **who)


def _cancel_opening(service: Service, who: dict[str, Any]) -> None:
    opening = actions.open_day(service.calendar, day=date(2026, 6, 6), label="Samedi", today=TODAY)
    actions.cancel_exception(opening, today=TODAY, **who)


def _move_service(service: Service, who: dict[str, Any]) -> None:
    service.calendar = make_calendar(service.organisation, name="Médiathèque")
    actions.save_service(service, **who)


def _create_service(service: Service, who: dict[str, Any]) -> None:
    created = Service(
        organisation=service.organisation, name="Voirie", calendar=service.calendar, parent=service
    )
    actions.save_service(created, **who)


def _move_motif(service: Service, who: dict[str, Any]) -> None:
    motif = make_motif(service.organisation, name="Acte de naissance")
    motif.parent = make_motif(service.organisation, name="Actes")
    actions.save_motif(motif, **who)


def _take_back(service: Service, who: dict[str, Any]) -> None:
    target = set_target(service.organisation, limit=4, valid_from=date(2026, 7, 1))
    take_back(target, today=TODAY, **who)


def _replace_target(service: Service, who: dict[str, Any]) -> None:
    set_target(service.organisation, limit=5, valid_from=date(2026, 1, 1), service=service)
    set_target(service.organisation, limit=4, valid_from=date(2026, 7, 1), service=service, **who)


WRITES: dict[ChangeVerb, tuple[Write, str, dict[str, list[str | None]]]] = {
    ChangeVerb.CALENDAR_OPENED: (
        lambda service, who: make_calendar(service.organisation, name="Antenne", **who),
        "Antenne",
        {
            "name": [None, "Antenne"],
            "territory": [None, "Métropole"],
            "weekdays": [None, "du lundi au vendredi"],
            "time_zone": [None, "Europe/Paris"],
        },
    ),
    ChangeVerb.CALENDAR_CHANGED: (
        _change_calendar,
        "Métropole",
        {"weekdays": ["du lundi au vendredi", "du lundi au samedi"]},
    ),
    ChangeVerb.HOURS_SET: (
        lambda service, who: actions.set_hours(
            service.calendar, weekly(range(2), "9:00-12:00"), **who
        ),
        "Métropole",
        {"hours": [None, "lundi 9:00-12:00 ; mardi 9:00-12:00"]},
    ),
    ChangeVerb.DAYS_CLOSED: (
        lambda service, who: actions.close_days(
            service.calendar,
            first=BRIDGE,
            last=date(2026, 5, 16),
            label="Pont",
            today=TODAY,
            **who,
        ),
        "Pont (Métropole)",
        {"days": [None, "15/05/2026 – 16/05/2026"]},
    ),
    ChangeVerb.DAY_OPENED: (
        lambda service, who: actions.open_day(
            service.calendar, day=date(2026, 6, 6), label="Samedi", today=TODAY, **who
        ),
        "Samedi (Métropole)",
        {"days": [None, "06/06/2026"]},
    ),
    ChangeVerb.CLOSING_CANCELLED: (_cancel, "Pont (Métropole)", {"days": ["15/05/2026", None]}),
    ChangeVerb.OPENING_CANCELLED: (
        _cancel_opening,
        "Samedi (Métropole)",
        {"days": ["06/06/2026", None]},
    ),
    ChangeVerb.SERVICE_CREATED: (
        _create_service,
        "Voirie",
        {"calendar": [None, "Métropole"], "parent": [None, "État civil"]},
    ),
    ChangeVerb.SERVICE_MOVED: (
        _move_service,
        "État civil",
        {"calendar": ["Métropole", "Médiathèque"]},
    ),
    ChangeVerb.MOTIF_MOVED: (_move_motif, "Acte de naissance", {"family": [None, "Actes"]}),
    ChangeVerb.TARGET_SET: (
        _replace_target,
        "Première réponse, État civil",
        {
            "limit": ["5 jours ouvrés", "4 jours ouvrés"],
            "valid_from": ["01/01/2026", "01/07/2026"],
        },
    ),
    ChangeVerb.TARGET_TAKEN_BACK: (
        _take_back,
        "Première réponse",
        {"limit": ["4 jours ouvrés", None], "valid_from": ["01/07/2026", None]},
    ),
}


@pytest.mark.parametrize("verb", WRITES)
def test_each_change_is_written_with_who_and_why(
    verb: ChangeVerb, service: Service, administrateur: Agent
) -> None:
    write, what, details = WRITES[verb]
    write(service, {"by": administrateur, "why": "Délibération du 12 mars"})
    (line,) = Change.objects.filter(organisation=service.organisation, by=administrateur)
    assert (line.verb, line.what, line.why) == (verb, what, "Délibération du 12 mars")
    assert line.details == details


def test_what_changes_nothing_writes_nothing(service: Service) -> None:
    calendar = service.calendar
    actions.set_hours(calendar, {0: hours("9:00-12:00")})
    before = Change.objects.count()
    actions.change_calendar(calendar, today=TODAY)
    actions.set_hours(calendar, {0: hours("9:00-12:00")})
    service.phone = "02 41 00 00 00"
    actions.save_service(service)
    actions.save_motif(make_motif(service.organisation))
    assert Change.objects.count() == before


def test_an_exception_removed_twice_is_told_once(service: Service) -> None:
    calendar = service.calendar
    closing = actions.close_days(calendar, first=BRIDGE, last=BRIDGE, label="Pont", today=TODAY)
    twin = type(closing).objects.get(pk=closing.pk)
    actions.cancel_exception(closing, today=TODAY)
    actions.cancel_exception(twin, today=TODAY)
    assert Change.objects.filter(verb=ChangeVerb.CLOSING_CANCELLED).count() == 1


def test_a_refused_change_leaves_no_line(service: Service) -> None:
    before = Change.objects.count()
    with pytest.raises(Refusal):
        actions.set_hours(service.calendar, {6: hours("9:00-12:00")})
    assert Change.objects.count() == before


# --- Never rewritten --------------------------------------------------------------------------
def _line(service: Service, by: Agent | None = None) -> Change:
    actions.close_days(
        service.calendar, first=BRIDGE, last=BRIDGE, label="Pont", today=TODAY, by=by
    )
    return Change.objects.get(verb=ChangeVerb.DAYS_CLOSED)


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE directory_change SET why = 'autre'",
        "UPDATE directory_change SET at = now() - interval '1 day'",
        "UPDATE directory_change SET by_id = (SELECT max(id) FROM directory_agent)",
        "UPDATE directory_change SET by_id = NULL, why = 'autre'",
        "DELETE FROM directory_change",
    ],
)
def test_a_line_is_never_rewritten(
    statement: str, service: Service, administrateur: Agent, qualite: Agent
) -> None:
    line = _line(service, administrateur)
    with pytest.raises(IntegrityError, match="stays as it was written"), transaction.atomic():
        _execute(statement)
    line.refresh_from_db()
    assert (line.by, line.what) == (administrateur, "Pont (Métropole)")


def test_control_without_the_trigger_a_line_is_rewritten(service: Service) -> None:
    line = _line(service)
    _execute("SET CONSTRAINTS ALL IMMEDIATE")
    _execute("ALTER TABLE directory_change DISABLE TRIGGER directory_change_stays")
    _execute("UPDATE directory_change SET why = 'autre'")
    line.refresh_from_db()
    assert line.why == "autre"


def test_a_lost_account_leaves_its_lines(service: Service) -> None:
    someone = make_agent(service.organisation)
    line = _line(service, someone)
    someone.delete()
    line.refresh_from_db()
    assert line.by is None
    assert line.what == "Pont (Métropole)"


def test_a_journal_leaves_with_its_organisation_and_no_other(service: Service) -> None:
    kept = _line(service)
    gone = make_service(make_organisation())
    by = make_agent(gone.organisation)
    actions.open_day(gone.calendar, day=date(2026, 6, 6), label="Samedi", today=TODAY, by=by)
    erase(gone.organisation)
    assert not Change.objects.filter(organisation=gone.organisation_id).exists()
    assert not Organisation.objects.filter(pk=gone.organisation_id).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.delete()


# --- The page ---------------------------------------------------------------------------------
@pytest.fixture
def browser(administrateur: Agent, client_of: Login) -> Client:
    return client_of(administrateur)


def test_the_page_tells_who_what_and_why(
    browser: Client, service: Service, administrateur: Agent
) -> None:
    _move_service(service, {"by": administrateur, "why": "Déménagement <b>"})
    text = browser.get(reverse("annuaire_journal")).content.decode()
    assert "Service modifié\u00a0: État civil" in text
    assert "Calendrier\u00a0: Métropole, devenu Médiathèque" in text
    assert administrateur.full_name in text
    assert "Déménagement &lt;b&gt;" in text


def test_the_page_shows_fifty_lines_newest_first(
    browser: Client, organisation: Organisation
) -> None:
    for number in range(60):
        make_calendar_line(organisation, f"Numéro {number}")
    make_calendar_line(make_organisation(), "Ailleurs")
    page = browser.get(reverse("annuaire_journal"))
    lines = [change.what for change, _differences in page.context["lines"]]
    assert lines == [f"Numéro {number}" for number in range(59, 9, -1)]
    second = browser.get(reverse("annuaire_journal") + "?page=2")
    older = [change.what for change, _differences in second.context["lines"]]
    assert older[:10] == [f"Numéro {number}" for number in range(9, -1, -1)]
    assert "Ailleurs" not in older


def make_calendar_line(organisation: Organisation, what: str) -> None:
    by = make_agent(organisation)
    Change.objects.create(
        organisation=organisation, verb=ChangeVerb.CALENDAR_OPENED, what=what, by=by
    )


def test_the_page_asks_as_little_for_fifty_lines_as_for_one(
    browser: Client, organisation: Organisation, django_assert_max_num_queries: Any
) -> None:
    for number in range(50):
        make_calendar_line(organisation, f"Numéro {number}")
    with django_assert_max_num_queries(6):
        browser.get(reverse("annuaire_journal"))


def test_differences_read_in_one_order(service: Service) -> None:
    line = Change(details={"time_zone": ["a", "b"], "name": [None, "c"], "unknown": ["x", "y"]})
    assert [one.label for one in differences(line)] == ["Nom", "Fuseau horaire"]


# --- The forms --------------------------------------------------------------------------------
def rule(calendar: WorkingCalendar, **changes: Any) -> dict[str, Any]:
    return {
        "name": calendar.name,
        "territory": calendar.territory,
        "weekdays": ["0", "1", "2", "3", "4"],
        "time_zone": "",
        **changes,
    }


@pytest.mark.parametrize("change", [{"weekdays": ["0", "1"]}, {"territory": "guadeloupe"}])
def test_a_change_of_counted_days_asks_why(
    change: dict[str, Any], browser: Client, calendar: WorkingCalendar, administrateur: Agent
) -> None:
    address = reverse("calendar_edit", args=[calendar.public_id])
    refused = browser.post(address, rule(calendar, **change))
    assert list(refused.context["form"].errors) == ["why"]
    assert browser.post(address, rule(calendar, **change, why="Accord local")).status_code == 302
    line = Change.objects.filter(verb=ChangeVerb.CALENDAR_CHANGED).get()
    assert (line.by, line.why) == (administrateur, "Accord local")


def test_a_new_name_asks_nothing(browser: Client, calendar: WorkingCalendar) -> None:
    address = reverse("calendar_edit", args=[calendar.public_id])
    assert browser.post(address, rule(calendar, name="Mairie")).status_code == 302


def test_every_form_that_changes_what_is_counted_writes_who_and_why(
    browser: Client, service: Service, administrateur: Agent
) -> None:
    motif, family = make_motif(service.organisation), make_motif(service.organisation)
    calendar = make_calendar(service.organisation)
    days = {f"day_{day}": "" for day in range(7)}
    sent: list[tuple[str, Any, dict[str, Any]]] = [
        ("service_edit", service, {"name": "État civil", "calendar": calendar.pk}),
        ("motif_edit", motif, {"name": motif.name, "parent": family.pk}),
        ("calendar_hours", calendar, {**days, "day_0": "9:00-12:00"}),
        ("target_new", None, {"measure": "merits", "limit": 9, "valid_from": "2026-06-22"}),
    ]
    for name, found, values in sent:
        address = reverse(name, args=[found.public_id] if found else [])
        assert browser.post(address, {**values, "why": "Accord"}).status_code == 302, name
    lines = Change.objects.filter(by=administrateur, why="Accord").order_by("pk")
    assert [line.verb for line in lines] == [
        "service_moved",
        "motif_moved",
        "hours_set",
        "target_set",
    ]
