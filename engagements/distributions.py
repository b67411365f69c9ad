"""The statements that turn demandes into stored distributions, for one organisation and month.

Three steps, each reading the one before: days from the raw rows, months from the days, and the
months' roll-ups over families and natures. A recount runs them for the cells it was told of, a
rebuild for the whole month: the same statements, so both come out the same to the unit.

While it is counted, a cell and a measure travel as one integer: grouping and sorting millions of
rows by five columns, two of them text, costs twice as much.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db import connection

from contacts.enums import Channel, Measure, Nature
from engagements.models.tally import ALL_FAMILIES, ALL_NATURES, NO_FAMILY

# service, channel, nature, family, day of receipt.
CellKey = tuple[int, str, str, int, date]
DAY_CELL = "service_id, channel, nature, family, received_on"

MEASURES = [Measure.FIRST_REPLY.value, Measure.MERITS.value, Measure.ANNOUNCED.value]
# Bits of the travelling integer, from the lowest: measure 2, service 20, family 20, nature 3,
# channel 3, day of the month 5. Services and families are numbered within their organisation.
SERVICE_BIT, FAMILY_BIT, NATURE_BIT, CHANNEL_BIT, DAY_BIT = 2, 22, 42, 45, 48
TWENTY, THREE, TWO = (1 << 20) - 1, 7, 3
EVERY_FAMILY = TWENTY

NUMBERS = f"""
    service_no AS MATERIALIZED (
        SELECT id, calendar_id, row_number() OVER (ORDER BY id) AS no
        FROM directory_service WHERE organisation_id = %(organisation)s
    ), family_no AS MATERIALIZED (
        SELECT id, row_number() OVER (ORDER BY id) AS no
        FROM directory_motif WHERE organisation_id = %(organisation)s
        UNION ALL SELECT {NO_FAMILY}, 0
    )"""


def _key(row: str, *, day: str, measure: str) -> str:
    """The integer of a row that has a channel and a nature, `service_no` and `family_no` joined."""
    # Each shift in its brackets: to PostgreSQL, << and | bind alike.
    channel = f"array_position(%(channels)s::text[], {row}.channel::text)::bigint"
    nature = f"array_position(%(natures)s::text[], {row}.nature::text)::bigint"
    return f"""(
        ({day} << {DAY_BIT}) | ({channel} << {CHANNEL_BIT}) | ({nature} << {NATURE_BIT})
        | (family_no.no << {FAMILY_BIT}) | (service_no.no << {SERVICE_BIT}) | {measure})"""


# Of a stored distribution `t`, whatever its day.
KEY_OF_T = _key(
    "t", day="0::bigint", measure="(array_position(%(measures)s::text[], t.measure::text) - 1)"
)

# From `counted` (key, value, n) to one row per key: its distribution, and its open demandes.
PACKED = """
    running AS (
        SELECT key, value, n, sum(n) OVER (PARTITION BY key ORDER BY value) AS upto FROM counted
    ), packed AS (
        SELECT key,
            COALESCE(
                array_agg(value::smallint ORDER BY value) FILTER (WHERE value IS NOT NULL),
                ARRAY[]::smallint[]
            ) AS values,
            COALESCE(
                array_agg(upto::int ORDER BY value) FILTER (WHERE value IS NOT NULL),
                ARRAY[]::int[]
            ) AS cumulative,
            COALESCE(sum(n) FILTER (WHERE value IS NULL), 0)::int AS open
        FROM running GROUP BY key
    )"""
# The columns of a key, read back from small arrays: never a join, which a planner that thinks there
# is one service would do by counting everything again for each.
UNPACKED = f"""
    SELECT %(organisation)s::bigint AS organisation_id,
        (SELECT array_agg(id ORDER BY no) FROM service_no)[(key >> {SERVICE_BIT}) & {TWENTY}]
            AS service_id,
        (%(channels)s::text[])[(key >> {CHANNEL_BIT}) & {THREE}] AS channel,
        COALESCE((%(natures)s::text[])[(key >> {NATURE_BIT}) & {THREE}], '{ALL_NATURES}') AS nature,
        CASE (key >> {FAMILY_BIT}) & {TWENTY} WHEN 0 THEN {NO_FAMILY}
            WHEN {EVERY_FAMILY} THEN {ALL_FAMILIES} ELSE (
                SELECT array_agg(id ORDER BY no) FROM family_no WHERE no > 0
            )[(key >> {FAMILY_BIT}) & {TWENTY}] END AS family,
        (%(measures)s::text[])[(key & {TWO}) + 1] AS measure,
        values, cumulative, open, {{extra}}
    FROM packed"""
COLUMNS = "organisation_id, service_id, channel, nature, family, measure, values, cumulative, open"

# Every measure of every demande in `{source}`, whose alias is `d`. A delay is one subtraction of
# two running counts; an announced date that was kept, or beaten, is a delay of 0.
DAYS = f"""
    WITH {NUMBERS}, facts AS (
        SELECT {_key("d", day="(d.received_on - %(month)s::date)::bigint", measure="0")} AS key,
            first_stop.count - received.count AS first_reply,
            merits_stop.count - received.count AS merits,
            merits_stop.count - LEAST(announced.count, merits_stop.count) AS announced,
            d.announced_on IS NOT NULL AS has_announced
        FROM {{source}}
        LEFT JOIN directory_motif motif ON motif.id = d.motif_id
        JOIN family_no
            ON family_no.id = COALESCE(motif.parent_id, motif.id, {NO_FAMILY}) {{families}}
        JOIN service_no ON service_no.id = d.service_id
        JOIN directory_workingday received
            ON received.calendar_id = service_no.calendar_id AND received.day = d.received_on
        LEFT JOIN directory_workingday first_stop
            ON first_stop.calendar_id = service_no.calendar_id
           AND first_stop.day = LEAST(d.first_reply_on, d.closed_on)
        LEFT JOIN directory_workingday merits_stop
            ON merits_stop.calendar_id = service_no.calendar_id
           AND merits_stop.day = LEAST(d.merits_on, d.closed_on)
        LEFT JOIN directory_workingday announced
            ON announced.calendar_id = service_no.calendar_id AND announced.day = d.announced_on
        WHERE d.organisation_id = %(organisation)s
          AND d.received_on BETWEEN %(month)s AND %(month_end)s
    ), counted AS (
        SELECT key | m.measure AS key, m.value, count(*)::int AS n
        FROM facts CROSS JOIN LATERAL (VALUES
            (0, first_reply, true), (1, merits, true), (2, announced, has_announced)
        ) AS m(measure, value, applies)
        WHERE m.applies GROUP BY 1, 2
    ), {PACKED}
    {UNPACKED.format(extra=f"%(month)s::date + (key >> {DAY_BIT})::int AS received_on")}
