"""What each kind of neutral case asks of the engine, and whether its answer is the expected one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from directory.worktime.clock import Period, instant_of, united
from directory.worktime.days import NeverWorked, NotWorked, Roll
from directory.worktime.neutral import BadHours, Case, Malformed
from directory.worktime.schedule import NeverOpen

REJECTED = "rejected"


def written(at: datetime | date) -> str:
    if isinstance(at, datetime) and at.tzinfo:
        return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return at.isoformat()


def _periods(found: Iterable[Period], count: int) -> list[list[str]]:
    return [[written(period.start), written(period.end)] for period in islice(found, count)]


def _added_time(case: Case) -> str:
    amount = timedelta(seconds=case.integer("seconds"))
    return _ended(case, case.schedule.add_opening_time(case.moment("start"), amount))


def _added_days(case: Case) -> str:
    """Suspensions push the result back by the opening time that they took."""
    at = case.moment("start")
    added = case.schedule_with(()).add_working_days(at, case.integer("days"))
    lost = timedelta(seconds=_suspended(case, since=at))
    return _ended(case, case.schedule_with(()).add_opening_time(added, lost))


def _ended(case: Case, at: datetime) -> str:
    """With `end_of_day`, the last closing of the day that was reached, if it has one."""
    if not case.flag("end_of_day"):
        return written(at)
    day = at.date() if case.zone is None else at.astimezone(case.zone).date()
    openings = case.schedule_with(()).openings_of(day)
    return written(openings[-1].end if openings else at)


def _added_dates(case: Case) -> str:
    """The roll first, then the days, as numpy's `busday_offset`."""
    roll = case.text("roll") if case.has("roll") else Roll.RAISE.value
    if roll not in set(Roll):
        raise case.malformed(_("« %(roll)s » n’est pas un « roll » connu.") % {"roll": roll})
    days = case.schedule.worked
    return written(days.nth(days.rolled(case.day("start"), Roll(roll)), case.integer("days")))


def _elapsed(case: Case) -> int:
    return case.schedule.opening_seconds(case.moment("start"), case.moment("end"))


def _suspended(case: Case, since: datetime) -> int:
    """Opening time that the pauses took from an instant on, in seconds."""
    opened = case.schedule_with(())
    pauses = (Period(max(start, since), end) for start, end in case.pauses)
    return sum(opened.opening_seconds(*pause) for pause in united(pauses))


def _configured(case: Case) -> str:
    try:
        return "accepted" if case.schedule else REJECTED
    except BadHours:
        return REJECTED


KINDS: dict[str, Callable[[Case], Any]] = {
    "add_working_days": _added_days,
    "add_working_days_date": _added_dates,
    "add_working_time": _added_time,
    "elapsed_working_seconds": _elapsed,
    "invalid_config": _configured,
    "is_holiday": lambda case: case.schedule.days.is_off(case.day("start")),
    "is_working": lambda case: case.schedule.is_open(case.moment("start")),
    "is_working_day": lambda case: case.schedule.is_working_day(case.day("start")),
    "local_to_utc": lambda case: written(instant_of(case.wall_clock("start"), case.zone)),
    "next_periods": lambda case: _periods(
        case.schedule.openings_after(case.moment("start")), case.count("count")
    ),
    "next_working_moment": lambda case: written(
        case.schedule.next_opening(case.moment("start")).start
    ),
    "previous_periods": lambda case: _periods(
        case.schedule.openings_before(case.moment("start")), case.count("count")
    ),
    "previous_working_moment": lambda case: written(
        case.schedule.previous_opening(case.moment("start")).end
    ),
    "suspended_working_seconds": lambda case: _suspended(case, since=case.moment("start")),
}


@dataclass(frozen=True)
class Outcome:
    """The answer to one case, beside the one it expects."""

    name: str
    kind: str
    convention: str
    expected: Any
    answer: Any
    agrees: bool


def answer(case: Case) -> Outcome:
    """Raises `Malformed` when the case cannot be read."""
    kind, convention, expected = case.text("kind"), case.text("convention"), case.value("expected")
    if kind not in KINDS:
        raise case.malformed(_("« %(kind)s » n’est pas une sorte de cas connue.") % {"kind": kind})
    try:
        found = KINDS[kind](case)
    except (NeverOpen, NeverWorked, NotWorked):
        found = REJECTED
    except OverflowError as error:
        raise case.malformed(_("une date sort du calendrier.")) from error
    agrees = _same(expected, found) and _margin_agrees(case, found)
    return Outcome(case.name, kind, convention, expected, found, agrees)


def answers(cases: Sequence[Case]) -> tuple[list[Outcome], list[Malformed]]:
    """Every outcome, and every case that cannot be read."""
    outcomes, faults = [], []
    for case in cases:
        try:
            outcomes.append(answer(case))
        except Malformed as fault:
            faults.append(fault)
    return outcomes, faults


def _same(expected: Any, found: Any) -> bool:
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(_same, expected, found))
    return type(expected) is type(found) and _plain(expected) == _plain(found)


def _plain(value: Any) -> Any:
    """An instant is the same whichever way it is written."""
    if not isinstance(value, str) or "T" not in value:
        return value
    try:
        return written(datetime.fromisoformat(value))
    except ValueError:
        return value


def _margin_agrees(case: Case, found: Any) -> bool:
    """What is left of a target, in minutes, when the case says it."""
    if not case.has("expected_margin_minutes") or not isinstance(found, int):
        return True
    margin = case.integer("expected_margin_minutes")
    return case.integer("target_minutes") * 60 - found == margin * 60
