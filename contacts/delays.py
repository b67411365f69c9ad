"""How the delays of one demande are counted, day by day, as its page shows them."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from contacts.enums import Measure
from contacts.models import Demande
from contacts.targets import limit_for
from directory.workdays import (
    CountedDay,
    count_day_by_day,
    nth_working_day,
    working_days_between,
)


@dataclass(frozen=True)
class Delay:
    """One measure of a demande: `days` so far while it runs, final once it has stopped."""

    measure: Measure
    days: int
    stopped_on: date | None
    limit: int | None
    due_on: date | None
    # Working days left before the deadline, negative once it has passed; null once stopped.
    left: int | None

    @property
    def in_time(self) -> bool | None:
        """Null when no target applies, or while it runs and is not late."""
        if self.due_on is None:
            return None
        if self.stopped_on:
            return self.days <= (self.limit or 0)
        return False if self.left is not None and self.left < 0 else None


def delays_of(demande: Demande, *, today: date) -> list[Delay]:
    """First reply, reply on the merits, and the announced date when one was given."""
    delays = [_delay(demande, measure, today) for measure in (Measure.FIRST_REPLY, Measure.MERITS)]
    if demande.announced_on:
        delays.append(_announced(demande, demande.announced_on, today))
    return delays


def _stop(demande: Demande, measure: Measure) -> date | None:
    replied = demande.first_reply_on if measure == Measure.FIRST_REPLY else demande.merits_on
    return min((day for day in (replied, demande.closed_on) if day), default=None)


def _delay(demande: Demande, measure: Measure, today: date) -> Delay:
    calendar, stopped = demande.service.calendar, _stop(demande, measure)
    limit = limit_for(
        demande.organisation,
        service=demande.service,
        channel=demande.channel,
        nature=demande.nature,
        on=demande.received_on,
        measure=measure,
    )
    due = nth_working_day(calendar, demande.received_on, limit) if limit else None
    return Delay(
        measure=measure,
        days=working_days_between(calendar, demande.received_on, stopped or today),
        stopped_on=stopped,
        limit=limit,
        due_on=due,
        left=None if stopped or due is None else working_days_between(calendar, today, due),
    )


def _announced(demande: Demande, announced: date, today: date) -> Delay:
    """Days are counted past the announced date: kept is 0, and 0 is its limit."""
    calendar, stopped = demande.service.calendar, _stop(demande, Measure.ANNOUNCED)
    return Delay(
        measure=Measure.ANNOUNCED,
        days=max(0, working_days_between(calendar, announced, stopped or today)),
        stopped_on=stopped,
        limit=0,
        due_on=announced,
        left=None if stopped else working_days_between(calendar, today, announced),
    )


@dataclass(frozen=True)
class Week:
    """Seven cells, Monday first; null outside the counted span."""

    monday: date
    days: tuple[CountedDay | None, ...]


def counted_weeks(demande: Demande, *, today: date) -> list[Week]:
    """The span that counts, from the day of receipt to the last stop (or today), week by week."""
    until = _stop(demande, Measure.MERITS) or today
    counted = count_day_by_day(demande.service.calendar, demande.received_on, until)
    weeks = []
    for monday, group in groupby(counted, key=lambda one: one.day - timedelta(one.day.weekday())):
        by_weekday = {one.day.weekday(): one for one in group}
        weeks.append(Week(monday, tuple(by_weekday.get(weekday) for weekday in range(7))))
    return weeks
