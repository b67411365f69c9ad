"""The statistics of counting rules 13 and 14: intervals of shares and means, exact percentiles.

Wilson for shares, Student for means; percentiles are nearest rank over whole units.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import atan, cos, pi, sin, sqrt
from typing import Protocol

# Two-sided 95 % quantile of the normal law.
Z = 1.959963984540054
CONFIDENCE = 0.95
# From this many degrees of freedom on, the expansion below is exact to ten decimals.
MANY = 200


def wilson(successes: int, n: int) -> tuple[float, float] | None:
    """95 % Wilson score interval of a share (Wilson, JASA 1927); null when n = 0."""
    if n == 0:
        return None
    p, zz = successes / n, Z * Z
    centre = (p + zz / (2 * n)) / (1 + zz / n)
    half = Z * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n)
    # The bounds at 0 and n are exactly 0 and 1; floating point must not say otherwise.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high


class Counted(Protocol):
    """Of `n` cases, `hits` are what is looked for."""

    @property
    def hits(self) -> int: ...
    @property
    def n(self) -> int: ...


class Proportion:
    """The share that `hits` of `n` make, and what it rests on (rule 13); null when n = 0.

    For what has both: as fields, or read from what it counts.
    """

    @property
    def rate(self: Counted) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def interval(self: Counted) -> tuple[float, float] | None:
        return wilson(self.hits, self.n)

    @property
    def low(self: Counted) -> float | None:
        bounds = wilson(self.hits, self.n)
        return bounds[0] if bounds else None

    @property
    def high(self: Counted) -> float | None:
        bounds = wilson(self.hits, self.n)
        return bounds[1] if bounds else None


@dataclass(frozen=True)
class Share(Proportion):
    """A proportion on its own."""

    hits: int
    n: int


def nearest_rank(histogram: Mapping[int, int], percent: int) -> int | None:
    """Nearest-rank percentile of a histogram of whole units; null when it is empty."""
    total = sum(histogram.values())
    # Whole numbers only: 0.9 * n in floating point would miss a rank now and then.
    rank = max(1, -(-percent * total // 100))
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= rank:
            return value
    return None


def mean_of(histogram: Mapping[int, int]) -> float | None:
    """Mean of a scale; null when nobody answered."""
    n = sum(histogram.values())
    return sum(value * count for value, count in histogram.items()) / n if n else None


def mean_interval(
    histogram: Mapping[int, int], *, lowest: int = 1, highest: int = 5
) -> tuple[float, float] | None:
    """95 % Student interval of a mean, within its scale; null for one answer or no spread."""
    n, mean = sum(histogram.values()), mean_of(histogram)
    if mean is None or n < 2:
        return None
    variance = sum(count * (value - mean) ** 2 for value, count in histogram.items()) / (n - 1)
    if variance == 0:
        # Unanimity says nothing of the spread: an interval of no width would claim certainty.
        return None
    half = student(n - 1) * sqrt(variance / n)
    return max(float(lowest), mean - half), min(float(highest), mean + half)


@lru_cache(maxsize=1024)
def student(freedom: int) -> float:
    """Two-sided 95 % quantile of Student's law with that many degrees of freedom."""
    if freedom >= MANY:
        return _expanded(freedom)
    low, high = Z, 13.0
    for _halving in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < CONFIDENCE else (low, middle)
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """P(|T| < t), by its finite series (Abramowitz and Stegun, 26.7.3 and 26.7.4)."""
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    total = 0.0
    for step in range(1 + odd, freedom, 2):
        total += term
        term *= step / (step + 1) * cos(angle) ** 2
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


def _expanded(freedom: int) -> float:
    """Cornish-Fisher expansion around the normal quantile (Abramowitz and Stegun, 26.7.5)."""
    z, v = Z, freedom
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    g4 = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + g1 / v + g2 / v**2 + g3 / v**3 + g4 / v**4
