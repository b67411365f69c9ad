"""How a ratio is taken: both sides in turn, in the same run, and the median of each."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol


class Goal(Protocol):
    def __str__(self) -> str: ...

    def kept(self, ratio: float) -> bool: ...


@dataclass(frozen=True)
class AtMost:
    bound: float

    def __str__(self) -> str:
        return f"≤ {self.bound:g}"

    def kept(self, ratio: float) -> bool:
        return ratio <= self.bound


@dataclass(frozen=True)
class AtLeast:
    bound: float

    def __str__(self) -> str:
        return f"≥ {self.bound:g}"

    def kept(self, ratio: float) -> bool:
        return ratio >= self.bound


@dataclass(frozen=True)
class Equal:
    """The same on both sides, but for `within` (0.2: a fifth more or less)."""

    within: float = 0.0

    def __str__(self) -> str:
        return f"1 ± {self.within:.0%}" if self.within else "= 1"

    def kept(self, ratio: float) -> bool:
        return 1 - self.within <= ratio <= 1 + self.within


@dataclass(frozen=True)
class Figure:
    """One line of the table; `ours` and `reference` are what was measured, with their unit."""

    title: str
    ours: str
    reference: str
    ratio: float
    goal: Goal
    note: str = ""

    @property
    def kept(self) -> bool:
        return self.goal.kept(self.ratio)


@dataclass(frozen=True)
class Scale:
    """How large a run is: demandes in the large table, and rounds of each side."""

    rows: int = 10_000_000
    rounds: int = 5

    def at_most(self, rows: int) -> int:
        return min(self.rows, rows)


@dataclass(frozen=True)
class Samples:
    """What the rounds of one side gave, in one unit."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def spread(self) -> float:
        """Share of the median between the quickest round and the slowest."""
        return (max(self.values) - min(self.values)) / self.median


def in_turn(*sides: Callable[[], float], rounds: int, warm_up: int = 1) -> tuple[Samples, ...]:
    """The samples of each side; a slow moment of the machine falls on all of them alike.

    Sides go in turn, forwards then backwards, so that none always follows the same other. The
    first `warm_up` rounds fill caches and are thrown away.
    """
    taken: list[list[float]] = [[] for _ in sides]
    for number in range(warm_up + rounds):
        order: Sequence[int] = range(len(sides))[:: -1 if number % 2 else 1]
        for index in order:
            sample = sides[index]()
            if number >= warm_up:
                taken[index].append(sample)
    return tuple(Samples(tuple(values)) for values in taken)


def seconds(work: Callable[[], object]) -> Callable[[], float]:
    """A side measured by the clock on the wall."""

    def timed() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return timed