"""
# One row per value of a stored distribution `t`: `upto - before` demandes took exactly `value`.
# A last row, without a value, stands for the open ones: `N` counts both kinds.
SPREAD = """CROSS JOIN LATERAL unnest(t.values, t.cumulative, array_prepend(0, t.cumulative))
    AS v(value, upto, before)"""
N = "COALESCE(v.upto - v.before, t.open)"

MONTHS = f"""
    WITH {NUMBERS}, counted AS (
        SELECT {KEY_OF_T} AS key, v.value, sum({N})::int AS n
        FROM {{source}}
        JOIN service_no ON service_no.id = t.service_id
        JOIN family_no ON family_no.id = t.family
        {SPREAD} GROUP BY 1, 2
    ), {PACKED}
    {UNPACKED.format(extra="%(month)s::date AS month")}
"""
ROLL_UPS = f"""
    WITH {NUMBERS}, by_nature AS (
        SELECT {KEY_OF_T} | ({EVERY_FAMILY}::bigint << {FAMILY_BIT}) AS key,
            v.value, sum({N})::int AS n
        FROM {{source}}
        JOIN service_no ON service_no.id = t.service_id
        JOIN family_no ON family_no.id = t.family
        {SPREAD} GROUP BY 1, 2
    ), counted AS (
        SELECT key, value, n FROM by_nature
        UNION ALL
        SELECT key & ~({THREE}::bigint << {NATURE_BIT}), value, sum(n)::int
        FROM by_nature GROUP BY 1, 2
    ), {PACKED}
    {UNPACKED.format(extra="%(month)s::date AS month")}
