"""When work is due: missed wake-ups, clock changes, clocks set back (faults F12 and F13)."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.dueness import Every, Nightly, Rule

NIGHT = Nightly(time(2, 30))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("rule", [Every(timedelta(minutes=5)), NIGHT])
def test_what_was_never_done_is_due(rule: Rule) -> None:
    assert rule.is_due(None, utc("2026-06-22T10:00"))


@pytest.mark.parametrize("rule", [Every(timedelta(minutes=5)), NIGHT])
def test_a_clock_set_back_does_not_stop_the_work(rule: Rule) -> None:
    assert rule.is_due(utc("2026-06-22T13:00"), utc("2026-06-22T10:00"))


@pytest.mark.parametrize(
    ("seconds", "due"), [(0, False), (299, False), (300, True), (301, True), (86_400, True)]
)
def test_every(seconds: int, due: bool) -> None:
    now = utc("2026-06-22T10:00")
    assert Every(timedelta(minutes=5)).is_due(now - timedelta(seconds=seconds), now) is due


@pytest.mark.parametrize(
    ("now", "boundary"),
    [
        ("2026-06-22T00:29", "2026-06-21T00:30"),
        ("2026-06-22T00:30", "2026-06-22T00:30"),
        ("2026-01-15T01:30", "2026-01-15T01:30"),
        # 29 March: 02:30 does not exist, and is 03:30, which is 01:30 UTC.
        ("2026-03-29T01:29", "2026-03-28T01:30"),
        ("2026-03-29T01:30", "2026-03-29T01:30"),
        # 25 October: 02:30 comes twice, and is the first, 00:30 UTC.
        ("2026-10-25T00:30", "2026-10-25T00:30"),
        ("2026-10-25T01:30", "2026-10-25T00:30"),
        ("2027-01-01T00:00", "2026-12-31T01:30"),
        ("2028-02-29T12:00", "2028-02-29T01:30"),
    ],
)
def test_the_last_boundary_of_a_night(now: str, boundary: str) -> None:
    assert NIGHT.last_boundary(utc(now)) == utc(boundary)


def test_overseas_nights_are_their_own() -> None:
    assert Nightly(time(2, 30), "Indian/Reunion").last_boundary(utc("2026-06-22T12:00")) == utc(
        "2026-06-21T22:30"
    )
    assert Nightly(time(2, 30), "America/Cayenne").last_boundary(utc("2026-06-22T12:00")) == utc(
        "2026-06-22T05:30"
    )


@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "America/Cayenne"])
@pytest.mark.parametrize("start", ["2026-03-27", "2026-10-23", "2026-12-29", "2028-02-27"])
@given(wakes=st.lists(st.integers(0, 5 * 24 * 60), min_size=1, max_size=200))
def test_one_run_a_night_whenever_the_wake_ups_come(
    zone: str, start: str, wakes: list[int]
) -> None:
    """Late, doubled or missing wake-ups: a night woken at least once after its hour runs once."""
    rule = Nightly(time(2, 30), zone)
    last: datetime | None = utc(f"{start}T00:00")
    runs = []
    for minutes in sorted(wakes):
        now = utc(f"{start}T00:00") + timedelta(minutes=minutes)
        if rule.is_due(last, now):
            runs.append(rule.last_boundary(now))
            last = now
    assert len(set(runs)) == len(runs)
    woken = {rule.last_boundary(utc(f"{start}T00:00") + timedelta(minutes=m)) for m in wakes}
    assert set(runs) == {one for one in woken if one > utc(f"{start}T00:00")}
