"""The statistics of counting rules 13 and 14, exact and without a library."""

from collections.abc import Mapping
from math import sqrt

# Two-sided 95 % quantile of the normal law.
Z = 1.959963984540054
# Below this n a rate gets no rank and no arrow (counting rule 13).
SMALL_N = 30


def wilson(successes: int, n: int) -> tuple[float, float] | None:
    """95 % Wilson score interval of a proportion (Wilson, JASA 1927); null when n = 0."""
    if n == 0:
        return None
    p, zz = successes / n, Z * Z
    centre = (p + zz / (2 * n)) / (1 + zz / n)
    half = Z * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n)
    # The bounds at 0 and n are exactly 0 and 1; floating point must not say otherwise.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high


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


def mean_interval(histogram: Mapping[int, int]) -> tuple[float, float, float] | None:
    """Mean of a scale with its 95 % normal interval, held inside the scale; null when empty."""
    n = sum(histogram.values())
    if n == 0:
        return None
    mean = sum(value * count for value, count in histogram.items()) / n
    if n == 1:
        return mean, float(min(histogram)), float(max(histogram))
    variance = sum(count * (value - mean) ** 2 for value, count in histogram.items()) / (n - 1)
    half = Z * sqrt(variance / n)
    return mean, mean - half, mean + half
