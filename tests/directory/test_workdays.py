"""The running count of working days: counting rules 2 and 3, against numpy and against facts."""

import random
from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory import actions, workdays
from directory.enums import DayKind, Territory
from directory.holidays import public_holidays
from directory.models import Closing, Organisation, WorkingCalendar, WorkingDay
from directory.tasks import extend_working_days
from directory.workdays import (
    DayOutOfCalendar,
    DayRule,
    count_day_by_day,
    days,
    nth_working_day,
    running_count,
    working_days_between,
)
from tests.factories import TODAY, make_calendar

ONE_DAY = timedelta(days=1)
YEARS = range(2000, 2037)


def oracle(calendar: WorkingCalendar) -> np.busdaycalendar:
    """The same calendar in numpy: holidays and closings, minus what is opened on a weekday."""
    closed = {day for year in YEARS for day in public_holidays(calendar.territory, year)}
    for closing in calendar.closings.all():
        closed |= set(days(closing.first_day, closing.last_day))
    closed -= set(calendar.openings.values_list("day", flat=True))
    mask = [bool(calendar.weekday_mask >> day & 1) for day in range(7)]
    return np.busdaycalendar(weekmask=mask, holidays=np.array(sorted(closed), "datetime64[D]"))


def samples(seed: str, number: int) -> list[tuple[date, int]]:
    """Random days and delays, the same on every run; early, late and around new year included."""
    draw = random.Random(seed)
    span = (date(2036, 6, 30) - date(2000, 1, 1)).days
    return [
        (date(2000, 1, 1) + timedelta(days=draw.randrange(span)), draw.randrange(1, 90))
        for _ in range(number)
    ]


# --- Facts -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("received", "limit", "territory", "deadline"),
    [
        ("2026-04-02", 5, Territory.METROPOLE, "2026-04-10"),
        ("2026-04-02", 5, Territory.ALSACE_MOSELLE_VENDREDI_SAINT, "2026-04-13"),
        ("2026-04-30", 15, Territory.METROPOLE, "2026-05-27"),
        ("2026-04-30", 15, Territory.GUADELOUPE, "2026-05-28"),
        ("2026-05-05", 10, Territory.METROPOLE, "2026-05-21"),
        ("2026-07-11", 5, Territory.METROPOLE, "2026-07-20"),
        ("2026-12-11", 15, Territory.METROPOLE, "2027-01-05"),
        ("2027-05-13", 15, Territory.MARTINIQUE, "2027-06-04"),
    ],
)
def test_checked_deadlines(
    organisation: Organisation, received: str, limit: int, territory: Territory, deadline: str
) -> None:
    calendar = make_calendar(organisation, territory)
    start, end = date.fromisoformat(received), date.fromisoformat(deadline)
    assert nth_working_day(calendar, start, limit) == end
    assert working_days_between(calendar, start, end) == limit


def test_the_day_of_receipt_never_counts(calendar: WorkingCalendar) -> None:
    monday, saturday = date(2026, 6, 1), date(2026, 7, 11)
    assert working_days_between(calendar, monday, monday) == 0
    assert working_days_between(calendar, monday, date(2026, 6, 2)) == 1
    assert working_days_between(calendar, saturday, date(2026, 7, 16)) == 3
    assert nth_working_day(calendar, monday, 0) == monday


# --- The same answers as numpy ---------------------------------------------------------------
@pytest.mark.parametrize("territory", Territory)
def test_counts_agree_with_numpy(organisation: Organisation, territory: Territory) -> None:
    calendar = make_calendar(organisation, territory)
    working = oracle(calendar)
    counts = dict(calendar.days.values_list("day", "count"))
    for start, gap in samples(territory, 400):
        end = start + timedelta(days=gap)
        expected = np.busday_count(start + ONE_DAY, end + ONE_DAY, busdaycal=working)
        assert counts[end] - counts[start] == expected, (start, end)


