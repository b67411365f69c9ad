"""The one query object behind a figure, its drill-down, its export, the API and the command.

Counting rules 12 to 15 and 19. Stored tallies are read where they are fresh; stale cells, and any
past "as of" day, are counted from the raw rows in the same statement, so a figure never waits for a
worker to be right.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db import connection

from contacts.enums import Measure
from contacts.statistics import nearest_rank, wilson
from contacts.targets import BEGINNING, END, SEGMENTS, segment_arrays, segments


class State(StrEnum):
    """What a demande is against its target on a given day (counting rule 12)."""

    IN_TIME = "in_time"
    LATE = "late"
    OVERDUE_OPEN = "overdue_open"
    PENDING = "pending"
    NO_TARGET = "no_target"


# What the rate counts; the rest is shown beside it.
JUDGED = (State.IN_TIME, State.LATE, State.OVERDUE_OPEN)

DIMENSIONS: dict[str, str] = {
    "service": "service_id::text",
    "channel": "channel",
    "nature": "nature",
    "day": "to_char(received_on, 'YYYY-MM-DD')",
    "month": "to_char(received_on, 'YYYY-MM')",
    "year": "to_char(received_on, 'YYYY')",
}


@dataclass
class Figure:
    """Counts of a group of demandes; figures of disjoint groups add up."""

    key: dict[str, str] = field(default_factory=dict)
    states: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    # Delay in working days → demandes whose clock stopped after it.
    histogram: dict[int, int] = field(default_factory=dict)

    def add(self, state: State, value: int | None, count: int) -> None:
        self.states[state] += count
        if value is not None:
            self.histogram[value] = self.histogram.get(value, 0) + count

    def absorb(self, other: "Figure") -> None:
        """Count a disjoint group here too."""
        for state in State:
            self.states[state] += other.states[state]
        for value, count in other.histogram.items():
            self.histogram[value] = self.histogram.get(value, 0) + count

    def __add__(self, other: "Figure") -> "Figure":
        total = Figure()
        total.absorb(self)
        total.absorb(other)
        return total

    @property
    def in_time(self) -> int:
        return self.states[State.IN_TIME]

    @property
    def late(self) -> int:
        return self.states[State.LATE]

    @property
    def overdue_open(self) -> int:
        return self.states[State.OVERDUE_OPEN]

    @property
    def pending(self) -> int:
        return self.states[State.PENDING]

    @property
    def n(self) -> int:
        """Denominator of the rate: in time, late, and open past the deadline."""
        return sum(self.states[state] for state in JUDGED)

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def rate(self) -> float | None:
        return self.in_time / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.in_time, self.n)

    @property
    def low(self) -> float | None:
        return self.interval[0] if self.interval else None

    @property
    def high(self) -> float | None:
        return self.interval[1] if self.interval else None

    @property
    def median(self) -> int | None:
        return nearest_rank(self.histogram, 50)

    @property
    def p90(self) -> int | None:
        return nearest_rank(self.histogram, 90)

    @property
    def is_provisional(self) -> bool:
        return self.pending > 0


@dataclass(frozen=True)
class JudgedDemande:
    """One line of a drill-down: the demande, its delay so far or final, its limit, its state."""

    pk: int
    state: State
    value: int | None
    elapsed: int
    limit: int | None


# How each measure starts and stops; `start` and `stop` are days of `d`.
@dataclass(frozen=True)
class Clock:
    start: str
    stop: str
    applies: str = "true"


CLOCKS: dict[Measure, Clock] = {
    Measure.FIRST_REPLY: Clock("d.received_on", "LEAST(d.first_reply_on, d.closed_on)"),
    Measure.MERITS: Clock("d.received_on", "LEAST(d.merits_on, d.closed_on)"),
    Measure.ANNOUNCED: Clock(
        "d.announced_on", "LEAST(d.merits_on, d.closed_on)", "d.announced_on IS NOT NULL"
    ),
}


@dataclass(frozen=True)
class IndicatorQuery:
    """Demandes of an organisation received in [first, last], judged on a measure.

    `services`, `channels` and `natures` null mean all; `limit` null means the targets in force on
    each day of receipt; `as_of` is the day whose evening the figures describe, `today` the present
    one. Days are inclusive.
    """

    organisation_id: int
    measure: Measure
    today: date
    as_of: date
    first: date = BEGINNING
    last: date = END
    services: frozenset[int] | None = None
    channels: frozenset[str] | None = None
    natures: frozenset[str] | None = None
    limit: int | None = None

    def figures(self, by: Sequence[str] = ()) -> list[Figure]:
        """One figure per group of `by` (see `DIMENSIONS`), in the order of their keys."""
        columns = [DIMENSIONS[name] for name in by]
        keys = "".join(f"{column} AS k{i}, " for i, column in enumerate(columns))
        group = ", ".join(str(i + 1) for i in range(len(columns) + 2))
        rows = self._rows(
            f"""{self._judged()}
            SELECT {keys} state, value, sum(n)::bigint FROM judged GROUP BY {group}"""
        )
        found: dict[tuple[str, ...], Figure] = defaultdict(Figure)
        for *key, state, value, count in rows:
            figure = found[tuple(key)]
            figure.key = dict(zip(by, key, strict=True))
            figure.add(State(state), value, count)
        return [found[key] for key in sorted(found)]

    def figure(self) -> Figure:
        """All of it as one figure, empty when there is nothing."""
        return next(iter(self.figures()), Figure())

    def demandes(
        self, states: Iterable[State] = State, *, offset: int = 0, size: int | None = None
    ) -> list[JudgedDemande]:
        """The very demandes that the figure counts in `states`, the latest received first."""
        rows = self._rows(
            f"""{self._judged(raw=True)}
            SELECT id, state, value, elapsed, max_days FROM judged
            WHERE state = ANY (%(states)s) ORDER BY received_on DESC, id DESC
            OFFSET %(offset)s LIMIT %(size)s""",
            {"states": [state.value for state in states], "offset": offset, "size": size},
        )
        return [JudgedDemande(pk, State(state), *rest) for pk, state, *rest in rows]

    # --- the statement -----------------------------------------------------------------------

    def _judged(self, *, raw: bool = False) -> str:
        """`judged`: facts with their state; from raw rows (with ids) or from tallies."""
        from_raw = raw or self.as_of < self.today
        ctes = [self._raw_facts()] if from_raw else [STALE_CELLS, self._fresh_facts()]
        return f"""
            WITH {", ".join(ctes)}, judged AS (
                SELECT f.*, {self._max_days} AS max_days, CASE
                    WHEN {self._max_days} IS NULL AND value IS NULL THEN 'pending'
                    WHEN {self._max_days} IS NULL THEN 'no_target'
                    WHEN value <= {self._max_days} THEN 'in_time'
                    WHEN value IS NOT NULL THEN 'late'
                    WHEN elapsed > {self._max_days} THEN 'overdue_open'
                    ELSE 'pending' END AS state
                FROM facts f {self._targets}
            )"""

    @property
    def _max_days(self) -> str:
        return "%(limit)s::int" if self._fixed_limit is not None else "seg.max_days"

    @property
    def _fixed_limit(self) -> int | None:
        # An announced date is kept or not: its limit is the date itself.
        return 0 if self.measure == Measure.ANNOUNCED else self.limit

    @property
    def _targets(self) -> str:
        if self._fixed_limit is not None:
            return ""
        return f"""LEFT JOIN {SEGMENTS}
            ON f.service_id = seg.service_id AND f.channel = seg.channel
           AND f.nature = seg.nature AND f.received_on BETWEEN seg.first_day AND seg.last_day"""

    def _raw_facts(self) -> str:
        return f"facts AS ({self._raw(self._filter('d'))})"

    def _raw(self, condition: str, source: str = "contacts_demande d") -> str:
        """One row per demande; `value` null while its clock runs on the evening of `as_of`."""
        clock = CLOCKS[self.measure]
        # An announced date ahead of the stop is kept: never a negative delay.
        floor = "GREATEST(0, {})" if self.measure == Measure.ANNOUNCED else "{}"
        return f"""
            SELECT d.id, d.service_id, d.channel, d.nature, d.received_on,
                CASE WHEN stop.count IS NOT NULL
                    THEN {floor.format("stop.count - start.count")} END AS value,
                asof.count - start.count AS elapsed, 1 AS n
            FROM {source}
            JOIN directory_service s ON s.id = d.service_id
            JOIN directory_workingday start
                ON start.calendar_id = s.calendar_id AND start.day = {clock.start}
            JOIN directory_workingday asof
                ON asof.calendar_id = s.calendar_id AND asof.day = %(as_of)s
            LEFT JOIN directory_workingday stop
                ON stop.calendar_id = s.calendar_id AND stop.day = {clock.stop}
               AND stop.day <= %(as_of)s
            WHERE {self._applies(clock)} AND d.received_on <= %(as_of)s AND {condition}"""

    def _applies(self, clock: Clock) -> str:
        """On a past evening, a date announced later was not yet promised to anyone."""
        if self.measure != Measure.ANNOUNCED or self.as_of >= self.today:
            return clock.applies
        return """EXISTS (
            SELECT FROM contacts_reply promise WHERE promise.demande_id = d.id
            AND promise.announced_on IS NOT NULL AND promise.on_day <= %(as_of)s
        )"""

    def _fresh_facts(self) -> str:
        """Tallies of the cells that are not stale, raw rows of those that are."""
        opened = "true" if self.measure != Measure.ANNOUNCED else "t.value IS NOT NULL"
        parts = [
            f"""
            SELECT NULL::bigint AS id, t.service_id, t.channel, t.nature, t.received_on,
                t.value::int AS value, asof.count - start.count AS elapsed, t.count AS n
            FROM engagements_tally t
            JOIN directory_service s ON s.id = t.service_id
            LEFT JOIN directory_workingday start ON t.value IS NULL
                AND start.calendar_id = s.calendar_id AND start.day = t.received_on
            LEFT JOIN directory_workingday asof ON t.value IS NULL
                AND asof.calendar_id = s.calendar_id AND asof.day = %(as_of)s
            WHERE t.measure = %(measure)s AND {opened} AND {self._filter("t")}
              AND NOT EXISTS (
                SELECT FROM stale WHERE stale.service_id = t.service_id
                AND stale.channel = t.channel AND stale.nature = t.nature
                AND stale.received_on = t.received_on
              )""",
            self._raw(self._filter("d"), STALE_DEMANDES),
        ]
        if self.measure == Measure.ANNOUNCED:
            # A tally does not know how far ahead an announced date is: the open ones are few, and
            # are read as they stand, but for those the stale cells have just given.
            parts.append(
                self._raw(
                    f"""d.closed_on IS NULL AND d.merits_on IS NULL AND NOT EXISTS (
                        SELECT FROM stale WHERE stale.service_id = d.service_id
                        AND stale.channel = d.channel AND stale.nature = d.nature
                        AND stale.received_on = d.received_on
                    ) AND {self._filter("d")}"""
                )
            )
        return f"facts AS ({' UNION ALL '.join(parts)})"

    def _filter(self, alias: str) -> str:
        conditions = [
            f"{alias}.organisation_id = %(organisation)s",
            f"{alias}.received_on BETWEEN %(first)s AND %(last)s",
        ]
        for column, wanted in (
            ("service_id", self.services),
            ("channel", self.channels),
            ("nature", self.natures),
        ):
            if wanted is not None:
                conditions.append(f"{alias}.{column} = ANY (%({column})s)")
        return " AND ".join(conditions)

    @cached_property
    def _params(self) -> dict[str, Any]:
        params: dict[str, Any] = {
            "organisation": self.organisation_id,
            "measure": self.measure.value,
            "first": self.first,
            "last": self.last,
            "as_of": self.as_of,
            "limit": self._fixed_limit,
            "service_id": sorted(self.services or ()),
            "channel": sorted(self.channels or ()),
            "nature": sorted(self.natures or ()),
        }
        if self._fixed_limit is None:
            params |= segment_arrays(segments(self.organisation_id, self.measure))
        return params

    def _rows(self, sql: str, extra: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, {**self._params, **(extra or {})})
            return list(cursor.fetchall())


STALE_CELLS = """stale AS MATERIALIZED (
    SELECT DISTINCT service_id, channel, nature, received_on FROM engagements_staletally
    WHERE organisation_id = %(organisation)s AND received_on BETWEEN %(first)s AND %(last)s
)"""
STALE_DEMANDES = """stale JOIN contacts_demande d
    ON d.service_id = stale.service_id AND d.channel = stale.channel
   AND d.nature = stale.nature AND d.received_on = stale.received_on"""
