"""Attachments that wait for the antivirus, claimed one by one: a killed worker loses none."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from contacts.actions.rows import journal
from contacts.attachments import clamd, storage
from contacts.enums import ScanState, Verb
from contacts.models import Attachment

TO_SCAN = (ScanState.WAITING, ScanState.NOT_SCANNED)
AT_ONCE = 200
SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=1)


def scan_due(*, now: datetime) -> int:
    """Scan what waits; returns how many got a verdict. Stops at the first silence of clamd.

    What came in before an antivirus was there is scanned as well, once there is one.
    """
    if not clamd.is_configured():
        return 0
    done = 0
    while done < AT_ONCE and _scan_next(now):
        done += 1
    return done


@transaction.atomic
def _scan_next(now: datetime) -> bool:
    """One file, its row held meanwhile: another worker takes the next one."""
    due = Attachment.objects.standing().filter(state__in=TO_SCAN, next_try_at__lte=now)
    claimed = due.select_for_update(skip_locked=True).order_by("state", "next_try_at")
    attachment = claimed.first()
    if attachment is None:
        return False
    try:
        with storage.read(attachment.stored_as) as file:
            verdict = clamd.scan(file)
    except (clamd.Unreachable, FileNotFoundError) as error:
        _put_off(attachment, str(error), now=now)
        return False
    _write_verdict(attachment, verdict, now=now)
    return True


def _put_off(attachment: Attachment, error: str, *, now: datetime) -> None:
    """Not readable until it is scanned; tried again ever later, up to an hour."""
    attempts = attachment.attempts + 1
    wait = min(LATEST, SOONEST * 2 ** min(attempts - 1, 10))
    _row(attachment).update(
        state=ScanState.WAITING,
        attempts=attempts,
        next_try_at=now + wait,
        last_error=error[:500],
    )


def _write_verdict(attachment: Attachment, verdict: clamd.Verdict, *, now: datetime) -> None:
    state = ScanState.INFECTED if verdict.signature else ScanState.CLEAN
    _row(attachment).update(
        state=state, signature=verdict.signature[:200], scanned_at=now, last_error=""
    )
    if verdict.signature:
        details = {"name": attachment.name, "signature": verdict.signature}
        journal(attachment.demande, Verb.INFECTED, by=None, at=now, **details)
        transaction.on_commit(lambda: storage.remove(attachment.stored_as))


def _row(attachment: Attachment) -> QuerySet[Attachment]:
    return Attachment.objects.filter(organisation=attachment.organisation_id, pk=attachment.pk)
