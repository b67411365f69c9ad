"""What a file of call records says, as frozen values; times are as the file writes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from telephony.enums import Outcome, Source


@dataclass(frozen=True)
class CallRecord:
    """One call. Instants without a zone are read in the zone of the service it reached.

    `called` are the numbers and queues it reached, in order: the first that is a line of ours is
    the call's. `line_number` is where the file first speaks of it.
    """

    source: Source
    key: str
    line_number: int
    called: tuple[str, ...]
    caller: str
    started_at: datetime
    wait_ms: int | None
    outcome: Outcome
    rings_told: int | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class BrokenLine:
    """A line that cannot be read, and why, in one French sentence."""

    number: int
    reason: str


@dataclass(frozen=True)
class Reading:
    """Everything found in a file: `legs` is how many of its lines told of those calls."""

    calls: Sequence[CallRecord]
    broken: Sequence[BrokenLine]
    legs: int = 0
    # Calls still under way where the file ends: they come with the next file.
    unfinished: int = 0
    notes: Sequence[str] = field(default_factory=tuple)


class Unreadable(Exception):
    """One line cannot be read; its words are the reason."""
