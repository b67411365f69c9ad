"""Short or full, what chance decides, and what was observed."""

import os
import random
from dataclasses import dataclass, field

import pytest

# One world for all: these tests run one after the other, in one process.
MARKS = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
# Left to the full form: a control that costs more than a few seconds.
IN_FULL = pytest.mark.in_full
FULL = os.environ.get("FAULTS_FORM") == "full"


@dataclass(frozen=True)
class Form:
    """Full: the counts the promises are stated with. Short: the same scenario, in CI."""

    full: bool
    dice: random.Random

    def of(self, *, short: int, full: int) -> int:
        return full if self.full else short

    @property
    def clock(self) -> dict[str, float]:
        """Settings of beat: the product's own ticks, or one a second."""
        return {} if self.full else {"FAULTS_EVERY": 1.0}


@dataclass
class Figures:
    """What was observed, by fault, in the order of observation."""

    lines: list[tuple[str, str, str]] = field(default_factory=list)

    def note(self, fault: str, what: str, value: float | str) -> None:
        shown = f"{value:.2f}".replace(".", ",") if isinstance(value, float) else str(value)
        self.lines.append((fault, what, shown))