@pytest.mark.parametrize("mask", [0b0011111, 0b0111110, 0b0010101, 0b1111111])
def test_deadlines_agree_with_numpy(organisation: Organisation, mask: int) -> None:
    calendar = make_calendar(organisation, weekday_mask=mask)
    for first, last in [(date(2024, 12, 24), date(2025, 1, 3)), (date(2026, 5, 15),) * 2]:
        actions.close_days(calendar, first=first, last=last, label="Fermeture", today=TODAY)
    whit_monday = date(2026, 5, 25)
    actions.open_day(calendar, day=whit_monday, label="Journée de solidarité", today=TODAY)
    working = oracle(calendar)
    near = [(date(2024, 12, 20) + timedelta(days=shift), 8) for shift in range(20)]
    for start, limit in samples(f"deadlines {mask}", 60) + near:
        expected = np.busday_offset(start, limit, roll="backward", busdaycal=working)
        if whit_monday.weekday() in calendar.weekdays:
            assert nth_working_day(calendar, start, limit) == expected, (start, limit)


def test_an_opening_on_a_weekend_counts(calendar: WorkingCalendar) -> None:
    friday, saturday, monday = date(2026, 6, 5), date(2026, 6, 6), date(2026, 6, 8)
    assert nth_working_day(calendar, friday, 1) == monday
    actions.open_day(calendar, day=saturday, label="Samedi de rentrée", today=TODAY)
    assert nth_working_day(calendar, friday, 1) == saturday
    assert working_days_between(calendar, friday, monday) == 2


def test_day_by_day_equals_the_subtraction(calendar: WorkingCalendar) -> None:
    actions.close_days(
        calendar, first=date(2026, 5, 15), last=date(2026, 5, 15), label="Pont", today=TODAY
    )
    for start, gap in samples("day by day", 40):
        end = start + timedelta(days=gap)
        counted = count_day_by_day(calendar, start, end)
        numbers = [line.number for line in counted if line.number is not None]
        assert numbers == list(range(1, working_days_between(calendar, start, end) + 1))
        assert [line.day for line in counted] == list(days(start, end))
        assert counted[0].is_receipt
        assert not any(line.is_receipt for line in counted[1:])


def test_day_by_day_says_why_a_day_does_not_count(calendar: WorkingCalendar) -> None:
    actions.close_days(
        calendar, first=date(2026, 5, 15), last=date(2026, 5, 15), label="Pont", today=TODAY
    )
    counted = count_day_by_day(calendar, date(2026, 5, 13), date(2026, 5, 18))
    assert [(line.kind, line.label, line.number) for line in counted] == [
        (DayKind.WORKING, "", None),
        (DayKind.HOLIDAY, "Ascension", None),
        (DayKind.CLOSING, "Pont", None),
        (DayKind.WEEKEND, "", None),
        (DayKind.WEEKEND, "", None),
        (DayKind.WORKING, "", 1),
    ]


# --- The stored count ------------------------------------------------------------------------
def rows(calendar: WorkingCalendar) -> list[tuple[date, int, bool]]:
    return list(calendar.days.order_by("day").values_list("day", "count", "is_working"))


def test_the_table_has_every_day_and_a_count_that_only_grows(calendar: WorkingCalendar) -> None:
    stored = rows(calendar)
    assert [day for day, _, _ in stored] == list(days(date(2000, 1, 1), date(2036, 12, 31)))
    total = 0
    for _, count, is_working in stored:
        total += is_working
        assert count == total


def test_rebuilding_again_writes_nothing(calendar: WorkingCalendar) -> None:
    before = rows(calendar)
    versions = "SELECT xmin::text, count(*) FROM directory_workingday GROUP BY 1"
    with connection.cursor() as cursor:
        cursor.execute(versions)
        written = cursor.fetchall()
        workdays.rebuild(calendar, today=TODAY)
        cursor.execute(versions)
        assert cursor.fetchall() == written
    assert rows(calendar) == before


