"""Writing answer sheets, keeping what they said, and counting how often they serve."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from directory.models import Agent, Service
from knowledge import errors
from knowledge.models import Sheet, SheetUse, SheetVersion
from knowledge.models.sheet import SheetQuerySet


@transaction.atomic
def write(sheet: Sheet, *, by: Agent | None, at: datetime, publish: bool) -> Sheet:
    """A new sheet with its first version; one that is only proposed answers nobody yet."""
    sheet.version = 1
    sheet.published_at = at if publish else None
    sheet.full_clean(exclude=["search", "plain"])
    sheet.save(force_insert=True)
    _keep(sheet, by=by, at=at)
    return sheet


@transaction.atomic
def rewrite(sheet: Sheet, *, known: int, by: Agent, at: datetime) -> None:
    """Save a changed sheet. `known` is the version that the writer had read: the text of someone
    else is never replaced unread."""
    before = _locked(sheet)
    if before.version != known:
        raise errors.SheetChangedMeanwhile
    changed = (before.question, before.answer) != (sheet.question, sheet.answer)
    sheet.version = before.version + changed
    sheet.full_clean(exclude=["search", "plain"])
    sheet.save()
    if changed:
        _keep(sheet, by=by, at=at)


def _locked(sheet: Sheet) -> Sheet:
    """The sheet as it stands now, held until the end of the transaction; archived ones rest."""
    found = _row(sheet).select_for_update().get()
    if found.archived_at:
        raise errors.SheetArchived
    return found


def _keep(sheet: Sheet, *, by: Agent | None, at: datetime) -> None:
    SheetVersion.objects.create(
        organisation_id=sheet.organisation_id,
        sheet=sheet,
        number=sheet.version,
        question=sheet.question,
        answer=sheet.answer,
        at=at,
        by=by,
    )


def _row(sheet: Sheet) -> SheetQuerySet:
    return Sheet.objects.filter(organisation=sheet.organisation_id, pk=sheet.pk)


@transaction.atomic
def publish(sheet: Sheet, *, at: datetime) -> None:
    """A proposed sheet becomes an answer."""
    if not _row(sheet).proposed().update(published_at=at):
        raise errors.AlreadyPublished


@transaction.atomic
def archive(sheet: Sheet, *, at: datetime) -> None:
    """It answers no more; its versions and its uses stay."""
    if not _row(sheet).filter(archived_at__isnull=True).update(archived_at=at):
        raise errors.SheetArchived


@transaction.atomic
def confirm(sheet: Sheet, *, by: Agent, on: date, review_on: date) -> None:
    """« Relue ce jour »: it is right as it stands, until the next reading.

    When nobody active keeps it any more, whoever reads it keeps it.
    """
    if review_on <= on:
        raise errors.ReviewNotAhead
    found = _locked(sheet)
    found.reviewed_on, found.review_on = on, review_on
    if found.owner is None or not found.owner.is_active:
        found.owner = by
    found.save(update_fields=["reviewed_on", "review_on", "owner"])


def use(
    sheet: Sheet, *, key: UUID, service: Service, channel: str, at: datetime, by: Agent | None
) -> None:
    """Count that a sheet has served, in the caller's transaction; once for the same key.

    `key` is made by the form that is sent: the demande's own for one registered at the entry
    screen. It keeps which version was read out, and no usager.
    """
    version = SheetVersion.objects.get(
        organisation=sheet.organisation_id, sheet=sheet, number=sheet.version
    )
    once = SheetUse(
        organisation_id=sheet.organisation_id,
        sheet=sheet,
        version=version,
        key=key,
        service=service,
        channel=channel,
        on_day=service.calendar.day_of(at),
        at=at,
        agent=by,
    )
    SheetUse.objects.bulk_create([once], ignore_conflicts=True)
