"""Opening time: held against a minute-by-minute reading of the clock on the wall, in any zone."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.holidays import public_holidays
from directory.worktime.clock import BadSpan, Period, Span, WrongClock, instant_of, local_of
from directory.worktime.days import DayRange, WorkedDays, month_days
from directory.worktime.schedule import NeverOpen, Schedule
from tests.directory.schedules import (
    ALL_WEEK,
    CHANGES,
    WORKING_WEEK,
    hours,
    moments,
    patient,
    schedule,
    schedules_near,
    weekly,
)

ONE_DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
NOTHING = timedelta(0)
PARIS = ZoneInfo("Europe/Paris")
# A split day, and the one of counting rule 11.
COUNTER = schedule(weekly(WORKING_WEEK, "9:00-12:00", "13:30-17:00"))
ALWAYS = schedule(weekly(ALL_WEEK, "0:00-24:00"))


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


# --- An independent reading ------------------------------------------------------------------
class MinuteByMinute:
    """The same schedule read off a list of minutes, each with what the wall clock shows."""

    def __init__(self, schedule: Schedule, around: date, days: int) -> None:
        self.schedule = schedule
        self.first_reading: dict[datetime, datetime] = {}
        self.minutes: list[datetime] = []
        start = datetime.combine(around - days * ONE_DAY, time.min, tzinfo=UTC)
        for number in range(2 * days * 24 * 60):
            at = start + number * MINUTE
            shown = at.astimezone(schedule.zone).replace(tzinfo=None)
            self.first_reading.setdefault(shown, at)
            self.minutes.append(at)
        inner = range(-days + 2, days - 2)
        self.open: set[datetime] = set()
        for day in (around + offset * ONE_DAY for offset in inner):
            self.open |= self.opened_by(day)
        for day in (around + offset * ONE_DAY for offset in inner):
            for span in schedule.breaks.get(day, ()):
                self.open -= set(self.between(day, span))

    def opened_by(self, day: date) -> set[datetime]:
        days, shifts = self.schedule.days, self.schedule.shifts
        if day in shifts:
            spans = shifts[day]
        elif day in days.openings or (day.weekday() in days.weekdays and not days.is_off(day)):
            spans = self.schedule.week.get(day.weekday(), ())
        else:
            return set()
        if not any(shown.date() == day for shown in self.first_reading):
            return set()
        return {at for span in spans for at in self.between(day, span)}

    def between(self, day: date, span: Span) -> list[datetime]:
        start, end = (self.found(day, seconds) for seconds in span)
        return [at for at in self.minutes if start <= at < end]

    def found(self, day: date, seconds: int) -> datetime:
        shown = datetime.combine(day, time.min) + timedelta(seconds=seconds)
        while shown not in self.first_reading:
            shown += timedelta(hours=1)
        return self.first_reading[shown]


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@settings(patient, max_examples=patient.max_examples // 10)
@given(data=st.data())
def test_each_minute_is_open_or_closed_as_the_wall_clock_says(
    data: st.DataObject, zone: str, day: date
) -> None:
    schedule = data.draw(schedules_near(day, ZoneInfo(zone)))
    naive_reading = MinuteByMinute(schedule, day, 5)
    start = datetime.combine(day - ONE_DAY, time.min, tzinfo=UTC)
    end = start + 3 * ONE_DAY
    expected = [
        at for at in naive_reading.minutes if start <= at < end and at in naive_reading.open
    ]
    assert schedule.opening_time(start, end) == len(expected) * MINUTE
    for number in range(0, 3 * 24 * 60, 7):
        at = start + number * MINUTE
        assert schedule.is_open(at) == (at in naive_reading.open), at


def test_an_hour_read_again_before_midnight_belongs_to_the_day_that_had_begun() -> None:
    # At 00:01 the clocks of Newfoundland fell back to 23:01 of the day before.
    day = date(2010, 11, 7)
    opened = replace(
        schedule({}, zone="America/St_Johns"), shifts={day: (Span(opens=0, closes=900),)}
    )
    first, last = (
        datetime(2010, 11, 7, hour, minute, tzinfo=UTC) for hour, minute in ((2, 30), (3, 45))
    )
    seen = [opened.is_open(first + number * MINUTE) for number in (-1, 0, 1, 6, 59, 60, 74, 75)]
    assert seen == [False, True, True, True, True, True, True, False]
    assert opened.opening_time(first - ONE_DAY, last + ONE_DAY) == last - first


# --- Laws ------------------------------------------------------------------------------------
zones_and_days = st.sampled_from(CHANGES)
amounts = st.integers(-60 * 3600, 60 * 3600).map(lambda seconds: seconds * SECOND)


@st.composite
def situations(draw: st.DrawFn, instants: int) -> tuple[Schedule, list[datetime]]:
    """A schedule around a change of the clocks, or naive, and some instants there."""
    name, day = draw(zones_and_days)
    zone = ZoneInfo(name) if draw(st.integers(0, 3)) else None
    at = draw(st.lists(moments(day, zone), min_size=instants, max_size=instants))
    return draw(schedules_near(day, zone)), at


@patient
@given(situations(3))
def test_opening_time_adds_up(situation: tuple[Schedule, list[datetime]]) -> None:
    schedule, (a, b, c) = situation
    assert schedule.opening_time(a, c) == schedule.opening_time(a, b) + schedule.opening_time(b, c)
    assert schedule.opening_time(a, b) == -schedule.opening_time(b, a)


@patient
@given(situations(1), amounts)
def test_what_is_added_is_what_is_measured(
    situation: tuple[Schedule, list[datetime]], amount: timedelta
) -> None:
    schedule, (at,) = situation
    try:
        reached = schedule.add_opening_time(at, amount)
    except NeverOpen:
        return
    assert schedule.opening_time(at, reached) == amount
    back = schedule.add_opening_time(reached, -amount)
    assert schedule.opening_time(back, at) == NOTHING
    # Nothing earlier (later, going back) would have done.
    nearer = reached - SECOND if amount > NOTHING else reached + SECOND
    if amount:
        assert abs(schedule.opening_time(at, nearer)) < abs(amount)


@patient
@given(situations(2), amounts.filter(bool))
def test_starting_later_never_ends_earlier(
    situation: tuple[Schedule, list[datetime]], amount: timedelta
) -> None:
    schedule, instants = situation
    with suppress(NeverOpen):
        reached = [schedule.add_opening_time(at, amount) for at in sorted(instants)]
        assert reached == sorted(reached)


@patient
@given(situations(1))
def test_openings_follow_each_other_both_ways(situation: tuple[Schedule, list[datetime]]) -> None:
    schedule, (at,) = situation
    after = list(islice(schedule.openings_after(at), 12))
    before = list(islice(schedule.openings_before(at), 12))
    for opening in after + before:
        assert opening.start < opening.end
        assert schedule.is_open(opening.start)
        assert schedule.is_open(opening.end - timedelta(microseconds=1))
    assert all(one.end <= other.start for one, other in pairwise(after))
    assert all(one.start >= other.end for one, other in pairwise(before))
    if after:
        assert schedule.next_opening(at) == after[0]
        assert not schedule.opening_time(at, after[0].start)
        assert schedule.is_open(at) == (after[0].start == at)
    if before:
        assert schedule.previous_opening(at) == before[0]
        assert not schedule.opening_time(before[0].end, at)


@patient
@given(situations(1), st.integers(-30, 30))
def test_days_are_added_on_the_calendar(situation: tuple[Schedule, list[datetime]], n: int) -> None:
    schedule, (at,) = situation
    local = local_of(at, schedule.zone)
    day = schedule.nth_working_day(local.date(), n)
    added = schedule.add_working_days(at, n)
    assert added == (instant_of(datetime.combine(day, local.time()), schedule.zone) if n else at)


# --- Clock changes ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        ("Europe/Paris", date(2026, 3, 29), 23),
        ("Europe/Paris", date(2026, 10, 25), 25),
        ("Europe/Paris", date(2026, 6, 1), 24),
        ("America/Miquelon", date(2026, 3, 8), 23),
        ("America/Miquelon", date(2026, 11, 1), 25),
        ("America/Cayenne", date(2026, 3, 29), 24),
        ("Indian/Reunion", date(2026, 10, 25), 24),
        ("Indian/Mayotte", date(2026, 10, 25), 24),
        ("Pacific/Noumea", date(2026, 3, 29), 24),
        ("Pacific/Tahiti", date(2026, 3, 29), 24),
        ("Pacific/Wallis", date(2026, 3, 29), 24),
        ("America/Guadeloupe", date(2026, 3, 29), 24),
        ("America/Martinique", date(2026, 3, 29), 24),
        ("America/Marigot", date(2026, 3, 29), 24),
        ("America/St_Barthelemy", date(2026, 3, 29), 24),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("America/Sao_Paulo", date(2018, 2, 17), 25),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Pacific/Apia", date(2011, 12, 31), 24),
    ],
)
def test_a_day_has_the_hours_that_its_clock_went_through(
    zone: str, day: date, length: float
) -> None:
    always = schedule(weekly(ALL_WEEK, "0:00-24:00"), zone)
    opened = sum((end - start for start, end in always.openings_of(day)), NOTHING)
    assert opened == timedelta(hours=length)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        # 2:00 to 3:00 does not exist on 29 March: such times move one hour later.
        ("2:30-3:15", 0),
        ("2:30-3:45", 15),
        ("1:30-2:30", 60),
        ("2:15-2:45", 30),
        ("1:00-4:00", 120),
    ],
)
def test_times_that_do_not_exist_move_one_hour_later(text: str, length: int) -> None:
    sunday = schedule(weekly({6}, text))
    opened = sunday.opening_time(paris("2026-03-29T00:00"), paris("2026-03-30T00:00"))
    assert opened == length * MINUTE


@pytest.mark.parametrize(
    ("text", "length"),
    [("2:30-4:00", 150), ("1:00-2:30", 90), ("2:15-2:45", 30), ("1:00-4:00", 240)],
)
def test_doubled_times_take_the_first_reading(text: str, length: int) -> None:
    sunday = schedule(weekly({6}, text))
    opened = sunday.opening_time(paris("2026-10-25T00:00"), paris("2026-10-26T00:00"))
    assert opened == length * MINUTE


def test_adding_days_keeps_the_clock_time_with_its_seconds() -> None:
    every_day = schedule(weekly(ALL_WEEK, "0:00-24:00"))
    late = paris("2026-10-23T17:45:12.000345")
    assert every_day.add_working_days(late, 3) == paris("2026-10-26T17:45:12.000345")
    missing = every_day.add_working_days(paris("2026-03-28T02:30:07"), 1)
    assert missing == paris("2026-03-29T03:30:07")
    doubled = every_day.add_working_days(paris("2026-10-24T02:30"), 1)
    assert doubled == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert COUNTER.add_working_days(paris("2026-10-16T20:05:59"), 1) == paris("2026-10-19T20:05:59")
    assert COUNTER.add_working_days(paris("2026-10-17T20:05"), 0) == paris("2026-10-17T20:05")


# --- Hours of every shape --------------------------------------------------------------------
def test_the_example_of_the_counting_rule() -> None:
    seconds = COUNTER.opening_seconds(paris("2026-10-16T16:30"), paris("2026-10-19T09:45"))
    assert seconds == 75 * 60


def test_seconds_are_kept_and_a_second_only_begun_is_not_counted() -> None:
    start = paris("2026-10-19T09:00:00.250000")
    assert COUNTER.opening_seconds(start, start + 1.9 * SECOND) == 1
    assert COUNTER.opening_seconds(start + 1.9 * SECOND, start) == -1
    assert COUNTER.add_opening_time(start, 90 * SECOND) == start + 90 * SECOND


def test_a_budget_used_up_at_closing_ends_at_closing() -> None:
    opening, noon = paris("2026-10-16T09:00"), paris("2026-10-16T12:00")
    assert COUNTER.add_opening_time(opening, timedelta(hours=3)) == noon
    assert COUNTER.add_opening_time(noon, -timedelta(hours=3)) == opening
    after_lunch = COUNTER.add_opening_time(opening, timedelta(hours=3, seconds=1))
    assert after_lunch == paris("2026-10-16T13:30:01")
    assert COUNTER.add_opening_time(noon, SECOND) == paris("2026-10-16T13:30:01")
    assert COUNTER.add_opening_time(paris("2026-10-17T10:00"), NOTHING) == paris("2026-10-17T10:00")


def test_open_at_opening_closed_at_closing() -> None:
    for text, expected in (
        ("08:59:59", False),
        ("09:00", True),
        ("11:59:59", True),
        ("12:00", False),
    ):
        assert COUNTER.is_open(paris(f"2026-10-16T{text}")) is expected


def test_a_night_belongs_to_the_day_it_begins() -> None:
    night = schedule(weekly({4}, "22:00-30:00"))
    assert night.next_opening(paris("2026-10-13T00:00")) == Period(
        paris("2026-10-16T22:00"), paris("2026-10-17T06:00")
    )
    assert night.is_open(paris("2026-10-17T05:59"))
    assert night.next_opening(paris("2026-10-17T03:00")).start == paris("2026-10-17T03:00")
    christmas = WorkedDays(
        frozenset({3, 4}), closings=(DayRange(date(2026, 12, 25), date(2026, 12, 25)),)
    )
    eve = schedule(weekly({3, 4}, "22:00-30:00"), days=christmas)
    assert eve.is_open(paris("2026-12-25T05:00"))
    assert not eve.is_open(paris("2026-12-25T23:00"))
    cut_short = schedule(
        weekly({3, 4}, "22:00-30:00"),
        days=christmas,
        breaks={date(2026, 12, 25): hours("0:00-24:00")},
    )
    assert not cut_short.is_open(paris("2026-12-25T05:00"))
    assert cut_short.is_open(paris("2026-12-24T23:00"))


def test_hours_that_overlap_count_once() -> None:
    week = {0: hours("20:00-30:00"), 1: hours("5:00-9:00", "8:00-10:00")}
    overlapping = schedule(week)
    opened = overlapping.opening_time(paris("2026-10-19T00:00"), paris("2026-10-21T00:00"))
    assert opened == timedelta(hours=14)


def test_one_opening_a_week_and_open_all_the_time() -> None:
    market = schedule(weekly({5}, "9:00-9:30"))
    assert market.add_opening_time(paris("2026-10-14T12:00"), timedelta(hours=2)) == paris(
        "2026-11-07T09:30"
    )
    assert (
        ALWAYS.opening_time(paris("2026-01-01T00:00"), paris("2027-01-01T00:00")) == 365 * ONE_DAY
    )
    assert ALWAYS.next_opening(paris("2026-10-14T12:00:03")).start == paris("2026-10-14T12:00:03")
    assert ALWAYS.is_open(paris("2026-10-25T02:30").replace(fold=1))


def test_shifts_replace_the_hours_of_a_date_and_win_over_holidays() -> None:
    bastille, saturday, monday = date(2026, 7, 14), date(2026, 7, 18), date(2026, 7, 20)
    days = WorkedDays(WORKING_WEEK, holidays=lambda year: public_holidays("metropole", year))
    shifted = schedule(
        weekly(WORKING_WEEK, "9:00-17:00"),
        days=days,
        shifts={bastille: hours("10:00-12:00"), saturday: hours("8:00-9:00"), monday: ()},
        breaks={bastille: hours("11:00-11:30")},
    )
    openings = islice(shifted.openings_after(paris("2026-07-14T00:00")), 8)
    mine = [(start.astimezone(PARIS), end - start) for start, end in openings]
    assert mine[:2] == [
        (paris("2026-07-14T10:00"), timedelta(hours=1)),
        (paris("2026-07-14T11:30"), timedelta(minutes=30)),
    ]
    assert mine[5] == (paris("2026-07-18T08:00"), timedelta(hours=1))
    assert mine[6][0] == paris("2026-07-21T09:00")
    assert [shifted.is_working_day(day) for day in (bastille, saturday, monday)] == [
        True,
        True,
        False,
    ]


def test_suspended_instants_do_not_count() -> None:
    pause = Period(paris("2026-10-19T10:00"), paris("2026-10-20T10:30"))
    waiting = schedule(weekly(WORKING_WEEK, "9:00-17:00"), suspended=(pause,))
    assert waiting.add_opening_time(paris("2026-10-19T09:00"), timedelta(hours=2)) == paris(
        "2026-10-20T11:30"
    )


def test_bad_hours_are_refused() -> None:
    for opens, closes in ((-1, 60), (86_400, 90_000), (3600, 3600), (3600, 0), (0, 86_401)):
        with pytest.raises(BadSpan):
            Span(opens, closes).checked()


def test_naive_and_aware_instants_do_not_mix() -> None:
    naive = schedule(weekly(WORKING_WEEK, "9:00-17:00"), None)
    with pytest.raises(WrongClock):
        naive.is_open(paris("2026-10-19T10:00"))
    with pytest.raises(WrongClock):
        COUNTER.is_open(datetime(2026, 10, 19, 10, 0))  # noqa: DTZ001 - the fault itself
    assert naive.opening_seconds(datetime(2026, 3, 29), datetime(2026, 3, 31)) == 8 * 3600  # noqa: DTZ001


# --- No horizon, and no search that never ends -----------------------------------------------
def test_any_century_will_do() -> None:
    far = COUNTER.next_opening(paris("2499-12-31T23:00"))
    assert far.start == paris("2500-01-01T09:00")
    assert COUNTER.previous_opening(paris("1900-01-01T08:00")).end == paris("1899-12-29T17:00")


EMPTY = {
    "no hours": schedule({}, days=WorkedDays(WORKING_WEEK)),
    "hours on days that are not worked": schedule(
        weekly({5}, "9:00-12:00"), days=WorkedDays(WORKING_WEEK)
    ),
    "one past shift": schedule({}, shifts={date(2025, 6, 2): hours("9:00-12:00")}),
    "an opening without hours": schedule(
        {}, days=WorkedDays(frozenset(), openings=frozenset({date(2030, 1, 5)}))
    ),
    "closed every year": schedule(
        weekly(WORKING_WEEK, "9:00-12:00"),
        days=WorkedDays(
            WORKING_WEEK, yearly=month_days([DayRange(date(2019, 7, 1), date(2020, 6, 30))])
        ),
    ),
    # 29 March is a Sunday only in years when that Sunday changes the clocks.
    "swallowed each time": schedule(
        weekly({6}, "2:30-3:15"),
        days=WorkedDays(
            frozenset({6}), yearly=month_days([DayRange(date(2019, 3, 30), date(2020, 3, 28))])
        ),
    ),
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_schedule_that_never_opens_again_says_so(name: str) -> None:
    at, begun = paris("2026-06-01T10:00"), perf_counter()
    with pytest.raises(NeverOpen):
        EMPTY[name].next_opening(at)
    with pytest.raises(NeverOpen):
        EMPTY[name].add_opening_time(at, SECOND)
    assert EMPTY[name].opening_seconds(at, at + 4000 * ONE_DAY) == 0
    assert perf_counter() - begun < 5


def test_ten_years_are_walked_by_days() -> None:
    begun = perf_counter()
    seconds = COUNTER.opening_seconds(paris("2016-01-01T00:00"), paris("2026-01-01T00:00"))
    assert seconds == COUNTER.working_days_between(date(2015, 12, 31), date(2025, 12, 31)) * 23_400
    assert perf_counter() - begun < 3