def test_rebuilding_repairs_what_was_altered(calendar: WorkingCalendar) -> None:
    before = rows(calendar)
    calendar.days.filter(day__year=2026).update(count=0, is_working=False)
    calendar.days.filter(day__year=2027).delete()
    workdays.rebuild(calendar, today=TODAY)
    assert rows(calendar) == before


def test_a_closing_changes_the_count_and_its_removal_restores_it(
    calendar: WorkingCalendar,
) -> None:
    before = rows(calendar)
    closing = actions.close_days(
        calendar, first=date(2026, 6, 4), last=date(2026, 6, 7), label="Ducasse", today=TODAY
    )
    assert working_days_between(calendar, date(2026, 6, 1), date(2026, 6, 8)) == 3
    assert (
        running_count(calendar, date(2026, 6, 3))
        == {day: count for day, count, _ in before}[date(2026, 6, 3)]
    )
    actions.cancel_exception(closing, today=TODAY)
    assert rows(calendar) == before


def test_changed_weekdays_and_territory_recount(calendar: WorkingCalendar) -> None:
    calendar.weekday_mask = 0b0111111
    calendar.territory = Territory.MARTINIQUE
    actions.change_calendar(calendar, today=TODAY)
    friday = date(2026, 5, 22)
    assert DayRule.of(calendar).classify(friday) == (
        DayKind.HOLIDAY,
        "Abolition de l’esclavage",
    )
    assert working_days_between(calendar, date(2026, 5, 21), date(2026, 5, 23)) == 1


def test_calendars_do_not_share_their_exceptions(organisation: Organisation) -> None:
    one, other = make_calendar(organisation), make_calendar(organisation)
    before = rows(other)
    actions.close_days(
        one, first=date(2026, 6, 4), last=date(2026, 6, 4), label="Pont", today=TODAY
    )
    assert rows(other) == before


# --- The horizon -----------------------------------------------------------------------------
def test_a_new_year_extends_the_horizon(calendar: WorkingCalendar) -> None:
    before = rows(calendar)
    workdays.rebuild(calendar, today=date(2027, 1, 1))
    after = rows(calendar)
    assert after[: len(before)] == before
    assert after[-1][0] == date(2037, 12, 31)


def test_the_periodic_task_looks_at_every_calendar(organisation: Organisation) -> None:
    calendars = [make_calendar(organisation), make_calendar(organisation)]
    WorkingDay.objects.filter(day__year=2030).delete()
    assert extend_working_days() == WorkingCalendar.objects.count()
    for calendar in calendars:
        assert calendar.days.filter(day__year=2030).count() == 365


def test_a_day_outside_the_table_is_refused(calendar: WorkingCalendar) -> None:
    with pytest.raises(DayOutOfCalendar, match="31/12/1999"):
        running_count(calendar, date(1999, 12, 31))
    with pytest.raises(DayOutOfCalendar, match="01/01/2037"):
        working_days_between(calendar, TODAY, date(2037, 1, 1))
    with pytest.raises(DayOutOfCalendar, match="s’arrête avant 90 jours ouvrés"):
        nth_working_day(calendar, date(2036, 12, 1), 90)


def test_a_deadline_is_two_probes_whatever_the_delay(calendar: WorkingCalendar) -> None:
    for limit in (1, 200):
        with CaptureQueriesContext(connection) as queries:
            nth_working_day(calendar, TODAY, limit)
        assert len(queries) == 2


def test_a_closing_of_ten_years_is_still_one_row(calendar: WorkingCalendar) -> None:
    actions.close_days(
        calendar, first=date(2026, 1, 1), last=date(2036, 12, 31), label="Travaux", today=TODAY
    )
    assert Closing.objects.count() == 1
    assert working_days_between(calendar, date(2025, 12, 31), date(2036, 12, 31)) == 0
