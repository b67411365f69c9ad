"""Asterisk `Master.csv`, from cdr_csv or cdr_custom, with or without `linkedid`.

Columns are told apart by where the start stands: eighth for cdr_custom (clid first), ninth for
cdr_csv (accountcode first). `duration - billsec` is the time before the pick-up.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from telephony.enums import Outcome, Source
from telephony.records.cells import END, LENGTH, START, TALK, instant, is_instant, milliseconds
from telephony.records.legs import Leg, calls_of
from telephony.records.text import NumberedLine, rows_of
from telephony.records.values import BrokenLine, Reading, Unreadable

# The only applications behind which a person picks up; any other that answers is a machine.
BY_PEOPLE = {"dial", "queue", "followme", "page", "bridge", "appqueue", "appdial", "appdial2"}
# A message left on a machine is not a call taken.
BY_NOBODY = {"voicemail", "minivmrecord", "minivmgreet"}
DISPOSITIONS = {"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"}


@dataclass(frozen=True)
class Layout:
    """Where cdr_csv and cdr_custom put the same thing."""

    src: int
    dst: int
    channel: int
    lastapp: int
    start: int
    uniqueid: int
    linkedid: int | None


CUSTOM = Layout(src=1, dst=2, channel=4, lastapp=6, start=8, uniqueid=16, linkedid=None)
CSV = Layout(src=1, dst=2, channel=5, lastapp=7, start=9, uniqueid=16, linkedid=19)
# start, answer, end, duration, billsec, disposition
FOLLOWING = 6


def read(lines: list[NumberedLine]) -> Reading:
    groups: dict[str, list[Leg]] = defaultdict(list)
    broken: list[BrokenLine] = []
    for line, cells in rows_of(lines):
        try:
            if isinstance(cells, Unreadable):
                raise cells
            if not _is_header(line, cells):
                layout = _layout(cells)
                leg = _leg(line.number, cells, layout)
                groups[_key(cells, layout)].append(leg)
        except Unreadable as problem:
            broken.append(BrokenLine(line.number, str(problem)))
    calls, impossible = calls_of(Source.ASTERISK, groups.items())
    legs = sum(map(len, groups.values()))
    return Reading(calls, [*broken, *impossible], legs)


def _is_header(line: NumberedLine, cells: list[str]) -> bool:
    return line.number == 1 and "disposition" in {cell.lower() for cell in cells}


def _layout(cells: list[str]) -> Layout:
    for layout in (CUSTOM, CSV):
        if len(cells) >= layout.start + FOLLOWING and is_instant(cells[layout.start]):
            return layout
    if len(cells) < CUSTOM.start + FOLLOWING:
        raise Unreadable(
            _("%(count)d valeurs : ce n’est pas une ligne de Master.csv") % {"count": len(cells)}
        )
    raise Unreadable(_("aucune date de début d’appel à sa place"))


def _key(cells: list[str], layout: Layout) -> str:
    """The call a leg belongs to: linkedid, else the caller's channel, else what tells it apart."""
    for place in (layout.linkedid, layout.uniqueid):
        if place is not None and len(cells) > place and cells[place]:
            return cells[place][:120]
    told = (cells[layout.start], cells[layout.src], cells[layout.channel])
    return "sans-identifiant:" + hashlib.sha256("|".join(told).encode()).hexdigest()[:32]


def _leg(number: int, cells: list[str], layout: Layout) -> Leg:
    start, _answer, end, duration, billsec, disposition = cells[
        layout.start : layout.start + FOLLOWING
    ]
    total = milliseconds(duration, LENGTH)
    talked = milliseconds(billsec, TALK)
    if talked > total:
        raise Unreadable(_("conversation plus longue que l’appel"))
    return Leg(
        line_number=number,
        called=_called(cells, layout),
        caller=cells[layout.src],
        started_at=instant(start, START),
        wait_ms=total - talked,
        ended_at=instant(end, END) if end else None,
        outcome=_outcome(disposition.upper(), cells[layout.lastapp].lower()),
    )


def _called(cells: list[str], layout: Layout) -> tuple[str, ...]:
    """The number dialled, and the queue when the call was put in one."""
    called = [cells[layout.dst]]
    if cells[layout.lastapp].lower() == "queue":
        called.append(cells[layout.lastapp + 1].split(",")[0])
    return tuple(number for number in called if number)


def _outcome(disposition: str, application: str) -> Outcome:
    if disposition not in DISPOSITIONS:
        raise Unreadable(_("issue d’appel inconnue : « %(text)s »") % {"text": disposition[:40]})
    if disposition == "ANSWERED" and application not in BY_NOBODY:
        return Outcome.AGENT if application in BY_PEOPLE else Outcome.VOICE_SERVER
    # Without an answer the record does not say who gave up; the caller, unless the line refused.
    return Outcome.ABANDONED if disposition == "NO ANSWER" else Outcome.UNANSWERED
