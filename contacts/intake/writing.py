"""Staged rows become usagers, demandes, contacts and replies, in a few statements.

The columns of a demande that follow its replies are written with it, so that the trigger which
watches over them finds nothing to change.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from contacts.enums import Measure
from contacts.intake.staging import ANNOUNCED_AT, ANNOUNCED_ON
from contacts.targets import SEGMENTS, segment_arrays, segments

# Fewer and larger statements mark fewer cells twice; what they hold spills to disk.
CHUNK = 100_000

# --- usagers: the rule of `contacts.actions.find_or_make_usager`, for all rows at once ---------
MATCH = """
    UPDATE intake_row r SET usager_id = u.id
    -- Who was merged is found by the address they had, and answers as who they are now.
    FROM (SELECT DISTINCT ON ({key}) {key} AS key, COALESCE(u.merged_into_id, u.id) AS id
          FROM contacts_usager u
          WHERE u.organisation_id = %(organisation)s AND u.{column} <> '' ORDER BY {key}, u.id) u
    WHERE r.is_new AND r.usager_id IS NULL AND r.{column} <> '' AND {row_key} = u.key
"""
MAKE = """
    WITH made AS (
        INSERT INTO contacts_usager
            (public_id, organisation_id, full_name, email, phone, created_at)
        SELECT DISTINCT ON ({row_key})
            gen_random_uuid(), %(organisation)s, r.full_name, r.email, r.phone, %(now)s
        FROM intake_row r WHERE r.is_new AND r.usager_id IS NULL AND r.{column} <> ''
        ORDER BY {row_key}, r.line
        RETURNING id, {made_key} AS key
    )
    UPDATE intake_row r SET usager_id = made.id FROM made
    WHERE r.is_new AND r.usager_id IS NULL AND r.{column} <> '' AND {row_key} = made.key
"""
EMAIL = {"column": "email", "key": "lower(u.email)", "row_key": "lower(r.email)"}
PHONE = {"column": "phone", "key": "u.phone", "row_key": "r.phone"}
NUMBER_THE_NAMED = """
    UPDATE intake_row SET usager_id = nextval(pg_get_serial_sequence('contacts_usager', 'id'))
    WHERE is_new AND usager_id IS NULL AND full_name <> ''
"""
MAKE_THE_NAMED = """
    INSERT INTO contacts_usager
        (id, public_id, organisation_id, full_name, email, phone, created_at)
    SELECT usager_id, gen_random_uuid(), %(organisation)s, full_name, '', '', %(now)s
    FROM intake_row WHERE is_new AND full_name <> '' AND email = '' AND phone = ''
"""
USAGERS = (
    MATCH.format(**EMAIL),
    MATCH.format(**PHONE),
    MAKE.format(made_key="lower(email)", **EMAIL),
    MATCH.format(**PHONE),
    MAKE.format(made_key="phone", **PHONE),
    NUMBER_THE_NAMED,
    MAKE_THE_NAMED,
)

# --- demandes, contacts, replies ---------------------------------------------------------------
THESE = "r.is_new AND r.line > %(after)s AND r.line <= %(until)s"
DEMANDES = f"""
    INSERT INTO contacts_demande (
        id, public_id, organisation_id, reference, round, service_id, channel, nature, motif_id,
        usager_id, subject, letter_on, received_at, received_on, registered_at,
        first_reply_at, first_reply_on, merits_at, merits_on, announced_at, announced_on,
        closed_at, closed_on, close_reason, first_reply_limit, first_reply_due_on, import_batch_id
    )
    SELECT r.demande_id, gen_random_uuid(), %(organisation)s, r.reference, 1, r.service_id,
        r.channel, r.nature, r.motif_id, r.usager_id, r.subject, r.letter_on, r.received_at,
        r.received_on, %(now)s, LEAST(r.held_at, r.merits_at), LEAST(r.held_on, r.merits_on),
        r.merits_at, r.merits_on, {ANNOUNCED_AT}, {ANNOUNCED_ON},
        r.closed_at, r.closed_on, r.close_reason, seg.max_days, due.day, %(batch)s
    FROM intake_row r
    JOIN directory_service s ON s.id = r.service_id
    LEFT JOIN {SEGMENTS} ON seg.service_id = r.service_id AND seg.channel = r.channel
        AND seg.nature = r.nature AND r.received_on BETWEEN seg.first_day AND seg.last_day
    LEFT JOIN directory_workingday received
        ON received.calendar_id = s.calendar_id AND received.day = r.received_on
    LEFT JOIN directory_workingday due ON due.calendar_id = s.calendar_id AND due.is_working
        AND due.count = received.count + seg.max_days
    WHERE {THESE}
    -- As in the file, most often the order of receipt: neighbours in time stay neighbours on disk.
    ORDER BY r.line
