"""Verbs on demandes: each is one transaction with its journal entry, or a named refusal."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from contacts import errors
from contacts.enums import Channel, CloseReason, Direction, Nature, ReplyKind, Verb
from contacts.models import Contact, Demande, JournalEntry, Reply, Transfer, Usager
from contacts.models.demande import reference_from
from contacts.targets import limit_for
from directory.models import Agent, Motif, Organisation, Service, WorkingCalendar
from directory.workdays import FIRST_DAY, DayOutOfCalendar, nth_working_day, running_count

ONE_DAY = timedelta(days=1)
# The same words from the same agent within this time are one act sent twice.
A_DOUBLE_CLICK = timedelta(minutes=1)


@dataclass(frozen=True)
class Person:
    """Who asks, as typed; everything may be empty."""

    full_name: str = ""
    email: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return bool(self.full_name or self.email or self.phone)


@dataclass(frozen=True)
class Intake:
    """What is logged about a new demande. `received_at` null means the whole day `received_on`."""

    service: Service
    channel: Channel
    received_on: date
    received_at: datetime | None = None
    nature: Nature = Nature.INFORMATION
    motif: Motif | None = None
    subject: str = ""
    text: str = ""
    letter_on: date | None = None
    person: Person = field(default_factory=Person)
    answered: bool = False
    answer: str = ""
    key: uuid.UUID | None = None


def start_of(day: date, calendar: WorkingCalendar) -> datetime:
    return datetime.combine(day, time.min, tzinfo=calendar.zone)


def instant_on(day: date, calendar: WorkingCalendar, *, after: datetime, now: datetime) -> datetime:
    """An instant for something dated to the day: now for today, else the end of that day.

    A day to come gives an instant to come, which every action refuses.
    """
    today = calendar.day_of(now)
    if day >= today:
        return now if day == today else now + ONE_DAY
    end = start_of(day + ONE_DAY, calendar) - timedelta(seconds=1)
    return max(after, end) if calendar.day_of(after) == day else end


def log_contact(intake: Intake, *, organisation: Organisation, by: Agent, now: datetime) -> Demande:
    """Register a demande with its first contact, and its reply when it was answered at once.

    The client-made `key` makes it idempotent: sent twice, it is registered once.
    """
    key = intake.key or uuid.uuid4()
    try:
        with transaction.atomic():
            return _register(intake, key, organisation=organisation, by=by, now=now)
    except IntegrityError:
        # The same form sent twice: another request has registered it, long ago or just now.
        known = Demande.objects.filter(public_id=key).first()
        if known is None:
            raise
        return _same(known, intake, organisation)


def _register(
    intake: Intake, key: uuid.UUID, *, organisation: Organisation, by: Agent, now: datetime
) -> Demande:
    demande = _new_demande(intake, key, organisation=organisation, by=by, now=now)
    entries = [_entry(demande, Verb.LOGGED, by=by, at=now)]
    if not intake.answered:
        demande.save(force_insert=True)
        _add_contact(demande, demande.channel, demande.received_at, intake.text, by)
    else:
        given = _answered_at_once(demande, intake.answer, by=by, now=now)
        demande.save(force_insert=True)
        _add_contact(demande, demande.channel, demande.received_at, intake.text, by)
        given.save(force_insert=True)
        entries += [
            _entry(demande, Verb.REPLIED, by=by, at=now, kind=ReplyKind.MERITS),
            _entry(demande, Verb.CLOSED, by=by, at=now, reason=CloseReason.ANSWERED),
        ]
    JournalEntry.objects.bulk_create(entries)
    return demande


def _answered_at_once(demande: Demande, text: str, *, by: Agent, now: datetime) -> Reply:
    """The reply on the merits of a demande not written yet, which it closes.

    As `reply` would leave them, in one write instead of three: the trigger that follows replies
    then finds nothing to change.
    """
    calendar = demande.service.calendar
    at = now if demande.received_on == calendar.day_of(now) else demande.received_at
    day = calendar.day_of(at)
    demande.first_reply_at = demande.merits_at = demande.closed_at = at
    demande.first_reply_on = demande.merits_on = demande.closed_on = day
    demande.close_reason = CloseReason.ANSWERED
    return Reply(
        organisation=demande.organisation,
        demande=demande,
        kind=ReplyKind.MERITS,
        channel=demande.channel,
        at=at,
        on_day=day,
        text=text,
        agent=by,
        recorded_at=now,
    )


def _same(demande: Demande, intake: Intake, organisation: Organisation) -> Demande:
    """The demande this very entry has already made; another entry under its key is refused."""
    contact = demande.contacts.filter(organisation=organisation).order_by("pk").first()
    recorded = (demande.service, demande.channel, demande.nature, demande.motif, demande.subject)
    entered = (intake.service, intake.channel, intake.nature, intake.motif, intake.subject)
    same = recorded == entered and contact is not None and contact.text == intake.text
    if demande.organisation_id != organisation.pk or not same:
        raise errors.KeyTaken
    return demande


def _new_demande(
    intake: Intake, key: uuid.UUID, *, organisation: Organisation, by: Agent, now: datetime
) -> Demande:
    calendar = intake.service.calendar
    received_at = intake.received_at or start_of(intake.received_on, calendar)
    if received_at > now:
        raise errors.ReceivedInFuture
    if intake.received_on < FIRST_DAY:
        raise errors.ReceivedTooLongAgo
    if intake.letter_on and intake.letter_on > intake.received_on:
        raise errors.LetterAfterReceipt
    demande = Demande(
        public_id=key,
        organisation=organisation,
        reference=reference_from(key),
        service=intake.service,
        channel=intake.channel,
        nature=intake.nature,
        motif=intake.motif,
        usager=find_or_make_usager(intake.person, organisation=organisation),
        subject=intake.subject,
        letter_on=intake.letter_on,
        received_at=received_at,
        received_on=intake.received_on,
        registered_at=now,
        created_by=by,
    )
    _set_deadline(demande)
    return demande


def find_or_make_usager(person: Person, *, organisation: Organisation) -> Usager | None:
    """The usager with this e-mail address or telephone number, else a new one."""
    if not person:
        return None
    same = Usager.objects.filter(organisation=organisation).order_by("pk")
    found = None
    if person.email:
        found = same.filter(email__iexact=person.email).first()
    if not found and person.phone:
        found = same.filter(phone=person.phone).first()
    return found or Usager.objects.create(organisation=organisation, **vars(person))


def _set_deadline(demande: Demande) -> None:
    demande.first_reply_limit = limit_for(
        demande.organisation,
        service=demande.service,
        channel=demande.channel,
        nature=demande.nature,
        on=demande.received_on,
    )
    demande.first_reply_due_on = (
        nth_working_day(demande.service.calendar, demande.received_on, demande.first_reply_limit)
        if demande.first_reply_limit
        else None
    )


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
) -> Reply:
    """Answer a demande; a reply on the merits also closes it unless `close_it` is false.

    Counting rules 4 to 6 and 8. Raises a `Refusal` and writes nothing when a rule is broken.
    """
    demande = _locked(demande)
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
        raise errors.DemandeIsClosed
    if kind != ReplyKind.MERITS and demande.merits_on:
        raise errors.AlreadyAnswered
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
    _journal(demande, Verb.REPLIED, by=by, at=now, kind=kind)
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
    demande: Demande, *, by: Agent, at: datetime, now: datetime, announced_on: date, text: str = ""
) -> None:
    """The usager sent what was missing: a new announced date opens, no clock moves (rule 5)."""
    demande = _locked(demande)
    if not demande.replies.filter(organisation=demande.organisation, requests_items=True).exists():
        raise errors.NoItemsRequested
    if at < demande.received_at:
        raise errors.MessageBeforeReceipt
    _add_contact(demande, demande.channel, at, text, by)
    _journal(demande, Verb.ITEMS_RECEIVED, by=by, at=now, announced_on=str(announced_on))
    reply(
        demande,
        kind=ReplyKind.ACKNOWLEDGEMENT,
        by=by,
        at=at,
        now=now,
        announced_on=announced_on,
    )


@transaction.atomic
def transfer(
    demande: Demande, *, to_service: Service, reason: str, by: Agent, at: datetime
) -> Transfer:
    """Hand a demande to another service; its clock goes on, under that service's target."""
    demande = _locked(demande)
    if not demande.is_open:
        raise errors.DemandeIsClosed
    if to_service.pk == demande.service_id:
        raise errors.SameService
    passed = Transfer.objects.create(
        organisation=demande.organisation,
        demande=demande,
        from_service=demande.service,
        to_service=to_service,
        reason=reason,
        at=at,
        agent=by,
    )
    demande.service = to_service
    _set_deadline(demande)
    Demande.objects.filter(organisation=demande.organisation, pk=demande.pk).update(
        service=to_service,
        first_reply_limit=demande.first_reply_limit,
        first_reply_due_on=demande.first_reply_due_on,
    )
    _journal(demande, Verb.TRANSFERRED, by=by, at=at, to=to_service.name)
    return passed


