"""Answering a demande, and what the usager sends after being asked for it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from contacts import errors
from contacts.actions.attaching import attach
from contacts.actions.handling import close
from contacts.actions.rows import A_DOUBLE_CLICK, add_contact, journal, locked
from contacts.actions.telling import told_of, told_of_answer
from contacts.attachments.uploads import Upload
from contacts.enums import Channel, CloseReason, ContactKind, ReplyKind, Verb
from contacts.models import Demande, Reply
from directory.models import Agent
from directory.workdays import DayOutOfCalendar, running_count
from knowledge.actions import use
from knowledge.models import Sheet


@transaction.atomic
def reply(
    demande: Demande,
    *,
    kind: ReplyKind,
    by: Agent | None,
    at: datetime,
    now: datetime,
    text: str = "",
    channel: Channel | None = None,
    announced_on: date | None = None,
    requests_items: bool = False,
    forwarded_to: str = "",
    close_it: bool = True,
    sheets: Iterable[Sheet] = (),
    key: UUID | None = None,
    files: Sequence[Upload] = (),
) -> Reply:
    """Answer a demande; a reply on the merits also closes it unless `close_it` is false.

    `sheets` are those it was written with, each counted once for the `key` of the form sent.
    Counting rules 4 to 6 and 8. Raises a `Refusal` and writes nothing when a rule is broken.
    """
    demande = locked(demande)
    calendar = demande.service.calendar
    twin = demande.replies.filter(
        organisation=demande.organisation,
        kind=kind,
        on_day=calendar.day_of(at),
        announced_on=announced_on,
        text=text,
        agent=by,
        recorded_at__gt=now - A_DOUBLE_CLICK,
    ).first()
    if twin:
        return twin
    if not demande.is_open:
        raise errors.DemandeIsClosed(told_of(demande, Verb.CLOSED))
    if kind != ReplyKind.MERITS and demande.merits_on:
        raise errors.AlreadyAnswered(told_of_answer(demande))
    if forwarded_to and not text.strip():
        raise errors.ForwardingUntold
    _check_reply_dates(demande, kind, at=at, now=now, announced_on=announced_on)
    given = Reply.objects.create(
        organisation=demande.organisation,
        demande=demande,
        kind=kind,
        channel=channel or demande.channel,
        at=at,
        on_day=calendar.day_of(at),
        announced_on=announced_on,
        requests_items=requests_items,
        forwarded_to=forwarded_to,
        text=text,
        agent=by,
        recorded_at=now,
    )
    journal(demande, Verb.REPLIED, by=by, at=now, kind=kind)
    for sheet in sheets:
        use(
            sheet,
            key=key or given.public_id,
            service=demande.service,
            channel=given.channel,
            at=at,
            by=by,
        )
    attach(demande, files, by=by, at=now, reply=given)
    if kind == ReplyKind.MERITS and close_it:
        close(demande, by=by, at=at, now=now, reason=CloseReason.ANSWERED)
    return given


def _check_reply_dates(
    demande: Demande, kind: ReplyKind, *, at: datetime, now: datetime, announced_on: date | None
) -> None:
    if at > now:
        raise errors.ReplyInFuture
    if at < demande.received_at:
        raise errors.ReplyBeforeReceipt
    if kind == ReplyKind.HOLDING and announced_on is None:
        raise errors.AnnouncedDateMissing
    if announced_on:
        if announced_on < demande.service.calendar.day_of(at):
            raise errors.AnnouncedDatePassed
        try:
            running_count(demande.service.calendar, announced_on)
        except DayOutOfCalendar as error:
            raise errors.AnnouncedDateTooFar from error


@transaction.atomic
def receive_items(
    demande: Demande,
    *,
    by: Agent,
    at: datetime,
    now: datetime,
    announced_on: date,
    text: str = "",
    files: Sequence[Upload] = (),
) -> None:
    """The usager sent what was missing: a new announced date opens, no clock moves (rule 5)."""
    demande = locked(demande)
    if not demande.replies.filter(organisation=demande.organisation, requests_items=True).exists():
        raise errors.NoItemsRequested
    if at < demande.received_at:
        raise errors.MessageBeforeReceipt
    contact = add_contact(demande, demande.channel, at, text, by, kind=ContactKind.ITEMS)
    journal(demande, Verb.ITEMS_RECEIVED, by=by, at=now, announced_on=str(announced_on))
    attach(demande, files, by=by, at=now, contact=contact)
    reply(
        demande,
        kind=ReplyKind.ACKNOWLEDGEMENT,
        by=by,
        at=at,
        now=now,
        announced_on=announced_on,
    )
