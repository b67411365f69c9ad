"""What the pages of demandes read, in the shape they read it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from operator import attrgetter
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from contacts.models import Attachment, Contact, Demande, JournalEntry, Note, Reply, Transfer
from contacts.models.attachment import AttachmentQuerySet
from contacts.models.demande import DemandeQuerySet
from directory.models import WorkingCalendar, WorkingDay


@dataclass(frozen=True)
class Owed:
    """What a demande owes, and by which calendar."""

    calendar_id: int
    due_on: date


def days_left(owed: Collection[Owed], *, today: date) -> dict[Owed, int]:
    """Working days left of what is owed, in one query; negative when late."""
    wanted = {one.due_on for one in owed} | {today}
    calendars = {one.calendar_id for one in owed}
    counts = {
        (calendar, day): count
        for calendar, day, count in WorkingDay.objects.filter(
            calendar__in=calendars, day__in=wanted
        ).values_list("calendar_id", "day", "count")
    }
    return {
        one: counts[one.calendar_id, one.due_on] - counts[one.calendar_id, today]
        for one in set(owed)
        if (one.calendar_id, one.due_on) in counts
    }


def overdue_rule(organisation_id: int, *, on: date) -> Q:
    """What makes an open demande of this organisation one of `overdue(on)`, told by calendar.

    A working day has followed a deadline when the last one that `on` has reached is later: nothing
    is looked up row by row, and with a single calendar the list's own index counts them.
    """
    last = WorkingDay.objects.filter(calendar=OuterRef("pk"), is_working=True, day__lte=on)
    calendars = WorkingCalendar.objects.filter(organisation=organisation_id).order_by()
    lasts = dict(calendars.values_list("pk", Subquery(last.order_by("-day").values("day")[:1])))
    days = {day for day in lasts.values() if day}
    if len(days) == 1 and len(lasts) == 1:
        return Q(due_on__lt=days.pop())
    late = Q(pk__in=[])
    for day in days:
        sharing = [calendar for calendar, one in lasts.items() if one == day]
        late |= Q(due_on__lt=day, service__calendar__in=sharing)
    return late


def today_of(organisation_id: int, now: datetime) -> date:
    """The organisation's day: the latest one that any of its calendars has reached."""
    calendars = WorkingCalendar.objects.filter(organisation=organisation_id)
    return max((calendar.day_of(now) for calendar in calendars), default=now.date())


def rounds_of(demande: Demande) -> DemandeQuerySet:
    """Every opening of the same reference, in order."""
    return Demande.objects.filter(
        organisation=demande.organisation_id, reference=demande.reference
    ).order_by("round")


def awaits_items(demande: Demande) -> bool:
    """Items were asked for, and may come."""
    asked = demande.replies.filter(organisation=demande.organisation_id, requests_items=True)
    return asked.exists()


# What is dated to a day alone stands at its first or its last second (`contacts.actions`).
NO_HOUR = (time(0, 0, 0), time(23, 59, 59))


Fact = Contact | Reply | Transfer | Note | JournalEntry


@dataclass(frozen=True)
class Happening:
    """One line of the timeline: exactly one of the five facts."""

    at: datetime
    calendar: WorkingCalendar
    contact: Contact | None = None
    reply: Reply | None = None
    transfer: Transfer | None = None
    note: Note | None = None
    entry: JournalEntry | None = None
    files: Sequence[Attachment] = ()
    # Of the duplicate it happened to; empty for the demande itself.
    reference: str = ""

    @property
    def who(self) -> str:
        """Who did it, and on which duplicate when it was one."""
        fact = self.contact or self.reply or self.transfer or self.note or self.entry
        name = fact.agent.full_name if fact and fact.agent else ""
        if not self.reference:
            return name
        of_which = _("demande réunie %(reference)s") % {"reference": self.reference}
        return f"{name} · {of_which}" if name else of_which

    @property
    def when(self) -> datetime | date:
        """The instant, or the day alone when no hour was ever known."""
        local = self.at.astimezone(self.calendar.zone)
        return local.date() if local.time() in NO_HOUR else local


TOLD_BY_THE_JOURNAL = (
    "closed",
    "reopened",
    "requalified",
    "assigned",
    "released",
    "detached",
    "infected",
    "united",
    "separated",
)


# Files told beside their entry; a page of their own has them all.
FILES_TOLD = 200
# What the page that unites proposes; a reference can be typed.
PROPOSED = 20


def same_usager(demande: Demande, *, among: DemandeQuerySet) -> DemandeQuerySet:
    """The other open demandes of the same usager; none for an anonymous one."""
    if demande.usager_id is None:
        return among.none()
    others = among.open().filter(usager=demande.usager_id).exclude(pk=demande.pk)
    return others.for_list().order_by("received_on", "pk")[:PROPOSED]


def united_with(demande: Demande) -> DemandeQuerySet:
    """Duplicates that this demande was kept for."""
    own = Demande.objects.filter(organisation=demande.organisation_id, united_with=demande)
    return own.order_by("pk")


def attachments_on(demande: Demande) -> AttachmentQuerySet:
    """Files of a demande and of its duplicates, the latest first."""
    own = Attachment.objects.standing().filter(organisation=demande.organisation_id)
    return own.filter(Q(demande=demande) | Q(demande__in=united_with(demande))).for_list()


def _files_by_entry(demande: Demande) -> dict[tuple[str, int], list[Attachment]]:
    found: dict[tuple[str, int], list[Attachment]] = {}
    of_an_entry = Q(contact__isnull=False) | Q(reply__isnull=False) | Q(note__isnull=False)
    for one in attachments_on(demande).filter(of_an_entry)[:FILES_TOLD]:
        entries = (("contact", one.contact_id), ("reply", one.reply_id), ("note", one.note_id))
        key = next((name, pk) for name, pk in entries if pk)
        found.setdefault(key, []).append(one)
    return found


def timeline_of(demande: Demande) -> list[Happening]:
    """What happened to a demande and to its duplicates, oldest first."""
    references = dict(united_with(demande).values_list("pk", "reference"))
    here = {"organisation": demande.organisation_id, "demande__in": [demande.pk, *references]}
    contacts = Contact.objects.filter(**here).select_related("agent").order_by("pk")
    replies = Reply.objects.filter(**here).select_related("agent").order_by("pk")
    notes = Note.objects.filter(**here).select_related("agent").order_by("pk")
    transfers = Transfer.objects.filter(**here)
    # What was done to a duplicate itself (closed, assigned) is told on its own page.
    own = demande.journal.filter(organisation=demande.organisation_id)
    entries = own.filter(verb__in=TOLD_BY_THE_JOURNAL)
    files = _files_by_entry(demande)
    happens = _Telling(demande.service.calendar, references, files)
    happenings = [
        *(happens.one(each, contact=each) for each in contacts),
        *(happens.one(each, reply=each) for each in replies),
        *(
            happens.one(each, transfer=each)
            for each in transfers.select_related("agent", "from_service", "to_service")
        ),
        *(happens.one(each, note=each) for each in notes),
        *(happens.one(each, entry=each) for each in entries.select_related("agent")),
    ]
    return sorted(happenings, key=attrgetter("at"))


@dataclass(frozen=True)
class _Telling:
    """What every line of a timeline shares."""

    calendar: WorkingCalendar
    references: dict[int, str]
    files: dict[tuple[str, int], list[Attachment]]

    def one(self, fact: Fact, **kind: Any) -> Happening:
        [name] = kind
        return Happening(
            fact.at,
            self.calendar,
            reference=self.references.get(fact.demande_id, ""),
            files=self.files.get((name, fact.pk), ()),
            **kind,
        )
