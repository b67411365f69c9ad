"""Worked days as arithmetic: the same answers as numpy, at any date, and never a lost search."""

from datetime import date, timedelta
from itertools import islice
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.holidays import public_holidays
from directory.worktime.days import (
    DayRange,
    NeverWorked,
    NotWorked,
    Roll,
    WorkedDays,
    month_days,
)
from tests.directory.schedules import (
    ALL_WEEK,
    WORKING_WEEK,
    any_day,
    patient,
    weekdays,
    worked_days,
)

ONE_DAY = timedelta(days=1)
counts = st.integers(-600, 600)
dated = st.lists(any_day, max_size=40)


def plain(worked: frozenset[int], holidays: list[date]) -> WorkedDays:
    return WorkedDays(worked, closings=tuple(DayRange(day, day) for day in holidays))


def numpy_of(worked: frozenset[int], holidays: list[date]) -> np.busdaycalendar:
    return np.busdaycalendar(
        weekmask=[weekday in worked for weekday in range(7)], holidays=holidays
    )


# --- The same answers as numpy ---------------------------------------------------------------
@patient
@given(weekdays, dated, any_day, any_day)
def test_counts_agree_with_numpy(
    worked: frozenset[int], holidays: list[date], start: date, end: date
) -> None:
    if end < start:
        start, end = end, start
    expected = np.busday_count(start + ONE_DAY, end + ONE_DAY, busdaycal=numpy_of(worked, holidays))
    days = plain(worked, holidays)
    assert days.between(start, end) == expected
    assert days.between(end, start) == -expected


@patient
@given(weekdays, dated, any_day, counts)
def test_additions_agree_with_numpy(
    worked: frozenset[int], holidays: list[date], start: date, n: int
) -> None:
    """A closed day stands where the last worked day before it stands: numpy's `backward`."""
    found = plain(worked, holidays).nth(start, n)
    expected = np.busday_offset(start, n, roll="backward", busdaycal=numpy_of(worked, holidays))
    assert found == (expected if n else start)


@patient
@given(weekdays, dated, any_day, st.sampled_from(Roll))
def test_rolls_agree_with_numpy(
    worked: frozenset[int], holidays: list[date], day: date, roll: Roll
) -> None:
    days, calendar = plain(worked, holidays), numpy_of(worked, holidays)
    try:
        expected = np.busday_offset(day, 0, roll=roll.value, busdaycal=calendar)
    except ValueError:
        with pytest.raises(NotWorked):
            days.rolled(day, roll)
    else:
        assert days.rolled(day, roll) == expected


@patient
@given(weekdays, dated, any_day)
def test_a_day_is_worked_when_numpy_says_so(
    worked: frozenset[int], holidays: list[date], day: date
) -> None:
    expected = np.is_busday(day, busdaycal=numpy_of(worked, holidays))
    assert plain(worked, holidays).is_worked(day) == expected


# --- The law of working days, with every sort of exception -----------------------------------
@patient
@given(worked_days(), any_day, any_day, any_day)
def test_counts_add_up(days: WorkedDays, first: date, second: date, third: date) -> None:
    assert days.between(first, third) == days.between(first, second) + days.between(second, third)


@patient
@given(worked_days(), any_day, st.integers(0, 400))
def test_a_count_is_the_number_of_worked_days(days: WorkedDays, start: date, gap: int) -> None:
    end = start + gap * ONE_DAY
    one_by_one = [start + n * ONE_DAY for n in range(1, gap + 1)]
    assert days.between(start, end) == sum(map(days.is_worked, one_by_one))


@patient
@given(worked_days(), any_day, counts.filter(bool))
def test_the_nth_day_is_worked_and_n_away(days: WorkedDays, start: date, n: int) -> None:
    found = days.nth(start, n)
    assert days.is_worked(found)
    assert days.between(start, found) == n


@patient
@given(worked_days(), any_day, counts)
def test_there_and_back(days: WorkedDays, start: date, n: int) -> None:
    """From a worked day one returns to it; from a closed one, to the worked day before it."""
    back = days.nth(days.nth(start, n), -n)
    assert back == (start if n == 0 else days.rolled(start, Roll.BACKWARD))


@patient
@given(worked_days(), any_day, any_day, counts)
def test_starting_later_never_ends_earlier(
    days: WorkedDays, one: date, other: date, n: int
) -> None:
    first, second = sorted((one, other))
    assert days.nth(first, n) <= days.nth(second, n)


@patient
@given(worked_days(), any_day)
def test_days_come_nearest_first_each_way(days: WorkedDays, start: date) -> None:
    assert list(islice(days.after(start), 30)) == [days.nth(start, n) for n in range(1, 31)]
    before = list(islice(days.before(start), 30))
    first = days.rolled(start - ONE_DAY, Roll.BACKWARD)
    assert before == [first, *(days.nth(first, -n) for n in range(1, 30))]