"""  # noqa: S608
CONTACTS = f"""
    INSERT INTO contacts_contact (organisation_id, demande_id, channel, direction, at, text)
    SELECT %(organisation)s, r.demande_id, r.channel, 'inbound', r.received_at, r.text
    FROM intake_row r WHERE {THESE}
"""  # noqa: S608
REPLIES = f"""
    INSERT INTO contacts_reply (
        public_id, organisation_id, demande_id, kind, channel, at, on_day, announced_at,
        announced_on, requests_items, forwarded_to, text, recorded_at
    )
    SELECT gen_random_uuid(), %(organisation)s, r.demande_id, a.kind, r.channel, a.at, a.on_day,
        a.announced_at, a.announced_on, false, '', a.text, %(now)s
    FROM intake_row r CROSS JOIN LATERAL (VALUES
        (1, 'acknowledgement', CASE WHEN r.announced_on IS NOT NULL THEN r.received_at END,
            r.received_on, r.announced_at, r.announced_on, ''),
        (2, 'holding', r.held_at, r.held_on, r.held_announced_at, r.held_announced_on, ''),
        (3, 'merits', r.merits_at, r.merits_on, NULL, NULL, r.answer)
    ) AS a(rank, kind, at, on_day, announced_at, announced_on, text)
    WHERE {THESE} AND a.at IS NOT NULL
    ORDER BY r.line, a.rank
"""  # noqa: S608
# Foreign keys are checked chunk by chunk: a queue for the whole file would grow with it. Each check
# looks one key up, often in a small table that the planner would rather read whole, a hundred
# thousand times over; how the few large statements are planned matters less.
SETTINGS = """
    SET CONSTRAINTS ALL IMMEDIATE;
    SET LOCAL jit = off;
    SET LOCAL enable_seqscan = off;
    SET LOCAL work_mem = '32MB'
"""
NEXT_CHUNK = """
    SELECT max(line) FROM (
        SELECT line FROM intake_row WHERE is_new AND line > %(after)s ORDER BY line LIMIT %(size)s
    ) chunk
"""


@dataclass(frozen=True)
class Written:
    """Rows that went in: demandes, and with them their contacts and replies."""

    demandes: int
    rows: int


def write(
    organisation_id: int,
    batch_id: int,
    *,
    now: datetime,
    persons: bool,
    progress: Callable[[int], None],
) -> Written:
    """Write every staged row that is new; constraints are checked before it returns."""
    params: dict[str, Any] = {"organisation": organisation_id, "batch": batch_id, "now": now}
    params |= segment_arrays(segments(organisation_id, Measure.FIRST_REPLY))
    demandes = others = 0
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        for statement in USAGERS if persons else ():
            cursor.execute(statement, params)
        for chunk in _chunks(cursor):
            demandes += _execute(cursor, DEMANDES, params | chunk)
            others += _execute(cursor, CONTACTS, params | chunk)
            others += _execute(cursor, REPLIES, params | chunk)
            progress(demandes)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return Written(demandes, demandes + others)


def _execute(cursor: CursorWrapper, statement: str, params: dict[str, Any]) -> int:
    cursor.execute(statement, params)
    return int(cursor.rowcount)


def _chunks(cursor: CursorWrapper) -> Iterator[dict[str, int]]:
    """Bounds of line numbers, `CHUNK` new rows at a time."""
    after = -1
    while True:
        cursor.execute(NEXT_CHUNK, {"after": after, "size": CHUNK})
        (until,) = cursor.fetchone()
        if until is None:
            return
        yield {"after": after, "until": until}
        after = until
