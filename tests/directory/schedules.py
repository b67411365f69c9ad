"""Schedules for the tests of working time: strategies, and short ways to write hours."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from directory.worktime.clock import Span
from directory.worktime.days import DayRange, WorkedDays, month_days
from directory.worktime.schedule import Schedule, Spans

# A busy machine is no fault of the code.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ALL_WEEK = frozenset(range(7))
WORKING_WEEK = frozenset(range(5))
MINUTE, QUARTER = 60, 15 * 60
DAY_LENGTH = 24 * 3600
# A day around a change of the clocks, in zones that change them each in its own way.
CHANGES: tuple[tuple[str, date], ...] = (
    ("Europe/Paris", date(2026, 3, 29)),
    ("Europe/Paris", date(2026, 10, 25)),
    ("America/Miquelon", date(2026, 3, 8)),
    ("America/Miquelon", date(2026, 11, 1)),
    ("America/Cayenne", date(2026, 3, 29)),
    ("Indian/Reunion", date(2026, 10, 25)),
    ("Pacific/Noumea", date(2026, 6, 1)),
    ("Pacific/Noumea", date(1997, 3, 2)),
    # Half an hour; at midnight, forwards and backwards; at one minute past; a date left out.
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/Havana", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("America/St_Johns", date(2010, 3, 14)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Africa/Casablanca", date(2026, 2, 15)),
)


def hours(*texts: str) -> Spans:
    """« 9:00-12:00 » and the like; past 24:00 it is the next day."""

    def seconds(text: str) -> int:
        hour, minute = text.split(":")
        return int(hour) * 3600 + int(minute) * 60

    pairs = (text.split("-") for text in texts)
    return tuple(Span(seconds(opens), seconds(closes)).checked() for opens, closes in pairs)


def weekly(weekdays: Iterable[int], *texts: str) -> dict[int, Spans]:
    return {weekday: hours(*texts) for weekday in weekdays}


def schedule(
    week: Mapping[int, Spans], zone: str | None = "Europe/Paris", **changes: object
) -> Schedule:
    """Worked on the weekdays that have hours, unless `days` says more."""
    days = changes.pop("days", WorkedDays(frozenset(week)))
    return Schedule(days, week, zone and ZoneInfo(zone), **changes)  # type: ignore[arg-type]


def near(day: date, before: int = 40, after: int = 40) -> st.SearchStrategy[date]:
    return st.dates(day - timedelta(days=before), day + timedelta(days=after))


any_day = st.dates(date(1900, 1, 1), date(2200, 12, 31))
weekdays = st.frozensets(st.integers(0, 6), min_size=1)
spans = st.builds(
    lambda opens, length: Span(opens * QUARTER, (opens + length) * QUARTER),
    st.integers(0, 95),
    st.integers(1, 96),
)
daily = st.lists(spans, max_size=3).map(tuple)
weeks = st.dictionaries(st.integers(0, 6), daily, max_size=7)


@st.composite
def worked_days(draw: st.DrawFn, around: date | None = None) -> WorkedDays:
    """Worked days with exceptions of every sort, some of them near a date."""
    some_day = near(around) if around else any_day
    ranges = st.builds(
        lambda first, length: DayRange(first, first + timedelta(days=length)),
        some_day,
        st.integers(0, 20),
    )
    return WorkedDays(
        draw(weekdays),
        openings=draw(st.frozensets(some_day, max_size=4)),
        closings=tuple(draw(st.lists(ranges, max_size=4))),
        yearly=month_days(draw(st.lists(ranges, max_size=2))),
    )


@st.composite
def schedules_near(draw: st.DrawFn, around: date, zone: ZoneInfo | None) -> Schedule:
    """Any week, with shifts and breaks on the days around a date."""
    few_days = st.dictionaries(near(around, 3, 3), daily, max_size=3)
    return Schedule(
        draw(worked_days(around)),
        draw(weeks),
        zone,
        shifts=draw(few_days),
        breaks=draw(few_days),
    )


def moments(around: date, zone: ZoneInfo | None, days: int = 4) -> st.SearchStrategy[datetime]:
    """Instants to the microsecond, some days around a date: in UTC, or naive."""
    return st.datetimes(
        datetime.combine(around - timedelta(days=days), time.min),
        datetime.combine(around + timedelta(days=days), time.min),
        timezones=st.just(UTC) if zone else st.none(),
    )
