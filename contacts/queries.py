"""What the pages of demandes read, in the shape they read it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from operator import attrgetter

from django.db.models import OuterRef, Q, Subquery

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

    @property
    def when(self) -> datetime | date:
        """The instant, or the day alone when no hour was ever known."""
        local = self.at.astimezone(self.calendar.zone)
        return local.date() if local.time() in NO_HOUR else local


TOLD_BY_THE_JOURNAL = ("closed", "reopened", "assigned", "released", "detached", "infected")


# Files told beside their entry; a page of their own has them all.
FILES_TOLD = 200


def attachments_on(demande: Demande) -> AttachmentQuerySet:
    """Files of a demande, the latest first."""
    own = Attachment.objects.standing().filter(organisation=demande.organisation_id)
    return own.filter(demande=demande).for_list()


def _files_by_entry(demande: Demande) -> dict[tuple[str, int], list[Attachment]]:
    found: dict[tuple[str, int], list[Attachment]] = {}
    of_an_entry = Q(contact__isnull=False) | Q(reply__isnull=False) | Q(note__isnull=False)
    for one in attachments_on(demande).filter(of_an_entry)[:FILES_TOLD]:
        entries = (("contact", one.contact_id), ("reply", one.reply_id), ("note", one.note_id))
        key = next((name, pk) for name, pk in entries if pk)
        found.setdefault(key, []).append(one)
    return found


def timeline_of(demande: Demande) -> list[Happening]:
    """What happened to a demande, oldest first."""
    calendar, own = demande.service.calendar, Q(organisation=demande.organisation_id)
    files = _files_by_entry(demande)
    happenings = [
        *(
            Happening(one.at, calendar, contact=one, files=files.get(("contact", one.pk), ()))
            for one in demande.contacts.filter(own).select_related("agent").order_by("pk")
        ),
        *(
            Happening(one.at, calendar, reply=one, files=files.get(("reply", one.pk), ()))
            for one in demande.replies.filter(own).select_related("agent").order_by("pk")
        ),
        *(
            Happening(one.at, calendar, transfer=one)
            for one in demande.transfers.filter(own).select_related(
                "agent", "from_service", "to_service"
            )
        ),
        *(
            Happening(one.at, calendar, note=one, files=files.get(("note", one.pk), ()))
            for one in demande.notes.filter(own).select_related("agent").order_by("pk")
        ),
        *(
            Happening(one.at, calendar, entry=one)
            for one in demande.journal.filter(own)
            .select_related("agent")
            .filter(verb__in=TOLD_BY_THE_JOURNAL)
        ),
    ]
    return sorted(happenings, key=attrgetter("at"))
