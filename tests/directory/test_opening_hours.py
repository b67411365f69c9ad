"""Opening hours: what is typed, what the database refuses, the page, and the engine on the rows."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory import actions, errors
from directory.enums import Territory
from directory.models import Agent, ExceptionalOpening, OpeningHours, Organisation, WorkingCalendar
from directory.opening_hours import (
    hours_text,
    overlapping_nights,
    read_hours,
    schedule_of,
    week_in_words,
    week_of,
)
from directory.workdays import DayRule, days, nth_working_day, working_days_between
from directory.worktime.schedule import NeverOpen
from tests.directory.schedules import WORKING_WEEK, hours, weekly
from tests.factories import TODAY, make_calendar

Login = Callable[[Agent], Client]
PARIS = ZoneInfo("Europe/Paris")
SATURDAY = date(2026, 6, 27)
COUNTER = weekly(WORKING_WEEK, "9:00-12:00", "13:30-17:00")


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


# --- What is typed ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        (" , ; ", ""),
        ("9:00-12:00, 13:30-17:00", "9:00-12:00, 13:30-17:00"),
        ("13h30-17h ; 9h–12h", "9:00-12:00, 13:30-17:00"),
        ("9 - 12", "9:00-12:00"),
        ("09 H 05 à 12 h 00", "9:05-12:00"),
        ("0:00-24:00", "0:00-24:00"),
        ("22:00-6:00", "22:00-6:00"),
        ("9:00-12:00,12:00-14:00", "9:00-12:00, 12:00-14:00"),
    ],
)
def test_hours_as_people_write_them(typed: str, kept: str) -> None:
    assert hours_text(read_hours(typed)) == kept
    assert read_hours(kept) == read_hours(typed)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("le matin", "« le matin » ne se lit pas : écrivez par exemple 9:00-12:00"),
        ("9:00", "« 9:00 » ne se lit pas"),
        ("9:00-12:00-14:00", "ne se lit pas"),
        ("9:0-12:00", "ne se lit pas"),
        ("25:00-26:00", "25:00 n’est pas une heure."),
        ("9:60-12:00", "9:60 n’est pas une heure."),
        ("9:00-24:30", "24:30 n’est pas une heure."),
        ("24:00-6:00", "ne dure pas"),
        ("9:00-0:00", "« 9:00-0:00 » : pour fermer à minuit, écrivez 24:00."),
        ("9:00-9:00", "« 9:00-9:00 » ne dure pas"),
        ("9:00-12:00, 11:00-14:00", "9:00-12:00 et 11:00-14:00 se chevauchent."),
        ("22:00-6:00, 23:00-23:30", "22:00-6:00 et 23:00-23:30 se chevauchent."),
        ("٩:00-12:00", "ne se lit pas"),
    ],
)
def test_hours_that_cannot_be_read_say_why(typed: str, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_hours(typed)
    assert message in refused.value.messages[0]


def test_a_night_may_not_run_into_the_next_morning() -> None:
    assert overlapping_nights({6: hours("22:00-30:00"), 0: hours("5:00-9:00")}) == [0]
    assert overlapping_nights({6: hours("22:00-30:00"), 0: hours("6:00-9:00")}) == []


def test_the_week_in_words() -> None:
    week = week_in_words({0: hours("9:00-12:30"), 1: hours("22:00-30:00")}, WORKING_WEEK)
    assert [line.name for line in week.lines][:2] == ["lundi", "mardi"]
    assert week.lines[0].hours == ["9:00 – 12:30"]
    assert week.lines[1].hours == ["22:00 – 6:00 le lendemain"]
    assert [line.length for line in week.lines[:3]] == ["3 h 30", "8 h", "0 h"]
    assert week.length == "11 h 30"
    assert not week.is_empty
    assert week_in_words({}, WORKING_WEEK).is_empty


# --- What the database refuses ---------------------------------------------------------------
def row(calendar: WorkingCalendar, **changes: Any) -> OpeningHours:
    fields = {"weekday": 0, "opens": 540, "closes": 720} | changes
    return OpeningHours(organisation=calendar.organisation, calendar=calendar, **fields)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"weekday": 7}, "hours_of_a_weekday_or_an_opening"),
        ({"weekday": None}, "hours_of_a_weekday_or_an_opening"),
        ({"opens": 720}, "hours_end_within_a_day"),
        ({"opens": 1440, "closes": 1500}, "hours_end_within_a_day"),
        ({"closes": 540 + 1441}, "hours_end_within_a_day"),
        ({"opens": 600, "closes": 900}, "hours_no_overlap_weekday"),
    ],
)
def test_the_database_refuses_bad_hours(
    changes: dict[str, Any], constraint: str, calendar: WorkingCalendar
) -> None:
    row(calendar, opens=700, closes=1440).save()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row(calendar, **changes).save()


def test_the_database_accepts_any_lawful_shape(calendar: WorkingCalendar) -> None:
    for changes in (
        {"opens": 0, "closes": 1440},
        {"weekday": 1, "opens": 1439, "closes": 2879},
        {"weekday": 6, "opens": 540, "closes": 720},
        {"weekday": 6, "opens": 720, "closes": 900},
    ):
        row(calendar, **changes).save()


def test_an_opening_has_its_hours_or_a_weekday_has(calendar: WorkingCalendar) -> None:
    opening = actions.open_day(calendar, day=SATURDAY, label="Rentrée", today=TODAY)
    row(calendar, weekday=None, opening=opening).save()
    for changes, constraint in (
        ({"opening": opening}, "hours_of_a_weekday_or_an_opening"),
        ({"weekday": None, "opening": opening}, "hours_no_overlap_opening"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            row(calendar, **changes).save()
    actions.cancel_exception(opening, today=TODAY)
    assert not OpeningHours.objects.exists()


# --- Hours and worked days agree -------------------------------------------------------------
def test_hours_of_a_day_off_are_refused(calendar: WorkingCalendar) -> None:
    actions.set_hours(calendar, COUNTER)
    with pytest.raises(errors.HoursOnDayOff) as refused:
        actions.set_hours(calendar, weekly({5}, "9:00-12:00"))
    assert refused.value.field == "day_5"
    assert week_of(calendar) == COUNTER


def test_a_day_that_has_hours_stays_worked(calendar: WorkingCalendar) -> None:
    actions.set_hours(calendar, COUNTER)
    calendar.weekday_mask = 0b0001111
    with pytest.raises(errors.WorkedDayHasHours):
        actions.change_calendar(calendar, today=TODAY)
    calendar.refresh_from_db()
    assert calendar.weekdays == WORKING_WEEK


def test_an_opening_needs_hours_where_its_weekday_has_none(calendar: WorkingCalendar) -> None:
    actions.set_hours(calendar, COUNTER)
    with pytest.raises(errors.OpeningWithoutHours):
        actions.open_day(calendar, day=SATURDAY, label="Rentrée", today=TODAY)
    assert not ExceptionalOpening.objects.exists()
    actions.open_day(
        calendar, day=SATURDAY, label="Rentrée", today=TODAY, hours=hours("9:00-12:00")
    )
    # A holiday that falls on a weekday keeps the usual hours of that weekday.
    actions.open_day(calendar, day=date(2026, 7, 14), label="14 juillet", today=TODAY)
    schedule = schedule_of(calendar)
    assert schedule.is_open(paris("2026-06-27T11:59"))
    assert not schedule.is_open(paris("2026-06-27T12:00"))
    assert schedule.is_open(paris("2026-07-14T16:00"))


# --- The engine on the rows ------------------------------------------------------------------
@pytest.mark.parametrize("territory", [Territory.METROPOLE, Territory.POLYNESIE_FRANCAISE])
def test_the_engine_counts_days_as_the_stored_count_does(
    organisation: Organisation, territory: Territory
) -> None:
    calendar = make_calendar(organisation, territory, weekday_mask=0b0111110)
    actions.close_days(
        calendar, first=date(2026, 8, 3), last=date(2026, 8, 14), label="Été", today=TODAY
    )
    actions.open_day(calendar, day=date(2026, 8, 5), label="Permanence", today=TODAY)
    actions.open_day(calendar, day=date(2026, 7, 14), label="Férié ouvert", today=TODAY)
    schedule, rule = schedule_of(calendar), DayRule.of(calendar)
    start = date(2026, 6, 27)
    for day in days(date(2026, 1, 1), date(2026, 12, 31)):
        assert schedule.is_working_day(day) == rule.classify(day)[0].counts, day
    for n in (-400, -30, -1, 0, 1, 15, 30, 400):
        found = schedule.nth_working_day(start, n)
        assert found == nth_working_day(calendar, start, n), n
        assert schedule.working_days_between(start, found) == working_days_between(
            calendar, start, found
        )


def test_a_calendar_without_hours_counts_days_and_no_time(calendar: WorkingCalendar) -> None:
    schedule = schedule_of(calendar)
    at = paris("2026-06-22T10:00")
    assert schedule.opening_seconds(at, at + timedelta(days=30)) == 0
    assert schedule.nth_working_day(at.date(), 5) == nth_working_day(calendar, at.date(), 5)
    with pytest.raises(NeverOpen):
        schedule.next_opening(at)


def test_hours_are_those_of_the_calendars_zone(organisation: Organisation) -> None:
    calendar = make_calendar(organisation, Territory.LA_REUNION)
    actions.set_hours(calendar, COUNTER)
    schedule = schedule_of(calendar)
    reunion = ZoneInfo("Indian/Reunion")
    assert schedule.is_open(datetime(2026, 6, 22, 9, 0, tzinfo=reunion))
    assert not schedule.is_open(paris("2026-06-22T15:00"))
    # 20 December, abolition of slavery, is a Sunday in 2026; the day of the Republic is Bastille's.
    assert not schedule.is_open(datetime(2026, 7, 14, 10, 0, tzinfo=reunion))


def test_hours_change_no_count(calendar: WorkingCalendar) -> None:
    with CaptureQueriesContext(connection) as queries:
        actions.set_hours(calendar, COUNTER)
    assert not [query for query in queries if "directory_workingday" in query["sql"]]


# --- The page --------------------------------------------------------------------------------
@pytest.fixture
def browser(administrateur: Agent, client_of: Login) -> Client:
    return client_of(administrateur)


def typed(**changes: str) -> dict[str, str]:
    usual = {f"day_{day}": "9:00-12:00, 13:30-17:00" for day in range(5)}
    return usual | {"day_5": "", "day_6": ""} | changes


def test_hours_are_typed_shown_and_typed_again(browser: Client, calendar: WorkingCalendar) -> None:
    url = reverse("calendar_hours", args=[calendar.public_id])
    page = browser.post(url, typed(), follow=True).content.decode()
    assert "Horaires enregistrés." in page
    assert "9:00 – 12:00," in page
    assert "13:30 – 17:00<" in page
    assert "32 h 30" in page
    assert week_of(calendar) == COUNTER
    form = browser.get(url).context["form"]
    assert form["day_0"].value() == "9:00-12:00, 13:30-17:00"
    browser.post(url, typed(day_0="", day_4="9h-12h"))
    assert week_of(calendar) == {
        **{day: COUNTER[day] for day in (1, 2, 3)},
        4: hours("9:00-12:00"),
    }


def test_looking_at_the_week_keeps_nothing(browser: Client, calendar: WorkingCalendar) -> None:
    url = reverse("calendar_hours", args=[calendar.public_id])
    response = browser.post(url, typed(preview="1"))
    assert response.status_code == 200
    assert response.context["week"].length == "32 h 30"
    assert week_of(calendar) == {}
    refused = browser.post(url, typed(preview="1", day_2="?"))
    assert refused.status_code == 422
    assert "à corriger" in refused.content.decode()
    assert "Total de la semaine" not in refused.content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"day_1": "le matin"}, "day_1", "ne se lit pas"),
        ({"day_5": "9:00-12:00"}, "day_5", "ne travaille pas ce jour-là"),
        ({"day_0": "22:00-10:00"}, "day_1", "La nuit de la veille"),
        ({"day_1": "9" * 300}, "day_1", "200"),
    ],
)
def test_a_refused_week_says_where_and_loses_nothing(
    changes: dict[str, str],
    field: str,
    message: str,
    browser: Client,
    calendar: WorkingCalendar,
) -> None:
    actions.set_hours(calendar, COUNTER)
    url = reverse("calendar_hours", args=[calendar.public_id])
    response = browser.post(url, typed(**changes))
    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert message in form.errors[field][0]
    assert {name: form[name].value() for name in changes} == changes
    assert week_of(calendar) == COUNTER


def test_a_form_cut_short_closes_nothing(browser: Client, calendar: WorkingCalendar) -> None:
    actions.set_hours(calendar, COUNTER)
    url = reverse("calendar_hours", args=[calendar.public_id])
    sent = typed()
    del sent["day_6"]
    assert browser.post(url, sent).status_code == 422
    assert browser.post(url, {}).status_code == 422
    assert week_of(calendar) == COUNTER


def test_an_opening_with_its_own_hours(browser: Client, calendar: WorkingCalendar) -> None:
    actions.set_hours(calendar, COUNTER)
    url = reverse("opening_new", args=[calendar.public_id])
    data = {"day": "2026-06-27", "label": "Rentrée", "hours": ""}
    response = browser.post(url, data)
    assert "aucun pour ce jour de semaine" in response.context["form"].errors["hours"][0]
    response = browser.post(url, data | {"hours": "9h-12h, 14h-16h"}, follow=True)
    assert "samedi 27 juin 2026, 9:00-12:00, 14:00-16:00" in response.content.decode()
    assert schedule_of(calendar).is_open(paris("2026-06-27T15:59"))


def test_a_day_with_hours_is_not_taken_from_the_week(
    browser: Client, calendar: WorkingCalendar
) -> None:
    actions.set_hours(calendar, COUNTER)
    data = {
        "name": calendar.name,
        "territory": "metropole",
        "weekdays": ["0"],
        "time_zone": "",
        "why": "Accord",
    }
    response = browser.post(reverse("calendar_edit", args=[calendar.public_id]), data)
    assert response.status_code == 422
    assert "encore des horaires" in response.context["form"].errors["weekdays"][0]


def test_the_page_reads_as_much_for_many_openings(
    browser: Client, calendar: WorkingCalendar
) -> None:
    url = reverse("calendar", args=[calendar.public_id])

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            browser.get(url)
        return len(counted)

    def open_saturday(number: int) -> None:
        saturday = SATURDAY + timedelta(weeks=number)
        actions.open_day(
            calendar, day=saturday, label="Samedi", today=TODAY, hours=hours("9:00-12:00")
        )

    open_saturday(0)
    once = queries()
    for number in range(1, 6):
        open_saturday(number)
    assert queries() == once
