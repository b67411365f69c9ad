"""Placing what a file tells in the organisation: which line, which service, in hours or not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from directory.models import Organisation, Service
from telephony import numbers
from telephony.enums import Outcome
from telephony.hours import Hours
from telephony.models import Call, Line
from telephony.models.call import FIRST_DAY
from telephony.records.values import BrokenLine, CallRecord, Reading

# Statements with more parameters than this are cut.
CHUNK = 5_000


@dataclass(frozen=True)
class Placed:
    """What an import would do, to the call: nothing of it is written yet."""

    new: Sequence[Call]
    already_present: int
    # Called numbers that are no line of ours, and how many calls each had.
    other_lines: Counter[str]
    broken: Sequence[BrokenLine]
    unfinished: int = 0
    legs: int = 0
    odd_callers: int = 0
    by_service: Counter[str] = field(default_factory=Counter)

    @property
    def others(self) -> int:
        return self.other_lines.total()

    @property
    def judged_by_day(self) -> int:
        return sum(call.hours_basis == "day" for call in self.new)


class Placing:
    """One pass over the calls of a file."""

    def __init__(self, organisation: Organisation, *, in_utc: bool, now: datetime) -> None:
        self.organisation = organisation
        self.in_utc = in_utc
        self.now = now
        active = Line.objects.filter(organisation=organisation, is_active=True)
        self.lines = {line.number: line for line in active.select_related("service__calendar")}
        self.hours: dict[int, Hours] = {}
        self.other_lines: Counter[str] = Counter()
        self.broken: list[BrokenLine] = []
        self.odd_callers = 0

    def place(self, reading: Reading) -> Placed:
        calls = list(self._calls(reading.calls))
        known = _known(self.organisation, calls)
        new = [call for call in calls if (call.source, call.external_key) not in known]
        return Placed(
            new=new,
            already_present=len(calls) - len(new),
            other_lines=self.other_lines,
            broken=sorted([*reading.broken, *self.broken], key=lambda one: one.number),
            unfinished=reading.unfinished,
            legs=reading.legs,
            odd_callers=self.odd_callers,
            by_service=Counter(call.service.name for call in new),
        )

    def _calls(self, records: Sequence[CallRecord]) -> Iterator[Call]:
        for record in records:
            line = self._line_of(record)
            if line is None:
                self.other_lines[numbers.called((record.called or ("",))[0])] += 1
                continue
            call = self._call(record, line)
            if reason := self._impossible(call):
                self.broken.append(BrokenLine(record.line_number, reason))
            else:
                yield call

    def _line_of(self, record: CallRecord) -> Line | None:
        """The first of what it reached that is a line of ours."""
        found = (self.lines.get(numbers.called(number)) for number in record.called)
        return next((line for line in found if line), None)

    def _call(self, record: CallRecord, line: Line) -> Call:
        hours = self._hours(line.service)
        started_at = self._instant(record.started_at, hours)
        outcome = _outcome(record.outcome, line)
        caller, is_number = numbers.caller(record.caller)
        self.odd_callers += not is_number
        waited = timedelta(milliseconds=record.wait_ms or 0)
        ended_at = self._instant(record.ended_at, hours) if record.ended_at else None
        return Call(
            organisation=self.organisation,
            service=line.service,
            line=line,
            source=record.source,
            external_key=record.key,
            caller=caller,
            started_at=started_at,
            started_on=hours.calendar.day_of(started_at),
            wait_ms=record.wait_ms,
            rings_told=record.rings_told,
            answered_at=started_at + waited if outcome.is_answered else None,
            # To the minute or the second, an end may seem to come before the pick-up.
            ended_at=max(ended_at, started_at + waited) if ended_at else None,
            outcome=outcome,
            in_hours=hours.are_on(started_at),
            hours_basis=hours.basis,
            recorded_at=self.now,
        )

    def _hours(self, service: Service) -> Hours:
        """By calendar: services that share one share its openings."""
        calendar = service.calendar
        if calendar.pk not in self.hours:
            self.hours[calendar.pk] = Hours(calendar)
        return self.hours[calendar.pk]

    def _instant(self, told: datetime, hours: Hours) -> datetime:
        if told.tzinfo is not None:
            return told.astimezone(UTC)
        return told.replace(tzinfo=UTC if self.in_utc else hours.zone).astimezone(UTC)

    def _impossible(self, call: Call) -> str:
        if call.started_at > self.now:
            return _("appel daté dans le futur")
        if call.started_on < FIRST_DAY:
            return _("appel antérieur à l’an 2000")
        return ""


def _outcome(told: Outcome, line: Line) -> Outcome:
    """What answers on the line of a voice server is a voice server, whatever the file calls it."""
    return Outcome.VOICE_SERVER if line.is_voice_server and told == Outcome.AGENT else told


def _known(organisation: Organisation, calls: Sequence[Call]) -> set[tuple[str, str]]:
    """Keys of those calls that are already there, by source."""
    known: set[tuple[str, str]] = set()
    own = Call.objects.filter(organisation=organisation)
    for start in range(0, len(calls), CHUNK):
        chunk = calls[start : start + CHUNK]
        found = own.filter(
            source__in={call.source for call in chunk},
            external_key__in=[call.external_key for call in chunk],
        )
        known.update(found.values_list("source", "external_key"))
    return known
