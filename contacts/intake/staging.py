"""Rows on their way in: two temporary tables, filled by COPY, where duplicates are found by SQL.

Everything that must be known of the whole file lives there and not in memory.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import fields
from io import StringIO
from operator import attrgetter
from typing import Any

from django.db import connection

from contacts.copying import Copy, Sender
from contacts.intake.errors import Problem
from contacts.intake.rows import Row

COLUMNS = [one.name for one in fields(Row)]
values_of = attrgetter(*COLUMNS)
REFUSAL = ("line", '"column"', "value", "reason")
TEXTS = ("reference", "channel", "nature", "subject", "close_reason")
FREE_TEXTS = ("full_name", "email", "phone", "text", "answer")

CREATE = """
    DROP TABLE IF EXISTS intake_row, intake_reference, intake_refusal;
    CREATE TEMPORARY TABLE intake_row (
        line int PRIMARY KEY, reference text, service_id bigint, channel text, nature text,
        motif_id bigint, subject text, letter_on date, received_at timestamptz, received_on date,
        announced_at timestamptz, announced_on date, held_at timestamptz, held_on date,
        held_announced_at timestamptz, held_announced_on date, merits_at timestamptz,
        merits_on date, closed_at timestamptz, closed_on date, close_reason text, full_name text,
        email text, phone text, text text, answer text,
        demande_id bigint DEFAULT nextval(pg_get_serial_sequence('contacts_demande', 'id')),
        usager_id bigint, is_new boolean NOT NULL DEFAULT true
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE intake_reference (line int, reference text) ON COMMIT DROP;
    CREATE TEMPORARY TABLE intake_refusal (
        line int PRIMARY KEY, "column" text, value text, reason text
    ) ON COMMIT DROP;
"""
FORGET = "DROP TABLE IF EXISTS intake_row, intake_reference, intake_refusal"

# A second row of the same reference is refused even when the first was: once the first is
# mended, two rows would claim the same demande.
REFUSE_DUPLICATES = """
    WITH seen AS (
        SELECT line, reference, min(line) OVER (PARTITION BY reference) AS first_line
        FROM intake_reference
    ), refused AS (
        DELETE FROM intake_row r USING seen
        WHERE r.line = seen.line AND seen.line > seen.first_line
        RETURNING r.line, r.reference, seen.first_line
    )
    INSERT INTO intake_refusal
    SELECT line, %(column)s, reference, format('Référence déjà lue à la ligne %%s.', first_line)
    FROM refused
"""
# What a row says, beside what is stored. Persons and texts are left out: an erased usager must not
# make a row look new.
SAID = (
    ("service", "r.service_id", "d.service_id"),
    ("channel", "r.channel", "d.channel"),
    ("nature", "r.nature", "d.nature"),
    ("motif", "r.motif_id", "d.motif_id"),
    ("subject", "r.subject", "d.subject"),
    ("letter", "r.letter_on", "d.letter_on"),
    ("received", "r.received_at", "d.received_at"),
    ("held", "LEAST(r.held_at, r.merits_at)", "d.first_reply_at"),
    ("replied", "r.merits_at", "d.merits_at"),
    ("announced", "{announced_on}", "d.announced_on"),
    ("closed", "r.closed_at", "d.closed_at"),
)
# The same rule as the trigger that follows replies: a date that passed before it was replaced
# stays.
FIRST_STANDS = "r.announced_on IS NOT NULL AND (r.held_on IS NULL OR r.held_on > r.announced_on)"
ANNOUNCED_ON = f"CASE WHEN {FIRST_STANDS} THEN r.announced_on ELSE r.held_announced_on END"
ANNOUNCED_AT = f"CASE WHEN {FIRST_STANDS} THEN r.announced_at ELSE r.held_announced_at END"


def _difference() -> str:
    """The first field on which a stored demande says something else; null when it says the same."""
    whens = " ".join(
        f"WHEN {ours.format(announced_on=ANNOUNCED_ON)} IS DISTINCT FROM {stored} THEN %({name})s"
        for name, ours, stored in SAID
    )
    return f"CASE {whens} END"


MATCH_PRESENT = f"""
    WITH present AS (
        SELECT r.line, r.reference, {_difference()} AS difference
        FROM intake_row r JOIN contacts_demande d
            ON d.organisation_id = %(organisation)s AND d.reference = r.reference AND d.round = 1
    ), matched AS (
        UPDATE intake_row r SET is_new = false FROM present WHERE r.line = present.line
    )
    INSERT INTO intake_refusal
    SELECT line, %(column)s, reference, format(
        'Référence déjà présente, avec un autre contenu (« %%s »).', difference
    )
    FROM present WHERE difference IS NOT NULL
"""  # noqa: S608


def create() -> None:
    with connection.cursor() as cursor:
        cursor.execute(CREATE)


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET)


class Stager(Sender):
    """Sends the rows of a file, those they refer to, and its refusals."""

    def send(
        self,
        rows: Sequence[Row],
        references: Sequence[tuple[int, str]],
        refusals: Sequence[tuple[Any, ...]],
    ) -> None:
        copies = [
            _copy("intake_row", COLUMNS, map(values_of, rows), (*TEXTS, *FREE_TEXTS)),
            _copy("intake_reference", ("line", "reference"), references, ("reference",)),
            _copy("intake_refusal", REFUSAL, refusals, ('"column"', "value")),
        ]
        self.copy(copies)


def _copy(
    table: str, columns: Iterable[str], rows: Iterable[Sequence[Any]], never_null: Iterable[str]
) -> Copy:
    """A COPY and what it reads."""
    buffer = StringIO()
    csv.writer(buffer).writerows(rows)
    buffer.seek(0)
    statement = (
        f"COPY {table} ({', '.join(columns)}) FROM STDIN "
        f"WITH (FORMAT csv, FORCE_NOT_NULL ({', '.join(never_null)}))"
    )
    return statement, buffer


def refusal_of(line: int, problems: Sequence[Problem]) -> tuple[int, str, str, str]:
    """One line of the report: the first problem, the others named after it."""
    first, *others = problems
    reason = " ".join((first.reason, *(f"{one.column} : {one.reason}" for one in others)))
    return line, first.column, first.value[:500].replace("\0", ""), reason


def settle(organisation_id: int, labels: dict[str, str]) -> None:
    """Refuse what is told twice or otherwise than it is stored; set apart what is there already."""
    with connection.cursor() as cursor:
        for table in ("intake_row", "intake_reference"):
            cursor.execute(f"ANALYZE {table}")
        cursor.execute(REFUSE_DUPLICATES, {"column": labels["reference"]})
        cursor.execute(
            MATCH_PRESENT,
            {**labels, "column": labels["reference"], "organisation": organisation_id},
        )


def count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def counts() -> tuple[int, int, int]:
    """Rows that go in, are there already, are refused."""
    refused = count("SELECT count(*) FROM intake_refusal")
    found = count("SELECT count(*) FROM intake_row WHERE NOT is_new")
    differing = count("SELECT count(*) FROM intake_row JOIN intake_refusal USING (line)")
    return count("SELECT count(*) FROM intake_row WHERE is_new"), found - differing, refused


def first_refusals(how_many: int) -> list[tuple[int, str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT line, "column", value, reason FROM intake_refusal ORDER BY line LIMIT %s',
            [how_many],
        )
        return list(cursor.fetchall())
