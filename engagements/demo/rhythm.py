"""When people turn to their mairie: the weights of the year, of the week and of the day."""

import math
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate
from random import Random

from engagements.demo.clock import HOUR, MINUTE, Clock
from engagements.demo.places import Place
from engagements.demo.words import (
    COUNTER,
    SCREEN,
)

MONTHS = (1.08, 0.95, 1.05, 1.0, 0.9, 1.08, 0.85, 0.55, 1.25, 1.1, 1.0, 0.85)
# Monday first; a guichet is busiest on the day after the weekend.
COUNTER_WEEK = (1.5, 1.05, 1.0, 0.85, 0.95, 0.9, 0.0)
LETTER_WEEK = (1.3, 1.1, 1.0, 1.0, 0.9, 0.7, 0.0)
SCREEN_WEEK = (1.35, 1.1, 1.05, 1.0, 0.95, 0.4, 0.3)
ON_CLOSED_DAY = 0.35
Source = tuple[Place, str]


def season(day: date, kind: str) -> float:
    factor = MONTHS[day.month - 1]
    if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 2):
        factor *= 0.45
    if (8, 3) <= (day.month, day.day) <= (8, 21):
        factor *= 0.75
    if kind == "school":
        if (8, 24) <= (day.month, day.day) <= (9, 20):
            return factor * 2.6
        if day.month in (5, 6):
            return factor * 1.5
        if day.month == 7:
            return factor * 0.7
    return factor


def _weight(place: Place, channel: str, day: int, on: date) -> float:
    is_open = place.days.is_working[day]
    if channel in SCREEN:
        at_ease = is_open or on.weekday() > 4
        return SCREEN_WEEK[on.weekday()] if at_ease else ON_CLOSED_DAY
    if not is_open:
        return 0.0
    week = COUNTER_WEEK if channel in COUNTER else LETTER_WEEK
    return week[on.weekday()]


def sources(places: Sequence[Place]) -> list[Source]:
    return [(place, channel) for place in places for channel in place.channels]


def weights_of(day: int, clock: Clock, found: Sequence[Source]) -> list[float]:
    """How much each source is turned to on a day, against the others and the other days."""
    on = clock.dates[day]
    return [
        place.weight
        * place.channels[channel]
        * _weight(place, channel, day, on)
        * season(on, place.season)
        for place, channel in found
    ]


def spread(
    total: int, first: int, last: int, clock: Clock, places: Sequence[Place], rng: Random
) -> Iterator[tuple[int, list[Source]]]:
    """Each day with the sources of its demandes: `total` of them, not one more or less.

    A day is as busy as its season and its weekday make it, give or take some eight percent.
    """
    found = sources(places)
    days = [weights_of(day, clock, found) for day in range(first, last + 1)]
    noise = [rng.lognormvariate(0, 0.08) for _ in days]
    sums = [math.fsum(weights) * n for weights, n in zip(days, noise, strict=True)]
    scale = total / math.fsum(sums)
    due, given = 0.0, 0
    for day, weights, weight in zip(range(first, last + 1), days, sums, strict=True):
        due += weight * scale
        size = (total if day == last else round(due)) - given
        given += size
        cumulated = list(accumulate(weights))
        yield day, rng.choices(found, cum_weights=cumulated, k=size) if size > 0 else []


class Hours:
    """At what second of the day something arrives or is done."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def arrival(self, place: Place, channel: str) -> int:
        random = self.rng.random
        if channel in COUNTER:
            slots = place.arrivals
            return slots[int(random() * len(slots))] + int(random() * 5 * MINUTE)
        if channel in SCREEN:
            # Between 6:00 and 23:00, most of it in the day and after dinner.
            return int(6 * HOUR + 17 * HOUR * (0.5 * random() + 0.5 * random()))
        return int(9 * HOUR + random() * 90 * MINUTE)

    def desk(self) -> int:
        """A moment at which an agent writes."""
        return int(9 * HOUR + self.rng.random() * 7.8 * HOUR)

    def opening(self) -> int:
        """The first things done in the morning."""
        return int(8.55 * HOUR + self.rng.random() * 75 * MINUTE)
