"""Asterisk `queue_log`: `timestamp|callid|queue|agent|event|…`, one call per callid.

https://docs.asterisk.org/Operation/Logging/Queue-Logs/ gives the events and their parameters.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from telephony.enums import Outcome, Source
from telephony.records.cells import milliseconds
from telephony.records.text import NumberedLine
from telephony.records.values import BrokenLine, CallRecord, Reading, Unreadable

EPOCH = re.compile(r"\d{9,10}(?:\.\d{1,6})?", re.ASCII)
WAIT_OF = gettext_lazy("attente de")
NO_CALL = {"NONE", "REALTIME", "MANAGER", ""}
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
# Event → which of its parameters is the time waited, in seconds.
WAITED = {"CONNECT": 0, "ABANDON": 2, "EXITEMPTY": 2, "EXITWITHTIMEOUT": 2, "EXITWITHKEY": 3}
LEFT = {
    "CONNECT": Outcome.AGENT,
    "ABANDON": Outcome.ABANDONED,
    # A key pressed to leave the queue is a choice of the caller.
    "EXITWITHKEY": Outcome.ABANDONED,
    "EXITEMPTY": Outcome.UNANSWERED,
    "EXITWITHTIMEOUT": Outcome.UNANSWERED,
    # Refused at the door of the queue: nobody there, or full.
    "JOINEMPTY": Outcome.UNANSWERED,
    "FULL": Outcome.UNANSWERED,
}
ENDED = {"COMPLETEAGENT", "COMPLETECALLER", "AGENTDUMP", "TRANSFER", "BLINDTRANSFER"}
ENDED |= {"ATTENDEDTRANSFER"}
TOLD = {"ENTERQUEUE", "DID", *LEFT, *ENDED}


@dataclass(frozen=True)
class Event:
    line_number: int
    at: datetime
    queue: str
    name: str
    parameters: list[str]

    def parameter(self, place: int) -> str:
        return self.parameters[place] if len(self.parameters) > place else ""

    @property
    def waited(self) -> timedelta:
        place = WAITED.get(self.name)
        if place is None:
            return timedelta(0)
        ms = milliseconds(self.parameter(place), format_lazy("{} {}", WAIT_OF, self.name))
        return timedelta(milliseconds=ms)


@dataclass
class Story:
    """The events of one callid, in the order of the file."""

    events: list[Event] = field(default_factory=list)

    def told(self, *names: str) -> list[Event]:
        return [event for event in self.events if event.name in names]


def read(lines: list[NumberedLine]) -> Reading:
    stories: dict[str, Story] = defaultdict(Story)
    broken: list[BrokenLine] = []
    for line in lines:
        try:
            callid, event = _event(line)
            if callid not in NO_CALL and event.name in TOLD:
                stories[callid].events.append(event)
        except Unreadable as problem:
            broken.append(BrokenLine(line.number, str(problem)))
    return _calls(stories, broken)


def _event(line: NumberedLine) -> tuple[str, Event]:
    parts = [part.strip() for part in line.text.split("|")]
    if len(parts) < 5:
        raise Unreadable(
            _("%(count)d champs séparés par « | », au moins 5 attendus") % {"count": len(parts)}
        )
    stamp, callid, queue, _agent, name, *parameters = parts
    if not EPOCH.fullmatch(stamp):
        raise Unreadable(_("horodatage illisible : « %(text)s »") % {"text": stamp[:40]})
    at = datetime.fromtimestamp(0, UTC) + timedelta(seconds=float(stamp))
    if not at < LATEST or at.year < 2000:
        raise Unreadable(_("horodatage hors des années 2000 à 2099"))
    return callid[:120], Event(line.number, at, queue, name.upper(), parameters)


def _calls(stories: dict[str, Story], broken: list[BrokenLine]) -> Reading:
    calls, unfinished = [], 0
    for callid, story in stories.items():
        try:
            call = _call(callid, story)
        except Unreadable as problem:
            broken.append(BrokenLine(story.events[0].line_number, str(problem)))
            continue
        if call:
            calls.append(call)
        else:
            unfinished += 1
    legs = sum(len(story.events) for story in stories.values())
    return Reading(calls, sorted(broken, key=lambda one: one.number), legs, unfinished)


def _call(callid: str, story: Story) -> CallRecord | None:
    """The call, or nothing when the file ends before it does, or began after it had."""
    leaving = story.told("CONNECT")[:1] or story.told(*LEFT)[-1:]
    if not leaving:
        return None
    [left] = leaving
    entered = story.told("ENTERQUEUE")
    # The last queue says itself how long one waited in it; the earlier ones are by the clock.
    before = [event for event in entered if event.line_number <= left.line_number]
    joined = before[-1].at if before else left.at - left.waited
    started = before[0].at if before else joined
    return CallRecord(
        source=Source.ASTERISK,
        key=callid,
        line_number=story.events[0].line_number,
        called=_called(story),
        caller=next((event.parameter(1) for event in entered), ""),
        started_at=started,
        wait_ms=(joined - started + left.waited) // timedelta(milliseconds=1),
        outcome=LEFT[left.name],
        ended_at=max([left.at, *(event.at for event in story.told(*ENDED))]),
    )


def _called(story: Story) -> tuple[str, ...]:
    """Queues in the order in which the call met them, then the number it came by."""
    queues = [event.queue for event in story.events if event.queue not in NO_CALL]
    numbers = [event.parameter(0) for event in story.told("DID")]
    return tuple(dict.fromkeys(name for name in [*queues, *numbers] if name))
