"""Calendars through the browser's eyes: the rule, the year, exceptions, the calculator."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from directory import actions
from directory.models import Agent, Closing, ExceptionalOpening, Organisation, WorkingCalendar
from directory.workdays import nth_working_day
from directory.years import covered_year, weekdays_in_words, year_of
from tests.factories import TODAY, make_calendar

Login = Callable[[Agent], Client]
MONDAY_TO_FRIDAY = ["0", "1", "2", "3", "4"]


@pytest.fixture
def browser(administrateur: Agent, client_of: Login) -> Client:
    return client_of(administrateur)


def errors_of(response: Any) -> dict[str, list[str]]:
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


def rule(**changes: Any) -> dict[str, Any]:
    data = {
        "name": "Médiathèque",
        "territory": "guadeloupe",
        "weekdays": ["1", "2", "3", "4", "5"],
        "time_zone": "",
    }
    return data | changes


# --- Creating and changing -------------------------------------------------------------------
def test_a_calendar_takes_the_time_zone_of_its_territory(
    browser: Client, organisation: Organisation
) -> None:
    assert browser.post(reverse("calendar_new"), rule()).status_code == 302
    calendar = organisation.calendars.get(name="Médiathèque")
    assert calendar.time_zone == "America/Guadeloupe"
    assert calendar.weekdays == {1, 2, 3, 4, 5}
    assert nth_working_day(calendar, date(2026, 5, 26), 1) == date(2026, 5, 28)


def test_another_time_zone_may_be_chosen(browser: Client, organisation: Organisation) -> None:
    browser.post(reverse("calendar_new"), rule(time_zone="Europe/Paris"))
    calendar = organisation.calendars.get(name="Médiathèque")
    assert calendar.time_zone == "Europe/Paris"
    form = browser.get(reverse("calendar_edit", args=[calendar.public_id])).context["form"]
    assert form["time_zone"].value() == "Europe/Paris"
    assert form["weekdays"].value() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["7"]}, "weekdays"),
        ({"weekdays": ["lundi"]}, "weekdays"),
        ({"territory": "atlantide"}, "territory"),
        ({"time_zone": "Lune/Tycho"}, "time_zone"),
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
    ],
)
def test_a_wrong_rule_is_said_at_its_field(
    changes: dict[str, Any], field: str, browser: Client
) -> None:
    response = browser.post(reverse("calendar_new"), rule(**changes))
    assert response.status_code == 422
    assert list(errors_of(response)) == [field]


def test_a_name_already_taken(browser: Client, calendar: WorkingCalendar) -> None:
    response = browser.post(reverse("calendar_new"), rule(name=calendar.name))
    assert errors_of(response) == {"name": ["Un calendrier porte déjà ce nom."]}


def test_changing_the_rule_recounts(browser: Client, calendar: WorkingCalendar) -> None:
    friday = date(2026, 6, 5)
    data = rule(
        name=calendar.name,
        territory="metropole",
        weekdays=[*MONDAY_TO_FRIDAY, "5"],
        why="Ouverture du samedi",
    )
    url = reverse("calendar_edit", args=[calendar.public_id])
    response = browser.post(url, data, follow=True)
    assert "ont été recomptés" in response.content.decode()
    assert nth_working_day(calendar, friday, 1) == date(2026, 6, 6)


# --- Closings and openings -------------------------------------------------------------------
def closing(**changes: Any) -> dict[str, Any]:
    return {"first_day": "2026-06-04", "last_day": "2026-06-05", "label": "Ducasse"} | changes


def test_a_closing_is_added_then_removed(browser: Client, calendar: WorkingCalendar) -> None:
    url = reverse("closing_new", args=[calendar.public_id])
    page = browser.post(url, closing(), follow=True).content.decode()
    assert "du jeudi 4 juin 2026 au vendredi 5 juin 2026" in page
    assert nth_working_day(calendar, date(2026, 6, 3), 1) == date(2026, 6, 8)
    added = Closing.objects.get(label="Ducasse")
    browser.post(reverse("closing_remove", args=[added.public_id]))
    assert nth_working_day(calendar, date(2026, 6, 3), 1) == date(2026, 6, 4)
    assert browser.post(reverse("closing_remove", args=[added.public_id])).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"last_day": "2026-06-03"}, "last_day", "précède le premier"),
        ({"first_day": "1999-12-31"}, "first_day", "de 2000 à"),
        ({"last_day": "9999-12-31"}, "last_day", "de 2000 à"),
        ({"first_day": "2026-02-30"}, "first_day", "valide"),
        ({"first_day": "demain"}, "first_day", "valide"),
        ({"label": ""}, "label", "obligatoire"),
    ],
)
def test_a_wrong_closing_is_said_at_its_field(
    changes: dict[str, Any], field: str, message: str, browser: Client, calendar: WorkingCalendar
) -> None:
    url = reverse("closing_new", args=[calendar.public_id])
    response = browser.post(url, closing(**changes))
    assert response.status_code == 422
    found = errors_of(response)
    assert list(found) == [field]
    assert message in found[field][0]


def test_overlapping_closings(browser: Client, calendar: WorkingCalendar) -> None:
    url = reverse("closing_new", args=[calendar.public_id])
    browser.post(url, closing())
    response = browser.post(url, closing(first_day="2026-06-05", last_day="2026-06-09"))
    assert errors_of(response) == {
        "first_day": ["Une fermeture couvre déjà une partie de ces jours."]
    }


def opening(**changes: Any) -> dict[str, Any]:
    return {"day": "2026-05-25", "label": "Journée de solidarité"} | changes


def test_an_opening_is_added_then_removed(browser: Client, calendar: WorkingCalendar) -> None:
    url = reverse("opening_new", args=[calendar.public_id])
    assert browser.post(url, opening()).status_code == 302
    assert nth_working_day(calendar, date(2026, 5, 22), 1) == date(2026, 5, 25)
    added = ExceptionalOpening.objects.get()
    browser.post(reverse("opening_remove", args=[added.public_id]))
    assert nth_working_day(calendar, date(2026, 5, 22), 1) == date(2026, 5, 26)


def test_an_opening_on_a_worked_day_is_useless(browser: Client, calendar: WorkingCalendar) -> None:
    url = reverse("opening_new", args=[calendar.public_id])
    response = browser.post(url, opening(day="2026-06-04"))
    assert errors_of(response) == {"day": ["Ce jour est déjà ouvré dans ce calendrier."]}
    browser.post(url, opening())
    assert errors_of(browser.post(url, opening())) == {
        "day": ["Ce jour est déjà une ouverture exceptionnelle."]
    }


# --- The year --------------------------------------------------------------------------------
def test_the_year_has_each_day_once_with_its_nature(calendar: WorkingCalendar) -> None:
    actions.close_days(
        calendar, first=date(2026, 5, 15), last=date(2026, 5, 15), label="Pont", today=TODAY
    )
    actions.open_day(calendar, day=date(2026, 5, 25), label="Solidarité", today=TODAY)
    year = year_of(calendar, 2026, today=TODAY)
    shown = [day for month in year.months for week in month.weeks for day in week if day]
    assert [day.day for day in shown] == sorted({day.day for day in shown})
    assert len(shown) == 365
    by_day = {day.day: (day.sign, day.words) for day in shown}
    assert by_day[date(2026, 5, 13)] == ("", "")
    assert by_day[date(2026, 5, 14)] == ("F", "jour férié (Ascension)")
    assert by_day[date(2026, 5, 15)] == ("×", "fermeture (Pont)")
    assert by_day[date(2026, 5, 16)] == ("", "jour non travaillé")
    assert by_day[date(2026, 5, 25)] == ("+", "ouverture exceptionnelle (Solidarité)")


def test_the_year_counts_as_the_table_does(calendar: WorkingCalendar) -> None:
    for number in (2000, 2024, 2026, 2036):
        stored = calendar.days.filter(day__year=number, is_working=True).count()
        assert year_of(calendar, number, today=TODAY).working_days == stored


def test_a_screen_reader_hears_why_a_day_is_off(browser: Client, calendar: WorkingCalendar) -> None:
    url = reverse("calendar", args=[calendar.public_id])
    page = browser.get(url, {"year": "2026"}).content.decode()
    assert len(re.findall(r'<table class="month">', page)) == 12
    assert '<span class="visually-hidden">, jour férié (Ascension)</span>' in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("2027", 2027),
        ("2000", 2000),
        ("2036", 2036),
        ("2037", 2026),
        ("1999", 2026),
        ("", 2026),
        ("26", 2026),
        ("-2026", 2026),
        ("²⁰²⁶", 2026),
        ("deux mille", 2026),
        ("9" * 5000, 2026),
    ],
)
def test_only_years_that_calendars_cover_are_shown(asked: str, shown: int) -> None:
    assert covered_year(asked, today=TODAY) == shown


def test_weekdays_in_words(organisation: Organisation) -> None:
    words = {
        0b0011111: "du lundi au vendredi",
        0b0111110: "du mardi au samedi",
        0b0000011: "lundi, mardi",
        0b0010101: "lundi, mercredi, vendredi",
        0b1111111: "du lundi au dimanche",
    }
    for mask, expected in words.items():
        assert weekdays_in_words(WorkingCalendar(weekday_mask=mask)) == expected


# --- The calculator --------------------------------------------------------------------------
def test_the_calculator_gives_the_deadline_and_its_count(
    browser: Client, calendar: WorkingCalendar
) -> None:
    url = reverse("calendar", args=[calendar.public_id])
    response = browser.get(url, {"received_on": "2026-04-30", "days": "15"})
    deadline, counted = response.context["calculation"]
    assert deadline == date(2026, 5, 27)
    assert counted[-1].number == 15
    page = response.content.decode()
    assert "mercredi 27 mai 2026" in page
    assert "jour férié : Ascension" in page


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"received_on": "1999-12-31", "days": "5"}, "received_on"),
        ({"received_on": "2036-12-30", "days": "100"}, "received_on"),
        ({"received_on": "", "days": "5"}, "received_on"),
        ({"received_on": "2026-04-30", "days": "-1"}, "days"),
        ({"received_on": "2026-04-30", "days": "121"}, "days"),
        ({"received_on": "2026-04-30", "days": "cinq"}, "days"),
    ],
)
def test_the_calculator_says_what_it_cannot_count(
    asked: dict[str, str], field: str, browser: Client, calendar: WorkingCalendar
) -> None:
    response = browser.get(reverse("calendar", args=[calendar.public_id]), asked)
    assert response.status_code == 200
    assert list(response.context["calculator"].errors) == [field]
    assert response.context["calculation"] is None


def test_each_calendar_has_its_own_page(browser: Client, organisation: Organisation) -> None:
    other = make_calendar(organisation, territory="martinique", name="Antilles")
    page = browser.get(reverse("calendar", args=[other.public_id])).content.decode()
    assert "Martinique" in page
    assert "America/Martinique" in page
