"""The one query object behind a figure, its drill-down, its export, the API and the command.

Counting rules 12 to 15 and 19. Stored distributions are read where they are fresh: by month, or by
day where a month is cut. Stale cells, and any past "as of" day, are counted from the raw rows in
the same statement, so a figure never waits for a worker to be right.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from contacts.statistics import Proportion, nearest_rank
from engagements.selection import Selection, State

# What the rate counts; the rest is shown beside it.
JUDGED = (State.IN_TIME, State.LATE, State.OVERDUE_OPEN)

__all__ = ["DIMENSIONS", "Figure", "IndicatorQuery", "JudgedDemande", "State"]

# What rows are grouped by, and the word of a group. A month is told by its first day: making words
# of each row would cost more than counting them.
DIMENSIONS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "service": ("service_id", str),
    "channel": ("channel", str),
    "nature": ("nature", str),
    "family": ("family", str),
    "day": ("received_on", date.isoformat),
    "month": ("received_on - date_part('day', received_on)::int + 1", lambda day: f"{day:%Y-%m}"),
    "year": ("date_part('year', received_on)::int", "{:04d}".format),
}


@dataclass
class Figure(Proportion):
    """Counts of a group of demandes; figures of disjoint groups add up."""

    key: dict[str, str] = field(default_factory=dict)
    states: dict[State, int] = field(default_factory=lambda: dict.fromkeys(State, 0))
    # Delay in working days → demandes whose clock stopped after it.
    histogram: dict[int, int] = field(default_factory=dict)

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
    def hits(self) -> int:
        """Numerator of the rate."""
        return self.in_time

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


class IndicatorQuery(Selection):
    """A selection and its figures, its drill-down, its export: same filter, same count."""

    def figures(self, by: Sequence[str] = ()) -> list[Figure]:
        """One figure per group of `by` (see `DIMENSIONS`), in the order of their keys."""
        return self.split(by)[0]

    def split(self, *groupings: Sequence[str]) -> list[list[Figure]]:
        """The figures of several groupings, from one reading of the rows."""
        names = sorted({name for by in groupings for name in by})
        judged, params = self.statement(names)
        keys = [f"{name}_key" for name in names]
        sets = ", ".join(
            f"({', '.join([*(f'{name}_key' for name in by), 'value'])})" for by in groupings
        )
        states = [state.value for state in State]
        # One row per group, its histogram as two arrays, which the driver reads without Python.
        rows = self._rows(
            f"""{judged}, keyed AS (
                SELECT {"".join(f"{DIMENSIONS[name][0]} AS {name}_key, " for name in names)}
                    state, value, n FROM judged
            ), counted AS (
                SELECT GROUPING({", ".join(keys or ["value"])}) AS left_out,
                    {"".join(f"{key}, " for key in keys)} value, sum(n)::bigint AS n,
                    {", ".join(f"sum(n) FILTER (WHERE state = '{one}') AS {one}" for one in states)}
                FROM keyed GROUP BY GROUPING SETS ({sets})
            )
            SELECT left_out, {"".join(f"{key}, " for key in keys)}
                {", ".join(f"COALESCE(sum({one}), 0)::bigint" for one in states)},
                COALESCE(array_agg(value) FILTER (WHERE value IS NOT NULL), ARRAY[]::int[]),
                COALESCE(array_agg(n) FILTER (WHERE value IS NOT NULL), ARRAY[]::bigint[])
            FROM counted GROUP BY {", ".join(["left_out", *keys])}""",
            params,
        )
        found: dict[int, list[Figure]] = {}
        named = {_left_out(names, by): _named(names, by) for by in groupings}
        for mask, *row in rows:
            *told, values, counts = row[len(names) :]
            figure = Figure(
                named[mask](row),
                dict(zip(State, told, strict=True)),
                dict(zip(values, counts, strict=True)),
            )
            found.setdefault(mask, []).append(figure)
        return [
            sorted(found.get(_left_out(names, by), []), key=lambda figure: [*figure.key.values()])
            for by in groupings
        ]

    def figure(self) -> Figure:
        """All of it as one figure, empty when there is nothing."""
        return next(iter(self.figures()), Figure())

    def demandes(
        self, states: Iterable[State] = State, *, offset: int = 0, size: int | None = None
    ) -> list[JudgedDemande]:
        """The very demandes that the figure counts in `states`, the latest received first."""
        judged, params = self.raw_statement()
        rows = self._rows(
            f"""{judged} SELECT id, state, value, elapsed, max_days FROM judged
            WHERE state = ANY (%(states)s) ORDER BY received_on DESC, id DESC
            OFFSET %(offset)s LIMIT %(size)s""",
            {
                **params,
                "states": [state.value for state in states],
                "offset": offset,
                "size": size,
            },
        )
        return [JudgedDemande(pk, State(state), *rest) for pk, state, *rest in rows]

    def _rows(self, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())


def _named(names: Sequence[str], by: Sequence[str]) -> Callable[[Sequence[Any]], dict[str, str]]:
    """What makes the key of a figure from a row that begins with the keys of `names`."""
    places = [(name, names.index(name), DIMENSIONS[name][1]) for name in by]
    return lambda row: {name: word(row[place]) for name, place, word in places}


def _left_out(names: Sequence[str], by: Sequence[str]) -> int:
    """What GROUPING() says of a row of this grouping: one bit per name, set when left out."""
    return sum(1 << place for place, name in enumerate(reversed(names)) if name not in by)
