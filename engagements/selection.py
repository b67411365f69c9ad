"""Which demandes a figure speaks of, and the statement that judges them.

Five sources, none of which overlap: whole months from their stored distributions; days, where a
period or a target cuts a month or a cell of it is stale; the open demandes of fresh cells; the raw
rows of stale cells; and the raw rows alone for a past evening.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection

from contacts.enums import Measure, Nature
from contacts.targets import BEGINNING, END, SEGMENTS, Segment, segment_arrays, segments
from engagements.distributions import DAY_CELL, SPREAD
from engagements.models.tally import ALL_FAMILIES, ALL_NATURES, NO_FAMILY

ONE_DAY = timedelta(days=1)
# Beyond this, all is counted from the raw rows: a plan for millions of marks may be a bad one.
MOST_STALE = 20_000


class State(StrEnum):
    """What a demande is against its target on a given day (counting rule 12)."""

    IN_TIME = "in_time"
    LATE = "late"
    OVERDUE_OPEN = "overdue_open"
    PENDING = "pending"
    NO_TARGET = "no_target"


@dataclass(frozen=True)
class Clock:
    """How a measure starts and stops; `start` and `stop` are days of `d`."""

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

FAMILY = f"COALESCE(motif.parent_id, motif.id, {NO_FAMILY})"
STALE = f"""stale AS MATERIALIZED (
        SELECT DISTINCT {DAY_CELL} FROM engagements_staletally
        WHERE organisation_id = %(organisation)s AND received_on BETWEEN %(first)s AND %(last)s
    ), stale_months AS MATERIALIZED (
        SELECT DISTINCT service_id, channel, date_trunc('month', received_on)::date AS month
        FROM stale
    )"""
STALE_DEMANDES = """stale JOIN contacts_demande d
    ON d.service_id = stale.service_id AND d.channel = stale.channel
   AND d.nature = stale.nature AND d.received_on = stale.received_on"""


# One row per delay of a stored distribution of days `t`.
SPREAD_OUT = f"""
    SELECT NULL::bigint AS id, t.service_id, t.channel, t.nature, t.family, t.received_on,
        v.value::int AS value, NULL::int AS elapsed, v.upto - v.before AS n
    FROM {{source}} {SPREAD}
    WHERE v.value IS NOT NULL AND {{condition}}"""

# `{0}` names the spans: those read by day, or those whose open demandes are.
DAYS_OF_SPANS = """unnest(%({0}_firsts)s::date[], %({0}_lasts)s::date[]) AS span(first, last)
    JOIN engagements_daytally t ON t.received_on BETWEEN span.first AND span.last"""
# Each day is asked for by name: what it costs does not grow with the table.
DAYS_OF_STALE_MONTHS = """stale_months CROSS JOIN generate_series(0, 30) AS day(no)
    JOIN engagements_daytally t
        ON t.organisation_id = %(organisation)s AND t.measure = %(measure)s
       AND t.received_on = stale_months.month + day.no
       AND t.service_id = stale_months.service_id AND t.channel = stale_months.channel"""
# The open demandes of days `t`, and how many working days each has waited.
OPEN_ONES = """
    SELECT NULL::bigint, t.service_id, t.channel, t.nature, t.family, t.received_on, NULL::int,
        asof.count - start.count, t.open
    FROM {source}
    JOIN directory_service s ON s.id = t.service_id
    JOIN directory_workingday start
        ON start.calendar_id = s.calendar_id AND start.day = t.received_on
    JOIN directory_workingday asof
        ON asof.calendar_id = s.calendar_id AND asof.day = %(as_of)s
    WHERE t.open > 0 AND {condition}"""
# The last day from which more than `limit` working days have passed, in every calendar.
AGED = """
    SELECT CASE WHEN bool_and(aged.day IS NOT NULL) THEN min(aged.day) END
    FROM directory_workingcalendar c
    LEFT JOIN directory_workingday asof ON asof.calendar_id = c.id AND asof.day = %(as_of)s
    LEFT JOIN LATERAL (
        SELECT day FROM directory_workingday w
        WHERE w.calendar_id = c.id AND w.count < asof.count - %(limit)s
        ORDER BY w.count DESC, w.day DESC LIMIT 1
    ) aged ON true
    WHERE c.organisation_id = %(organisation)s"""
AGED_OPEN = "open > 0 AND month < %(aged_before)s"


@dataclass(frozen=True)
class Periods:
    """A span of days as whole months, which one target judges, and the days left over.

    `months` holds the first day of the first and of the last whole month, null when there is none;
    `broken` the first day of those a target cuts; `days` the spans to be read day by day.
    """

    first: date
    last: date
    months: tuple[date, date] | None
    broken: tuple[date, ...]
    days: tuple[tuple[date, date], ...]

    @classmethod
    def of(cls, first: date, last: date, cut: Iterable[date], *, by_day: bool) -> "Periods":
        """`cut` are the months that more than one target judges, by their first day."""
        begin = first if first.day == 1 else _next_month(first)
        end = last.replace(day=1) if _ends_month(last) else _month_before(last)
        if by_day or begin > end:
            return cls(first, last, None, (), ((first, last),))
        broken = tuple(sorted(month for month in cut if begin <= month <= end))
        spans = [(first, begin - ONE_DAY)] if first < begin else []
        spans += [(month, _next_month(month) - ONE_DAY) for month in broken]
        if not _ends_month(last):
            spans.append((_next_month(end), last))
        return cls(first, last, (begin, end), broken, tuple(spans))

    def open_days(self, aged_before: date) -> list[tuple[date, date]]:
        """The spans in which open demandes are judged by their day of receipt.

        `aged_before` is a first of month: the open ones of whole months before it are judged
        together.
        """
        if self.months is None or self.months[1] < aged_before:
            return list(self.days)
        cut = max(self.months[0], aged_before)
        return [*((one, end) for one, end in self.days if end < cut), (cut, self.last)]

    def params(self, aged_before: date) -> dict[str, Any]:
        first_month, last_month = self.months or (None, None)
        open_days = self.open_days(aged_before)
        return {
            "aged_before": aged_before,
            "open_firsts": [first for first, _last in open_days],
            "open_lasts": [last for _first, last in open_days],
            "first_month": first_month,
            "last_month": last_month,
            "broken": list(self.broken),
            "span_firsts": [first for first, _last in self.days],
            "span_lasts": [last for _first, last in self.days],
        }


def _ends_month(day: date) -> bool:
    return day == END or (day + ONE_DAY).day == 1


def _next_month(day: date) -> date:
    return (day.replace(day=1) + 31 * ONE_DAY).replace(day=1)


def _month_before(day: date) -> date:
    return (day.replace(day=1) - ONE_DAY).replace(day=1)


@dataclass(frozen=True)
class Selection:
    """Demandes of an organisation received in [first, last], judged on a measure.

    `services`, `channels`, `natures` and `families` null mean all; `limit` null means the targets
    in force on each day of receipt; `as_of` is the day whose evening the figures describe, `today`
    the present one. Days are inclusive.
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
    families: frozenset[int] | None = None
    limit: int | None = None

    def statement(self, by: Collection[str]) -> tuple[str, dict[str, Any]]:
        """A `WITH` that ends in `judged`, and its parameters.

        `judged` has the dimensions that `by` needs, `state`, `value` and `n`. A month tells states
        and delays apart: one of the two is then null.
        """
        if self.as_of < self.today or self._is_too_stale():
            return self.raw_statement()
        targets = self._targets()
        cut = {one.first.replace(day=1) for one in targets if one.first.day != 1}
        cut |= {one.last.replace(day=1) for one in targets if not _ends_month(one.last)}
        periods = Periods.of(self.first, self.last, cut, by_day="day" in by)
        facts = [self._days_of_spans(), self._open_days(), self._raw(STALE_DEMANDES)]
        judged, ctes = [self._judged_facts()], [STALE]
        if periods.months:
            ctes.append(self._month_cells(by))
            facts += [self._days_of_stale_months(), self._open_days_of_stale_months()]
            judged += [*self._month_states(), self._month_delays(by)]
        ctes += [f"facts AS ({_all(facts)})", f"judged AS ({_all(judged)})"]
        sql = f"WITH {', '.join(ctes)}"
        # Nothing is judged by month when no month is whole.
        aged_before = self._aged_before(targets) if periods.months else BEGINNING
        return sql, {**self._params(targets), **periods.params(aged_before)}

    def raw_statement(self) -> tuple[str, dict[str, Any]]:
        """The same from the raw rows alone, one row per demande with its id."""
        sql = f"WITH facts AS ({self._raw()}), judged AS ({self._judged_facts()})"
        return sql, self._params(self._targets())

    def _is_too_stale(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT count(*) > {MOST_STALE} FROM (
                    SELECT FROM engagements_staletally WHERE organisation_id = %s LIMIT %s
                ) marks""",
                [self.organisation_id, MOST_STALE + 1],
            )
            found: bool = cursor.fetchone()[0]
            return found

    # --- Targets -------------------------------------------------------------------------------

    def _targets(self) -> list[Segment]:
        if self._fixed_limit is not None:
            return []
        return segments(self.organisation_id, self.measure)

    @property
    def _fixed_limit(self) -> int | None:
        # An announced date is kept or not: its limit is the date itself.
        return 0 if self.measure == Measure.ANNOUNCED else self.limit

    @property
    def _max_days(self) -> str:
        return "%(limit)s::int" if self._fixed_limit is not None else "seg.max_days"

    def _target_of(self, alias: str, day: str) -> str:
        if self._fixed_limit is not None:
            return ""
        # One key and not three: the planner would join on the one it finds sorted, the nature, and
        # compare every month with a quarter of all targets.
        return f"""LEFT JOIN {SEGMENTS}
            ON {_judged_as(alias)} = {_judged_as("seg")}
           AND {alias}.{day} BETWEEN seg.first_day AND seg.last_day"""

    def _judged_facts(self) -> str:
        return f"""
            SELECT f.*, {self._max_days} AS max_days, CASE
                WHEN {self._max_days} IS NULL AND value IS NULL THEN '{State.PENDING}'
                WHEN {self._max_days} IS NULL THEN '{State.NO_TARGET}'
                WHEN value <= {self._max_days} THEN '{State.IN_TIME}'
                WHEN value IS NOT NULL THEN '{State.LATE}'
                WHEN elapsed > {self._max_days} THEN '{State.OVERDUE_OPEN}'
                ELSE '{State.PENDING}' END AS state
            FROM facts f {self._target_of("f", "received_on")}"""

    # --- Raw rows ------------------------------------------------------------------------------

    def _raw(self, source: str = "contacts_demande d") -> str:
        """One row per demande; `value` null while its clock runs on the evening of `as_of`."""
        clock = CLOCKS[self.measure]
        # An announced date ahead of the stop is kept: never a negative delay.
        floor = "GREATEST(0, {})" if self.measure == Measure.ANNOUNCED else "{}"
        same_family = f"AND {FAMILY} = stale.family" if source is STALE_DEMANDES else ""
        return f"""
            SELECT d.id, d.service_id, d.channel, d.nature, {FAMILY} AS family, d.received_on,
                CASE WHEN stop.count IS NOT NULL
                    THEN {floor.format("stop.count - start.count")} END AS value,
                asof.count - start.count AS elapsed, 1 AS n
            FROM {source}
            LEFT JOIN directory_motif motif ON motif.id = d.motif_id
            JOIN directory_service s ON s.id = d.service_id
            JOIN directory_workingday start
                ON start.calendar_id = s.calendar_id AND start.day = {clock.start}
            JOIN directory_workingday asof
                ON asof.calendar_id = s.calendar_id AND asof.day = %(as_of)s
            LEFT JOIN directory_workingday stop
                ON stop.calendar_id = s.calendar_id AND stop.day = {clock.stop}
               AND stop.day <= %(as_of)s
            WHERE {self._applies(clock)} AND d.received_on <= %(as_of)s
              AND {self._filter("d", FAMILY)} {same_family}"""

    def _applies(self, clock: Clock) -> str:
        """On a past evening, a date announced later was not yet promised to anyone."""
        if self.measure != Measure.ANNOUNCED or self.as_of >= self.today:
            return clock.applies
        return """EXISTS (
            SELECT FROM contacts_reply promise WHERE promise.demande_id = d.id
            AND promise.organisation_id = %(organisation)s
            AND promise.announced_on IS NOT NULL AND promise.on_day <= %(as_of)s
        )"""

    # --- Stored distributions ------------------------------------------------------------------

    def _days_of_spans(self) -> str:
        return SPREAD_OUT.format(source=DAYS_OF_SPANS.format("span"), condition=self._fresh_day())

    def _days_of_stale_months(self) -> str:
        return SPREAD_OUT.format(
            source=DAYS_OF_STALE_MONTHS, condition=self._fresh_day_of_stale_month()
        )

    def _fresh_day(self) -> str:
        return f"{self._filter('t')} AND t.measure = %(measure)s AND NOT {_stale('t')}"

    def _fresh_day_of_stale_month(self) -> str:
        return f"""{self._fresh_day()} AND {_whole("stale_months.month")}
            AND stale_months.month + day.no < (stale_months.month + interval '1 month')::date"""

    # Open demandes of fresh cells: each grows older every working day.

    def _open_days(self) -> str:
        if self.measure == Measure.ANNOUNCED:
            # A distribution does not know how far ahead an announced date is: the open ones are
            # few, and are read as they stand.
            return f"""{self._raw()} AND d.closed_on IS NULL AND d.merits_on IS NULL
                AND (d.service_id, d.channel, d.nature, {FAMILY}, d.received_on)
                    NOT IN (TABLE stale)"""
        return OPEN_ONES.format(source=DAYS_OF_SPANS.format("open"), condition=self._fresh_day())

    def _open_days_of_stale_months(self) -> str:
        """Those of months that would have been judged together, were no cell of them stale."""
        return OPEN_ONES.format(
            source=DAYS_OF_STALE_MONTHS,
            condition=f"""{self._fresh_day_of_stale_month()}
                AND stale_months.month < %(aged_before)s""",
        )

    def _aged_before(self, targets: list[Segment]) -> date:
        """The first month that is not wholly past every limit: what is open in those before it is
        overdue, or has no target.
        """
        if self.measure == Measure.ANNOUNCED:
            return BEGINNING
        limit = self._fixed_limit
        if limit is None:
            limit = max((one.limit for one in targets), default=0)
        with connection.cursor() as cursor:
            cursor.execute(
                AGED,
                {"organisation": self.organisation_id, "as_of": self.as_of, "limit": limit},
            )
            day: date = cursor.fetchone()[0] or BEGINNING
        return (day + ONE_DAY).replace(day=1)

    def _month_cells(self, by: Collection[str]) -> str:
        """In time and late, by one search in each sorted array."""
        limit = self._max_days
        return f"""month_cells AS MATERIALIZED (
            SELECT t.service_id, t.channel, t.nature, t.family, t.month, {limit} AS max_days,
                COALESCE(t.cumulative[cardinality(t.cumulative)], 0) AS total, t.open,
                COALESCE(t.cumulative[width_bucket({limit}::smallint, t.values)], 0) AS within
            FROM engagements_monthtally t {self._target_of("t", "month")}
            WHERE {self._months(by, judged=True)}
        )"""

    def _month_states(self) -> list[str]:
        told = {
            State.IN_TIME: ("within", "max_days IS NOT NULL AND within > 0"),
            State.LATE: ("total - within", "max_days IS NOT NULL AND total > within"),
            State.NO_TARGET: ("total", "max_days IS NULL AND total > 0"),
            State.OVERDUE_OPEN: ("open", f"max_days IS NOT NULL AND {AGED_OPEN}"),
            State.PENDING: ("open", f"max_days IS NULL AND {AGED_OPEN}"),
        }
        return [
            f"""SELECT NULL, service_id, channel, nature, family, month, NULL, NULL, {n},
                max_days, '{state}'
            FROM month_cells WHERE {condition}"""
            for state, (n, condition) in told.items()
        ]

    def _month_delays(self, by: Collection[str]) -> str:
        return f"""
            SELECT NULL, t.service_id, t.channel, t.nature, t.family, t.month, v.value::int, NULL,
                v.upto - v.before, NULL, NULL
            FROM engagements_monthtally t {SPREAD}
            WHERE v.value IS NOT NULL AND {self._months(by, judged=False)}"""

    def _months(self, by: Collection[str], *, judged: bool) -> str:
        """Fresh whole months at the coarsest level that still tells what is asked."""
        by_family = self.families is not None or "family" in by
        by_nature = self.natures is not None or "nature" in by
        by_target = judged and self._fixed_limit is None
        if by_family:
            level = f"t.nature = ANY (%(natures)s) AND t.family <> {ALL_FAMILIES}"
        elif by_nature or by_target:
            level = f"t.nature = ANY (%(natures)s) AND t.family = {ALL_FAMILIES}"
        else:
            level = f"t.nature = '{ALL_NATURES}' AND t.family = {ALL_FAMILIES}"
        return f"""t.measure = %(measure)s AND {level} AND {_whole("t.month")}
            AND {self._dimensions("t", "t.family")}
            AND (t.service_id, t.channel, t.month) NOT IN (TABLE stale_months)"""

    # --- Filters -------------------------------------------------------------------------------

    def _filter(self, alias: str, family: str = "t.family") -> str:
        natures = f" AND {alias}.nature = ANY (%(natures)s)" if self.natures is not None else ""
        return f"""{self._dimensions(alias, family)}{natures}
            AND {alias}.received_on BETWEEN %(first)s AND %(last)s"""

    def _dimensions(self, alias: str, family: str) -> str:
        conditions = [f"{alias}.organisation_id = %(organisation)s"]
        if self.services is not None:
            conditions.append(f"{alias}.service_id = ANY (%(services)s)")
        if self.channels is not None:
            conditions.append(f"{alias}.channel = ANY (%(channels)s)")
        if self.families is not None:
            conditions.append(f"{family} = ANY (%(families)s)")
        return " AND ".join(conditions)

    def _params(self, targets: list[Segment]) -> dict[str, Any]:
        return {
            "organisation": self.organisation_id,
            "measure": self.measure.value,
            "first": self.first,
            "last": self.last,
            "as_of": self.as_of,
            "limit": self._fixed_limit,
            "services": sorted(self.services or ()),
            "channels": sorted(self.channels or ()),
            "natures": sorted(Nature.values if self.natures is None else self.natures),
            "families": sorted(self.families or ()),
            **segment_arrays(targets),
        }


def _judged_as(alias: str) -> str:
    return f"{alias}.service_id || '/' || {alias}.channel || '/' || {alias}.nature"


def _all(parts: Iterable[str]) -> str:
    return " UNION ALL ".join(parts)


def _stale(alias: str) -> str:
    # IN, hashed whatever the planner thinks of a table whose statistics it has not seen yet.
    cell = ", ".join(f"{alias}.{column}" for column in DAY_CELL.split(", "))
    return f"({cell}) IN (TABLE stale)"


def _whole(month: str) -> str:
    return f"""{month} BETWEEN %(first_month)s AND %(last_month)s
        AND {month} <> ALL (%(broken)s::date[])"""
