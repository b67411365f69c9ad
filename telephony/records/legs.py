"""One call out of its legs: ring groups, transfers and doubled lines are still one call.

The call starts with its first leg, is picked up when the first leg that was, was, and ends with
the last. A leg taken by an agent makes it a call taken by an agent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from telephony.enums import Outcome, Source
from telephony.records.cells import PICK_UP, between
from telephony.records.values import BrokenLine, CallRecord, Unreadable

# What a call comes to when its legs disagree. While one telephone still rings, who hangs up is the
# caller, even if another was busy.
BEST_FIRST = (Outcome.AGENT, Outcome.VOICE_SERVER, Outcome.ABANDONED, Outcome.UNANSWERED)


@dataclass(frozen=True)
class Leg:
    """One line of the file; `wait_ms` runs to its pick-up, or to its end without one."""

    line_number: int
    called: tuple[str, ...]
    caller: str
    started_at: datetime
    wait_ms: int
    ended_at: datetime | None
    outcome: Outcome

    @property
    def waited_until(self) -> datetime:
        return self.started_at + timedelta(milliseconds=self.wait_ms)


def call_of(source: Source, key: str, legs: Iterable[Leg]) -> CallRecord:
    ordered = sorted(legs, key=lambda leg: (leg.started_at, leg.line_number))
    first = ordered[0]
    picked_up = [leg.waited_until for leg in ordered if leg.outcome.is_answered]
    over = min(picked_up) if picked_up else max(leg.waited_until for leg in ordered)
    outcomes = {leg.outcome for leg in ordered}
    return CallRecord(
        source=source,
        key=key,
        line_number=min(leg.line_number for leg in ordered),
        called=tuple(dict.fromkeys(number for leg in ordered for number in leg.called)),
        caller=next((leg.caller for leg in ordered if leg.caller), ""),
        started_at=first.started_at,
        wait_ms=between(first.started_at, over, PICK_UP),
        outcome=next(one for one in BEST_FIRST if one in outcomes),
        ended_at=max((leg.ended_at for leg in ordered if leg.ended_at), default=None),
    )


def calls_of(
    source: Source, groups: Iterable[tuple[str, list[Leg]]]
) -> tuple[list[CallRecord], list[BrokenLine]]:
    """A call per group; one whose legs cannot be of the same call is told at its first line."""
    calls, broken = [], []
    for key, legs in groups:
        try:
            calls.append(call_of(source, key, legs))
        except Unreadable as problem:
            broken.append(BrokenLine(legs[0].line_number, str(problem)))
        except TypeError:  # instants with and without a zone cannot be compared
            broken.append(BrokenLine(legs[0].line_number, _("heures de fuseaux différents")))
    return calls, broken
