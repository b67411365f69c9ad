"""Keeping a register that was sent, trying it, and bringing it in once."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from directory.models import Agent, Organisation
from letters.errors import AlreadyBroughtIn
from letters.models import RegisterFile
from letters.register.bringing_in import BringingIn, Outcome
from letters.register.reading import Choice
from letters.register.uploads import on_disk, open_file

KEPT = timedelta(days=1)


@transaction.atomic
def keep_file(name: str, content: bytes, *, by: Agent, now: datetime) -> RegisterFile:
    """Hold it for the next steps; what was left for a day is forgotten, with the names in it."""
    stale = RegisterFile.objects.filter(
        organisation=by.organisation_id, sent_at__lt=now - KEPT, brought_in_at=None
    )
    stale.delete()
    return RegisterFile.objects.create(
        organisation=by.organisation, sent_by=by, name=name, content=content, sent_at=now
    )


@transaction.atomic
def try_file(file: RegisterFile, mapping: dict[str, Any], *, now: datetime) -> Outcome:
    """What would happen, down to the database's own refusals; nothing stays but the mapping."""
    point = transaction.savepoint()
    outcome = _run(file, mapping, now)
    transaction.savepoint_rollback(point)
    RegisterFile.objects.filter(organisation=file.organisation_id, pk=file.pk).update(
        mapping=mapping
    )
    return outcome


@transaction.atomic
def bring_in_file(file: RegisterFile, *, now: datetime) -> Outcome:
    """Every line that can go in, once: of two presses the second finds it done."""
    own = RegisterFile.objects.filter(organisation=file.organisation_id, pk=file.pk)
    if not own.filter(brought_in_at=None).update(brought_in_at=now):
        raise AlreadyBroughtIn
    outcome = _run(file, file.mapping, now)
    # The file named people: its fingerprint is kept with the import, its lines are not.
    own.update(content=b"", outcome=outcome.counts())
    return outcome


def _run(file: RegisterFile, mapping: dict[str, Any], now: datetime) -> Outcome:
    organisation: Organisation = file.organisation
    with on_disk(file.name, bytes(file.content)) as path:
        source = open_file(path)
        return BringingIn(source, Choice(**mapping), organisation, now).run()