"""

# --- Where each step reads: the whole month, or the cells that were named -----------------------
CELLS = """unnest(
    %(services)s::bigint[], %(cell_channels)s::text[], %(cell_natures)s::text[],
    %(families)s::bigint[], %(days)s::date[]
) AS cell(service_id, channel, nature, family, received_on)"""

ALL_DEMANDES = "contacts_demande d"
DEMANDES_OF_CELLS = f"""{CELLS} JOIN contacts_demande d
    ON d.organisation_id = %(organisation)s AND d.service_id = cell.service_id
   AND d.channel = cell.channel AND d.nature = cell.nature
   AND d.received_on = cell.received_on"""

ALL_DAYS = """(
    SELECT * FROM engagements_daytally
    WHERE organisation_id = %(organisation)s AND measure = ANY (%(measures)s)
      AND received_on BETWEEN %(month)s AND %(month_end)s
) t"""
# Each day is asked for by name: what it costs does not grow with the table.
DAYS_OF_CELLS = f"""(SELECT DISTINCT service_id, channel, nature, family FROM {CELLS}) touched
    CROSS JOIN generate_series(0, %(month_end)s::date - %(month)s::date) AS day(no)
    CROSS JOIN unnest(%(measures)s::text[]) AS one(measure)
    JOIN engagements_daytally t
        ON t.organisation_id = %(organisation)s AND t.measure = one.measure
       AND t.received_on = %(month)s::date + day.no AND t.service_id = touched.service_id
       AND t.channel = touched.channel AND t.nature = touched.nature
       AND t.family = touched.family"""

ALL_MONTHS = f"""(
    SELECT * FROM engagements_monthtally
    WHERE organisation_id = %(organisation)s AND measure = ANY (%(measures)s)
      AND nature = ANY (%(natures)s) AND month = %(month)s AND family <> {ALL_FAMILIES}
) t"""
MONTHS_OF_CELLS = f"""(SELECT DISTINCT service_id, channel FROM {CELLS}) touched
    CROSS JOIN unnest(%(natures)s::text[]) AS each(nature)
    CROSS JOIN unnest(%(measures)s::text[]) AS one(measure)
    JOIN engagements_monthtally t
        ON t.organisation_id = %(organisation)s AND t.measure = one.measure
       AND t.nature = each.nature AND t.month = %(month)s
       AND t.service_id = touched.service_id AND t.channel = touched.channel
       AND t.family <> {ALL_FAMILIES}"""

FORGET_DAYS = f"""
    DELETE FROM engagements_daytally t USING {CELLS}
    WHERE t.organisation_id = %(organisation)s AND t.measure = ANY (%(measures)s)
      AND t.received_on = cell.received_on AND t.service_id = cell.service_id
      AND t.channel = cell.channel AND t.nature = cell.nature AND t.family = cell.family"""
FORGET_MONTHS = f"""
    DELETE FROM engagements_monthtally t USING {CELLS}
    WHERE t.organisation_id = %(organisation)s AND t.measure = ANY (%(measures)s)
      AND t.nature = ANY (%(natures)s::text[] || '{ALL_NATURES}'::text)
      AND t.month = %(month)s AND t.service_id = cell.service_id AND t.channel = cell.channel
      AND (t.family = {ALL_FAMILIES} OR (t.nature = cell.nature AND t.family = cell.family))"""


@dataclass(frozen=True)
class Month:
    """The demandes of an organisation received in the calendar month that begins on `first`."""

    organisation_id: int
    first: date

    @property
    def last(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @cached_property
    def params(self) -> dict[str, Any]:
        return {
            "organisation": self.organisation_id,
            "month": self.first,
            "month_end": self.last,
            "channels": Channel.values,
            "natures": Nature.values,
            "measures": MEASURES,
        }

    def recount(self, cells: Iterable[CellKey]) -> None:
        """Count these cells again from the raw rows, then the months that they belong to."""
        named = sorted(set(cells))
        if not named:
            return
        services, channels, natures, families, days = map(list, zip(*named, strict=True))
        params = {
            **self.params,
            "services": services,
            "cell_channels": channels,
            "cell_natures": natures,
            "families": families,
            "days": days,
        }
        with connection.cursor() as cursor:
            for statement in RECOUNT:
                cursor.execute(statement, params)


def days_from(source: str, *, families: str = "") -> str:
    return DAYS.format(source=source, families=families)


RECOUNT = (
    FORGET_DAYS,
    f"INSERT INTO engagements_daytally ({COLUMNS}, received_on)"
    + days_from(DEMANDES_OF_CELLS, families="AND family_no.id = cell.family"),
    FORGET_MONTHS,
    f"INSERT INTO engagements_monthtally ({COLUMNS}, month)" + MONTHS.format(source=DAYS_OF_CELLS),
    f"INSERT INTO engagements_monthtally ({COLUMNS}, month)"
    + ROLL_UPS.format(source=MONTHS_OF_CELLS),
)
