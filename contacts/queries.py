"""What the pages of demandes read, in the shape they read it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from operator import attrgetter

from contacts.models import Contact, Demande, JournalEntry, Reply, Transfer
from contacts.models.demande import DemandeQuerySet
from directory.models import WorkingCalendar, WorkingDay


def days_left(demandes: list[Demande], *, today: date) -> dict[int, int]:
    """Working days left of each demande that owes something, in one query; negative when late."""
    owing = [demande for demande in demandes if demande.due_on]
    wanted = {demande.due_on for demande in owing} | {today}
    calendars = {demande.service.calendar_id for demande in owing}
    counts = {
        (calendar, day): count
        for calendar, day, count in WorkingDay.objects.filter(
            calendar__in=calendars, day__in=wanted
        ).values_list("calendar_id", "day", "count")
    }
    return {
        demande.pk: counts[demande.service.calendar_id, demande.due_on]
        - counts[demande.service.calendar_id, today]
        for demande in owing
        if (demande.service.calendar_id, demande.due_on) in counts
    }


def today_of(organisation_id: int, now: datetime) -> date:
    """The organisation's day: the latest one that any of its calendars has reached."""
    calendars = WorkingCalendar.objects.filter(organisation=organisation_id)
    return max((calendar.day_of(now) for calendar in calendars), default=now.date())


def rounds_of(demande: Demande) -> DemandeQuerySet:
    """Every opening of the same reference, in order."""
    return Demande.objects.filter(
        organisation=demande.organisation_id, reference=demande.reference
    ).order_by("round")


# What is dated to a day alone stands at its first or its last second (`contacts.actions`).
NO_HOUR = (time(0, 0, 0), time(23, 59, 59))


@dataclass(frozen=True)
class Happening:
    """One line of the timeline: exactly one of the four facts."""

    at: datetime
    calendar: WorkingCalendar
    contact: Contact | None = None
    reply: Reply | None = None
    transfer: Transfer | None = None
    entry: JournalEntry | None = None

    @property
    def when(self) -> datetime | date:
        """The instant, or the day alone when no hour was ever known."""
        local = self.at.astimezone(self.calendar.zone)
        return local.date() if local.time() in NO_HOUR else local


TOLD_BY_THE_JOURNAL = ("closed", "reopened")


def timeline_of(demande: Demande) -> list[Happening]:
    """What happened to a demande, oldest first."""
    calendar = demande.service.calendar
    happenings = [
        *(
            Happening(one.at, calendar, contact=one)
            for one in demande.contacts.select_related("agent").order_by("pk")
        ),
        *(
            Happening(one.at, calendar, reply=one)
            for one in demande.replies.select_related("agent").order_by("pk")
        ),
        *(
            Happening(one.at, calendar, transfer=one)
            for one in demande.transfers.select_related("agent", "from_service", "to_service")
        ),
        *(
            Happening(one.at, calendar, entry=one)
            for one in demande.journal.select_related("agent").filter(verb__in=TOLD_BY_THE_JOURNAL)
        ),
    ]
    return sorted(happenings, key=attrgetter("at"))