@transaction.atomic
def close(
    demande: Demande, *, by: Agent | None, at: datetime, now: datetime, reason: CloseReason
) -> None:
    """Stop every clock (rule 7); the second of two agents is told that it was done."""
    if at > now:
        raise errors.ReplyInFuture
    if at < demande.received_at:
        raise errors.ReplyBeforeReceipt
    its_row = Demande.objects.filter(organisation=demande.organisation_id, pk=demande.pk)
    closed = its_row.filter(closed_on__isnull=True).update(
        closed_at=at, closed_on=demande.service.calendar.day_of(at), close_reason=reason
    )
    if not closed:
        raise errors.DemandeIsClosed
    _journal(demande, Verb.CLOSED, by=by, at=now, reason=reason)


@transaction.atomic
def record_message(
    demande: Demande,
    *,
    by: Agent,
    at: datetime,
    now: datetime,
    channel: Channel,
    text: str,
    asks_something: bool,
) -> Demande:
    """A later message of the usager; on a closed demande it reopens only if it asks (rule 7).

    Returns the demande the message went to: the same, or the new round it opened.
    """
    demande = _locked(demande)
    if at > now:
        raise errors.ReceivedInFuture
    if at < demande.received_at:
        raise errors.MessageBeforeReceipt
    if _just_said(demande, channel=channel, text=text, by=by, now=now):
        return demande
    if demande.is_open or not asks_something:
        _add_contact(demande, channel, at, text, by)
        _journal(demande, Verb.MESSAGE, by=by, at=now)
        return demande
    return _reopen(demande, by=by, at=at, now=now, channel=channel, text=text)


