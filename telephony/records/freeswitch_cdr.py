"""FreeSWITCH mod_cdr_csv, template « example »: the two legs of a call are one call.

caller_id_name, caller_id_number, destination_number, context, start, answer, end, duration,
billsec, hangup_cause, uuid, bleg_uuid, accountcode, read_codec, write_codec.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from telephony.enums import Outcome, Source
from telephony.records.cells import END, LENGTH, START, TALK, instant, milliseconds
from telephony.records.legs import Leg, calls_of
from telephony.records.text import NumberedLine, rows_of
from telephony.records.values import BrokenLine, Reading, Unreadable

UUID, BLEG = 10, 11
LEAST = 11
# The caller hung up; every other cause is ours, or the network's, and nobody answered.
BY_THE_CALLER = {"ORIGINATOR_CANCEL", "NORMAL_CLEARING", "LOSE_RACE"}


def read(lines: list[NumberedLine]) -> Reading:
    legs: list[tuple[str, str, Leg]] = []
    broken: list[BrokenLine] = []
    for line, cells in rows_of(lines):
        try:
            if isinstance(cells, Unreadable):
                raise cells
            if not _is_header(line, cells):
                legs.append(_leg(line.number, cells))
        except Unreadable as problem:
            broken.append(BrokenLine(line.number, str(problem)))
    calls, impossible = calls_of(Source.FREESWITCH, _grouped(legs))
    return Reading(calls, [*broken, *impossible], len(legs))


def _is_header(line: NumberedLine, cells: list[str]) -> bool:
    return line.number == 1 and "hangup_cause" in {cell.lower() for cell in cells}


def _leg(number: int, cells: list[str]) -> tuple[str, str, Leg]:
    if len(cells) < LEAST:
        raise Unreadable(
            _("%(count)d valeurs, au moins %(least)d attendues")
            % {"count": len(cells), "least": LEAST}
        )
    _name, caller, called, _context, start, answer, end, duration, billsec, cause = cells[:10]
    if not cells[UUID]:
        raise Unreadable(_("identifiant d’appel (uuid) absent"))
    total = milliseconds(duration, LENGTH)
    talked = milliseconds(billsec or "0", TALK)
    if talked > total:
        raise Unreadable(_("conversation plus longue que l’appel"))
    leg = Leg(
        line_number=number,
        called=(called,) if called else (),
        caller=caller,
        started_at=instant(start, START),
        wait_ms=total - talked,
        ended_at=instant(end, END) if end else None,
        outcome=_outcome(bool(answer) or talked > 0, cause.upper()),
    )
    return cells[UUID][:120], cells[BLEG][:120] if len(cells) > BLEG else "", leg


def _outcome(was_answered: bool, cause: str) -> Outcome:
    if was_answered:
        return Outcome.AGENT
    return Outcome.ABANDONED if cause in BY_THE_CALLER else Outcome.UNANSWERED


def _grouped(legs: list[tuple[str, str, Leg]]) -> Iterator[tuple[str, list[Leg]]]:
    """A leg called by another belongs to the call of that one, which says why nobody answered."""
    caller_of = {bleg: uuid for uuid, bleg, _leg in legs if bleg and bleg != uuid}
    outcomes = {uuid: leg.outcome for uuid, _bleg, leg in reversed(legs)}
    groups: dict[str, list[Leg]] = defaultdict(list)
    for uuid, _bleg, leg in legs:
        first = _first_leg(uuid, caller_of)
        said = outcomes.get(first, leg.outcome)
        both_missed = not leg.outcome.is_answered and not said.is_answered
        groups[first].append(replace(leg, outcome=said) if both_missed else leg)
    yield from groups.items()


def _first_leg(uuid: str, caller_of: dict[str, str]) -> str:
    seen = {uuid}
    while (above := caller_of.get(uuid)) and above not in seen:
        uuid = above
        seen.add(uuid)
    return uuid
