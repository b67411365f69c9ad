"""Importing a file of call records: looked at first, then all of it in one transaction."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

from django.db import transaction

from directory.models import Agent, Organisation
from telephony import errors
from telephony.models import Call, RecordFile
from telephony.placing import CHUNK, Placed, Placing
from telephony.records.reading import read_records

# A file that nobody confirmed is forgotten: it holds people's numbers.
KEPT_UNCONFIRMED = timedelta(days=1)


@dataclass(frozen=True)
class Sent:
    """A file as it was sent."""

    name: str
    content: bytes
    format: str
    in_utc: bool = False

    @property
    def short_name(self) -> str:
        return PurePath(self.name.replace("\\", "/")).name[:255] or "releve"


def look_at(sent: Sent, organisation: Organisation, *, now: datetime) -> Placed:
    """What importing this file would do. Raises `UnusableFile`; writes nothing."""
    reading = read_records(sent.content, sent.format)
    return Placing(organisation, in_utc=sent.in_utc, now=now).place(reading)


@transaction.atomic
def deposit(
    sent: Sent, organisation: Organisation, *, by: Agent | None, now: datetime
) -> RecordFile:
    """Keep a file that can be read until someone confirms it."""
    read_records(sent.content, sent.format)
    waiting = RecordFile.objects.filter(organisation=organisation, imported_at=None)
    waiting.filter(uploaded_at__lt=now - KEPT_UNCONFIRMED).delete()
    return RecordFile.objects.create(
        organisation=organisation,
        file_name=sent.short_name,
        sha256=hashlib.sha256(sent.content).hexdigest(),
        format=sent.format,
        in_utc=sent.in_utc,
        uploaded_at=now,
        uploaded_by=by,
        content=sent.content,
    )


@transaction.atomic
def confirm(file: RecordFile, *, by: Agent | None, now: datetime) -> Placed:
    """Write every call that is not there yet. Two imports of an organisation wait for each other.

    The file is claimed: the second of two confirmations is told that it was done.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=file.organisation_id)
    claimed = RecordFile.objects.filter(organisation=file.organisation_id, pk=file.pk)
    waiting = claimed.select_for_update().filter(imported_at=None).first()
    if waiting is None:
        raise errors.AlreadyImported
    placed = look_at(sent_of(waiting), file.organisation, now=now)
    for call in placed.new:
        call.record_file, call.recorded_by = waiting, by
    Call.objects.bulk_create(placed.new, batch_size=CHUNK // 5)
    claimed.update(
        content=None,
        imported_at=now,
        accepted=len(placed.new),
        already_present=placed.already_present,
        other_lines=placed.others,
        broken=len(placed.broken),
    )
    return placed


@transaction.atomic
def drop(file: RecordFile) -> None:
    """Forget a file that was not confirmed."""
    waiting = RecordFile.objects.filter(
        organisation=file.organisation_id, pk=file.pk, imported_at=None
    )
    if not waiting.delete()[0]:
        raise errors.AlreadyImported


def sent_of(file: RecordFile) -> Sent:
    return Sent(file.file_name, bytes(file.content or b""), file.format, file.in_utc)