def _just_said(demande: Demande, *, channel: Channel, text: str, by: Agent, now: datetime) -> bool:
    own = Q(organisation=demande.organisation, agent=by)
    recent = demande.journal.filter(own, verb=Verb.MESSAGE, at__gt=now - A_DOUBLE_CLICK)
    return recent.exists() and demande.contacts.filter(own, channel=channel, text=text).exists()


def _reopen(
    demande: Demande, *, by: Agent, at: datetime, now: datetime, channel: Channel, text: str
) -> Demande:
    """A second clock: a new row of the same reference, received on the day of the message."""
    later = Demande.objects.filter(
        organisation=demande.organisation, reference=demande.reference, round__gt=demande.round
    )
    if later.exists():
        raise errors.LaterRoundExists
    new = Demande(
        organisation=demande.organisation,
        reference=demande.reference,
        round=demande.round + 1,
        service=demande.service,
        channel=channel,
        nature=demande.nature,
        motif=demande.motif,
        usager=demande.usager,
        subject=demande.subject,
        received_at=at,
        received_on=demande.service.calendar.day_of(at),
        registered_at=now,
        created_by=by,
    )
    _set_deadline(new)
    new.save(force_insert=True)
    _add_contact(new, channel, at, text, by)
    _journal(new, Verb.REOPENED, by=by, at=now)
    return new


def _locked(demande: Demande) -> Demande:
    """The demande as it stands now, held until the end of the transaction."""
    return (
        Demande.objects.select_for_update(of=("self",))
        .select_related("service__calendar", "organisation")
        .get(organisation=demande.organisation_id, pk=demande.pk)
    )


def _add_contact(demande: Demande, channel: str, at: datetime, text: str, by: Agent | None) -> None:
    Contact.objects.create(
        organisation=demande.organisation,
        demande=demande,
        channel=channel,
        direction=Direction.INBOUND,
        at=at,
        text=text,
        agent=by,
    )


def _journal(
    demande: Demande, verb: Verb, *, by: Agent | None, at: datetime, **details: Any
) -> None:
    _entry(demande, verb, by=by, at=at, **details).save(force_insert=True)


def _entry(
    demande: Demande, verb: Verb, *, by: Agent | None, at: datetime, **details: Any
) -> JournalEntry:
    return JournalEntry(
        organisation_id=demande.organisation_id,
        demande=demande,
        verb=verb,
        at=at,
        agent=by,
        details=details,
    )
