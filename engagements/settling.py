"""Making the stored distributions of one month equal to its rows, writing only what differs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from engagements.distributions import (
    ALL_DAYS,
    ALL_DEMANDES,
    ALL_MONTHS,
    COLUMNS,
    MONTHS,
    ROLL_UPS,
    Month,
    days_from,
)
from engagements.models import Incident, IncidentKind
from engagements.models.tally import ALL_FAMILIES

# An incident names this many of its cells, and counts them all.
NAMED = 100


@dataclass(frozen=True)
class Stored:
    """Rows of a month in a table of distributions, and the marks that excuse one of them."""

    table: str
    day: str
    rows: str
    excused_by: str

    @property
    def key(self) -> tuple[str, ...]:
        return ("service_id", "channel", "nature", "family", self.day, "measure")

    @property
    def content(self) -> tuple[str, ...]:
        return ("values", "cumulative", "open")

    @property
    def columns(self) -> str:
        return f"{COLUMNS}, {self.day}"

    @property
    def mine(self) -> str:
        return f"organisation_id = %(organisation)s AND {self.rows}"


DAY = Stored(
    table="engagements_daytally",
    day="received_on",
    rows="received_on BETWEEN %(month)s AND %(month_end)s",
    excused_by="service_id, channel, nature, family, received_on",
)
MONTH = Stored(
    table="engagements_monthtally",
    day="month",
    rows=f"month = %(month)s AND family <> {ALL_FAMILIES}",
    excused_by="service_id, channel",
)
ROLL_UP = Stored(
    table="engagements_monthtally",
    day="month",
    rows=f"month = %(month)s AND family = {ALL_FAMILIES}",
    excused_by="service_id, channel",
)
# Each step reads what the one before has settled.
STEPS = (
    (DAY, days_from(ALL_DEMANDES)),
    (MONTH, MONTHS.format(source=ALL_DAYS)),
    (ROLL_UP, ROLL_UPS.format(source=ALL_MONTHS)),
)


@dataclass(frozen=True)
class Difference:
    """A stored distribution that is not what the rows say; null where there is no row at all."""

    table: str
    service_id: int
    channel: str
    nature: str
    family: int
    on: date
    measure: str
    stored: list[Any] | None
    wanted: list[Any] | None


@dataclass
class Settled:
    """How many distributions of a month were wrong though unmarked; the first of them named."""

    count: int = 0
    named: list[Difference] = field(default_factory=list)


# --- One month ----------------------------------------------------------------------------------
def settle_month(month: Month, *, repair: bool = True) -> Settled:
    """Make the stored month equal to its rows, in the caller's transaction; the month is held.

    Returns what differed though no mark said so. Without `repair` nothing is written.
    """
    found = Settled()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off")
        # The marks seen before the rows are counted: one that comes later stays.
        cursor.execute(
            """DROP TABLE IF EXISTS known;
            CREATE TEMPORARY TABLE known ON COMMIT DROP AS
            SELECT id FROM engagements_staletally WHERE organisation_id = %(organisation)s
            AND received_on BETWEEN %(month)s AND %(month_end)s""",
            month.params,
        )
        for stored, wanted in STEPS:
            _settle(cursor, month, stored, wanted, found, repair=repair)
        if repair:
            cursor.execute("DELETE FROM engagements_staletally s USING known WHERE s.id = known.id")
    return found


def _settle(
    cursor: Any, month: Month, stored: Stored, wanted: str, found: Settled, *, repair: bool
) -> None:
    key, columns = ", ".join(stored.key), stored.columns
    cursor.execute(
        f"""DROP TABLE IF EXISTS wanted, differing;
        CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS {wanted};
        CREATE TEMPORARY TABLE differing ON COMMIT DROP AS
        SELECT {key} FROM (SELECT {columns} FROM {stored.table} WHERE {stored.mine}) s
        FULL JOIN wanted w USING ({key})
        WHERE ({_of("s", stored.content)}) IS DISTINCT FROM ({_of("w", stored.content)})""",
        month.params,
    )
    _tell(cursor, month, stored, found)
    if repair:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM {stored.table} WHERE {stored.mine})", month.params
        )
        if cursor.fetchone()[0]:
            cursor.execute(
                f"""DELETE FROM {stored.table} t USING differing d
                WHERE t.organisation_id = %(organisation)s AND ({_of("t", stored.key)})
                    = ({_of("d", stored.key)})""",
                month.params,
            )
        cursor.execute(
            f"""INSERT INTO {stored.table} ({columns})
            SELECT {columns} FROM wanted JOIN differing USING ({key})""",
            month.params,
        )


def _of(alias: str, columns: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


def _tell(cursor: Any, month: Month, stored: Stored, found: Settled) -> None:
    """Add the differences that no mark excuses; a mark committed since the count does too."""
    key, named = ", ".join(stored.key), _of("d", stored.key)
    cursor.execute(
        f"""WITH unexcused AS MATERIALIZED (
            -- NOT IN, hashed whatever the planner thinks of a table made a moment ago.
            SELECT * FROM differing WHERE ({stored.excused_by}) NOT IN (
                SELECT {stored.excused_by} FROM engagements_staletally
                WHERE organisation_id = %(organisation)s
                  AND received_on BETWEEN %(month)s AND %(month_end)s
            )
        )
        SELECT (SELECT count(*) FROM unexcused), {named},
            CASE WHEN t.measure IS NOT NULL THEN jsonb_build_array({_of("t", stored.content)}) END,
            CASE WHEN w.measure IS NOT NULL THEN jsonb_build_array({_of("w", stored.content)}) END
        FROM (SELECT * FROM unexcused ORDER BY {key} LIMIT {NAMED}) d
        LEFT JOIN (SELECT * FROM {stored.table} WHERE {stored.mine}) t USING ({key})
        LEFT JOIN wanted w USING ({key})
        ORDER BY {key}""",
        month.params,
    )
    rows = cursor.fetchall()
    if rows:
        found.count += rows[0][0]
        found.named += [
            Difference(stored.table, *where, *(text and json.loads(text) for text in contents))
            for _count, *where, contents in ((*row[:-2], row[-2:]) for row in rows)
        ][: NAMED - len(found.named)]


def report(month: Month, found: Settled) -> None:
    """Write an incident when something was wrong that no mark had said; it is mended already."""
    if found.count:
        Incident.objects.create(
            organisation_id=month.organisation_id,
            kind=IncidentKind.DIFFERENCE,
            repaired_at=Now(),
            cells=found.count,
            details={"month": month.first, "named": [vars(one) for one in found.named]},
        )
