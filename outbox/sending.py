"""Sending what is due: rows are claimed, tried outside any transaction, then settled one by one.

The rows are the queue. A claim presumes the failure: it counts the attempt and sets the next try,
in a transaction of its own, before anything is sent; only what the server then says corrects it.
A worker killed at any moment therefore leaves rows that wait for their next try, and a row that
kills every worker is set aside like another. See decision 0014.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction

from directory.models import Organisation
from outbox.mail import Conversation, Failure, Unreachable
from outbox.models import OutgoingMessage, OutgoingMessageQuerySet

AT_ONCE = 20
LAST_ATTEMPT = 8
# What is not begun by then is given back; the shortest wait is longer than that and one message.
SECONDS_A_BATCH = 60.0
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=4)
# The server is asked again that soon when it could not be reached.
UNREACHABLE_WAIT = timedelta(minutes=1)


def wait_after(attempts: int, *, draw: float) -> timedelta:
    """5, 10, 20… minutes and 4 hours at most, plus up to a fifth: `draw` from 0 to 1 spreads what
    failed together."""
    wait = min(FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)
    return wait + wait * draw / 5


def organisations_with_mail(*, at: datetime) -> list[Organisation]:
    due = OutgoingMessage.objects.due(at).values("organisation").distinct()
    return list(Organisation.objects.filter(pk__in=due).order_by("pk"))


def send_batch(organisation: Organisation, *, now: datetime) -> int | None:
    """Try one batch of what an organisation has due; returns how many rows were claimed, null when
    the server cannot be reached: then nothing more is worth trying for now."""
    rows = claim(organisation, now=now)
    end = monotonic() + SECONDS_A_BATCH
    with Conversation() as server:
        for position, row in enumerate(rows):
            if monotonic() > end:
                give_back(rows[position:], next_try_at=now)
                break
            try:
                try_one(server, row, now=now)
            except Unreachable as error:
                left = rows[position:]
                give_back(left, next_try_at=now + UNREACHABLE_WAIT, said=str(error))
                return None
    return len(rows)


@transaction.atomic
def claim(organisation: Organisation, *, now: datetime) -> list[OutgoingMessage]:
    """The most overdue rows that no other worker holds, their attempt counted."""
    due = OutgoingMessage.objects.filter(organisation=organisation).due(now)
    rows = list(due.select_for_update(skip_locked=True).order_by("next_try_at", "pk")[:AT_ONCE])
    for row in rows:
        row.organisation = organisation
        row.attempts += 1
        row.next_try_at = now + wait_after(row.attempts, draw=row.public_id.int % 1000 / 1000)
    OutgoingMessage.objects.filter(organisation=organisation).bulk_update(
        rows, ["attempts", "next_try_at"]
    )
    return rows


def try_one(server: Conversation, row: OutgoingMessage, *, now: datetime) -> None:
    try:
        server.send(row)
    except Failure as failure:
        note_failure(row, failure, now=now)
    else:
        note_sent(row, now=now)


def note_sent(row: OutgoingMessage, *, now: datetime) -> None:
    """It left, whatever another worker that took it for lost has noted meanwhile."""
    _row(row).filter(sent_at=None).update(
        sent_at=now, set_aside_at=None, abandoned_at=None, last_error=""
    )


def note_failure(row: OutgoingMessage, failure: Failure, *, now: datetime) -> None:
    over = failure.permanent or row.attempts >= LAST_ATTEMPT
    ours = _row(row).waiting().filter(attempts=row.attempts)
    ours.update(last_error=str(failure), set_aside_at=now if over else None)


def give_back(rows: Sequence[OutgoingMessage], *, next_try_at: datetime, said: str = "") -> None:
    """Rows claimed and not tried: no attempt of theirs was used."""
    for row in rows:
        ours = _row(row).waiting().filter(attempts=row.attempts)
        ours.update(
            attempts=row.attempts - 1, next_try_at=next_try_at, last_error=said or row.last_error
        )


def _row(row: OutgoingMessage) -> OutgoingMessageQuerySet:
    return OutgoingMessage.objects.filter(organisation=row.organisation_id, pk=row.pk)
