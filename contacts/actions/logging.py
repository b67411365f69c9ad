"""Registering a demande, with its reply when it was answered at once."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction

from contacts import errors
from contacts.actions.dating import start_of
from contacts.actions.rows import add_contact, entry, set_deadline
from contacts.enums import Channel, CloseReason, Nature, ReplyKind, Verb
from contacts.models import Demande, JournalEntry, Reply, Usager
from contacts.models.demande import reference_from
from directory.models import Agent, Motif, Organisation, Service
from directory.workdays import FIRST_DAY


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
    entries = [entry(demande, Verb.LOGGED, by=by, at=now)]
    if not intake.answered:
        demande.save(force_insert=True)
        add_contact(demande, demande.channel, demande.received_at, intake.text, by)
    else:
        given = _answered_at_once(demande, intake.answer, by=by, now=now)
        demande.save(force_insert=True)
        add_contact(demande, demande.channel, demande.received_at, intake.text, by)
        given.save(force_insert=True)
        entries += [
            entry(demande, Verb.REPLIED, by=by, at=now, kind=ReplyKind.MERITS),
            entry(demande, Verb.CLOSED, by=by, at=now, reason=CloseReason.ANSWERED),
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
    set_deadline(demande)
    return demande


def find_or_make_usager(person: Person, *, organisation: Organisation) -> Usager | None:
    """The usager with this e-mail address or telephone number, else a new one.

    Who was merged is found by the address they had, and answers as who they are now.
    """
    if not person:
        return None
    known = Usager.objects.filter(organisation=organisation).order_by("pk")
    same = known.select_related("merged_into")
    found = None
    if person.email:
        found = same.filter(email__iexact=person.email).first()
    if not found and person.phone:
        found = same.filter(phone=person.phone).first()
    if found:
        return found.merged_into or found
    return Usager.objects.create(organisation=organisation, **vars(person))
