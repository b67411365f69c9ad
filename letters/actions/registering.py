"""Registering a letter: a demande by mail and its number, in one transaction."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from contacts.actions import Intake, Person, log_contact
from contacts.enums import Channel
from contacts.errors import Refusal
from directory.models import Agent, Motif, Organisation, Service
from letters.actions.numbering import take_number
from letters.models import Letter


@dataclass(frozen=True)
class Entry:
    """What is written on a line of the register; the key is made by whoever enters it."""

    key: uuid.UUID
    service: Service
    received_on: date
    sender: str = ""
    subject: str = ""
    motif: Motif | None = None
    letter_on: date | None = None

    def intake(self) -> Intake:
        return Intake(
            key=self.key,
            service=self.service,
            channel=Channel.MAIL,
            received_on=self.received_on,
            letter_on=self.letter_on,
            motif=self.motif,
            subject=self.subject or (self.motif.name if self.motif else ""),
            person=Person(full_name=self.sender),
        )


@transaction.atomic
def register(entry: Entry, *, organisation: Organisation, by: Agent, now: datetime) -> Letter:
    """Log the demande and number it in the year of its registration; sent twice, once.

    Raises a `Refusal` and writes nothing, not even a number.
    """
    demande = log_contact(entry.intake(), organisation=organisation, by=by, now=now)
    known = Letter.objects.filter(organisation=organisation, demande=demande).first()
    if known:
        return known
    day = demande.service.calendar.day_of(now)
    return Letter.objects.create(
        organisation=organisation,
        demande=demande,
        year=day.year,
        number=take_number(organisation, day.year),
        sender=entry.sender,
        registered_on=day,
    )


@transaction.atomic
def register_all(
    entries: Iterable[Entry], *, organisation: Organisation, by: Agent, now: datetime
) -> dict[uuid.UUID, Letter | Refusal]:
    """Register them in order, numbered one after the other: the counter is held to the end.

    A refused entry is told by its key, and stops none of the others.
    """
    found: dict[uuid.UUID, Letter | Refusal] = {}
    for entry in entries:
        try:
            found[entry.key] = register(entry, organisation=organisation, by=by, now=now)
        except Refusal as refusal:
            found[entry.key] = refusal
    return found