# --- Exceptions ------------------------------------------------------------------------------
def test_an_opening_wins_over_everything() -> None:
    christmas = date(2026, 12, 25)
    days = WorkedDays(
        WORKING_WEEK,
        openings=frozenset({christmas, date(2026, 12, 26)}),
        closings=(DayRange(christmas, christmas),),
        yearly=frozenset({(12, 25)}),
        holidays=lambda year: public_holidays("metropole", year),
    )
    assert days.is_worked(christmas)
    assert days.is_worked(date(2026, 12, 26))
    assert days.is_off(christmas)
    assert not days.is_worked(date(2027, 12, 25))


@pytest.mark.parametrize(
    ("first", "last", "inside", "outside"),
    [
        (date(2019, 5, 1), date(2019, 5, 1), [(5, 1)], [(4, 30), (5, 2)]),
        (date(2019, 12, 24), date(2020, 1, 2), [(12, 24), (12, 31), (1, 2)], [(12, 23), (1, 3)]),
        (date(2019, 2, 27), date(2019, 3, 2), [(2, 28), (2, 29), (3, 1)], [(2, 26), (3, 3)]),
        (date(2020, 6, 1), date(2021, 5, 31), [(2, 29), (6, 1), (5, 31)], []),
        (date(2020, 6, 1), date(2031, 6, 1), [(2, 29), (12, 31)], []),
    ],
)
def test_days_of_every_year(
    first: date, last: date, inside: list[tuple[int, int]], outside: list[tuple[int, int]]
) -> None:
    covered = month_days([DayRange(first, last)])
    assert covered.issuperset(inside)
    assert not covered.intersection(outside)
    if not outside:
        assert len(covered) == 366


def test_closings_may_overlap_touch_and_come_in_any_order() -> None:
    days = WorkedDays(
        ALL_WEEK,
        closings=(
            DayRange(date(2026, 6, 10), date(2026, 6, 12)),
            DayRange(date(2026, 6, 1), date(2026, 6, 30)),
            DayRange(date(2026, 6, 15), date(2026, 6, 16)),
            DayRange(date(2026, 7, 1), date(2026, 7, 2)),
        ),
    )
    assert days.nth(date(2026, 5, 31), 1) == date(2026, 7, 3)
    assert days.nth(date(2026, 7, 3), -1) == date(2026, 5, 31)


# --- No horizon, and no search that never ends -----------------------------------------------
def test_dates_far_away_are_as_good_as_today() -> None:
    days = WorkedDays(WORKING_WEEK, holidays=lambda year: public_holidays("metropole", year))
    assert days.nth(date(1900, 1, 2), -1) == date(1899, 12, 29)
    assert days.nth(date(2499, 12, 31), 1) == date(2500, 1, 4)
    # Worked once in 28 years or more: 29 February, when it is a Sunday.
    leap_sundays = WorkedDays(
        frozenset({6}), yearly=month_days([DayRange(date(2019, 3, 1), date(2020, 2, 28))])
    )
    found = list(islice(leap_sundays.after(date(2026, 1, 1)), 5))
    assert [day.year for day in found] == [2032, 2060, 2088, 2128, 2156]


def closed_until(last: date) -> tuple[DayRange, ...]:
    return (DayRange(date(2026, 1, 1), last),)


EMPTY = {
    "no weekday": WorkedDays(frozenset()),
    "one past opening": WorkedDays(frozenset(), openings=frozenset({date(2025, 6, 1)})),
    "every day of every year": WorkedDays(
        ALL_WEEK, yearly=month_days([DayRange(date(2019, 1, 1), date(2019, 12, 31))])
    ),
    "closed to the end of dates": WorkedDays(ALL_WEEK, closings=closed_until(date.max)),
    "open on holidays only": WorkedDays(
        ALL_WEEK,
        yearly=month_days([DayRange(date(2019, 7, 15), date(2020, 7, 13))]),
        holidays=lambda year: public_holidays("metropole", year),
    ),
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_calendar_that_never_works_again_says_so(name: str) -> None:
    """By running out of dates, not of patience: the whole of them takes well under seconds."""
    days, start = EMPTY[name], date(2026, 6, 1)
    begun = perf_counter()
    with pytest.raises(NeverWorked):
        days.nth(start, 1)
    with pytest.raises(NeverWorked):
        days.rolled(start, Roll.FORWARD)
    assert list(days.after(start)) == []
    assert perf_counter() - begun < 5


def test_the_ends_of_dates() -> None:
    days = WorkedDays(ALL_WEEK)
    assert days.nth(date.max - ONE_DAY, 1) == date.max
    assert days.nth(date.min + ONE_DAY, -1) == date.min
    for edge, n in ((date.max, 1), (date.min, -1), (date.min, -400), (date(2026, 1, 1), 10**12)):
        with pytest.raises(NeverWorked):
            days.nth(edge, n)
