"""The annuaire as an agent reads it out: how to reach a service, and when it is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from directory.enums import DayKind
from directory.models import Motif, Service
from directory.models.service import ServiceQuerySet
from directory.queries import alphabetical
from directory.schedules import Timetable, timetables_of
from directory.worktime.clock import Period
from ui.figures import NO_BREAK

ONE_DAY = timedelta(days=1)
SHOWN_DAYS = 7
# An opening that has not ended after as many days never closes.
NEVER_CLOSES = 9


@dataclass(frozen=True)
class Day:
    """One of the coming days: its hours as they will be, and why it is not an ordinary one."""

    day: date
    hours: list[str]
    why: str
    is_today: bool


@dataclass(frozen=True)
class Opening:
    """When a calendar is open, told at an instant."""

    timetable: Timetable
    now: datetime

    @cached_property
    def today(self) -> date:
        return self._local(self.now).date()

    @cached_property
    def current(self) -> Period | None:
        """The opening under way or the next one; hours that touch are one opening."""
        merged: Period | None = None
        for number, period in enumerate(self.timetable.schedule.openings_after(self.now)):
            if merged and (period.start > merged.end or number >= NEVER_CLOSES):
                break
            merged = Period(merged.start, period.end) if merged else period
        return merged

    @property
    def is_open(self) -> bool:
        return self.current is not None and self.current.start <= self.now

    @cached_property
    def words(self) -> str:
        """« ouvert, ferme à 17 h », « fermé, rouvre lundi à 9 h »."""
        if self.current is None:
            return _("horaires non renseignés")
        if not self.is_open:
            return _("fermé, rouvre %(when)s") % {"when": self._when(self.current.start)}
        if self.current.end - self.now > (NEVER_CLOSES - 2) * ONE_DAY:
            return _("ouvert, jour et nuit")
        return _("ouvert, ferme %(when)s") % {"when": self._when(self.current.end)}

    def _when(self, at: datetime) -> str:
        local = self._local(at)
        hour = _("à %(time)s") % {"time": time_text(local)}
        ahead = (local.date() - self.today).days
        if ahead == 0:
            return hour
        if ahead == 1:
            return _("demain %(hour)s") % {"hour": hour}
        if ahead < SHOWN_DAYS:
            return f"{date_format(local, 'l')} {hour}"
        return _("le %(day)s %(hour)s") % {"day": date_format(local, "j F"), "hour": hour}

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.timetable.schedule.zone)

    @cached_property
    def week(self) -> list[Day]:
        """Seven days from today on, with exceptions and closings."""
        return [self._day(self.today + number * ONE_DAY) for number in range(SHOWN_DAYS)]

    def _day(self, day: date) -> Day:
        kind, label = self.timetable.rule.classify(day)
        ordinary = kind in (DayKind.WORKING, DayKind.WEEKEND)
        hours = [self._hours(period) for period in self.timetable.schedule.openings_of(day)]
        why = "" if ordinary else str(label or DayKind(kind).label)
        return Day(day, hours, why, day == self.today)

    def _hours(self, period: Period) -> str:
        start, end = self._local(period.start), self._local(period.end)
        return f"{time_text(start)}{NO_BREAK}–{NO_BREAK}{time_text(end)}"

    @property
    def week_words(self) -> str:
        """« lundi 9 h – 12 h, 13 h 30 – 17 h ; mardi … » for a text."""
        days = [
            f"{date_format(day.day, 'l')} {', '.join(day.hours)}" for day in self.week if day.hours
        ]
        return f"{NO_BREAK}; ".join(days)


def time_text(local: datetime) -> str:
    """« 9 h », « 13 h 30 »."""
    minutes = f"{NO_BREAK}{local.minute:02d}" if local.minute else ""
    return f"{local.hour}{NO_BREAK}h{minutes}"


@dataclass(frozen=True)
class Card:
    """A service as it is read out to an usager; of another organisation, with its name."""

    service: Service
    opening: Opening
    organisation: str

    @property
    def text(self) -> str:
        """The whole card as an answer."""
        service = self.service
        lines = [
            service.name,
            ", ".join(line.strip() for line in service.address.splitlines() if line.strip()),
            _("Téléphone : %(number)s") % {"number": service.phone} if service.phone else "",
            _("Courriel : %(address)s") % {"address": service.email} if service.email else "",
            _("Horaires : %(week)s") % {"week": self.opening.week_words}
            if self.opening.week_words
            else "",
        ]
        return "\n".join(line for line in lines if line)


def opening_of(service: Service, *, now: datetime) -> Opening:
    return Opening(timetables_of([service.calendar])[service.calendar_id], now)


def find(services: ServiceQuerySet, text: str, *, own: int) -> list[Service]:
    """Services whose name, motifs or address have all these words, accents or not; the agent's
    own organisation first."""
    # Services are hundreds at most: they are compared here, so that accents weigh nothing.
    words = alphabetical(text).split()
    read = list(services.select_related("calendar", "organisation"))
    spoken = _motifs(read) if words else {}
    found = [
        service
        for service in read
        if all(word in _said_of(service, spoken.get(service.pk, "")) for word in words)
    ]
    return sorted(
        found,
        key=lambda one: (
            one.organisation_id != own,
            alphabetical(one.organisation.name),
            not _named(one, words),
            alphabetical(one.name),
        ),
    )


def _said_of(service: Service, motifs: str) -> str:
    return alphabetical(f"{service.name} {service.address} {motifs}")


def _named(service: Service, words: list[str]) -> bool:
    return all(word in alphabetical(service.name) for word in words)


def _motifs(services: list[Service]) -> dict[int, str]:
    """What usagers come to each service for: the keywords of the annuaire."""
    organisations = {service.organisation_id for service in services}
    motifs = Motif.objects.active().filter(
        organisation__in=organisations, service__in=[service.pk for service in services]
    )
    spoken: dict[int, str] = {}
    for service, name in motifs.order_by().values_list("service", "name"):
        spoken[service] = f"{spoken.get(service, '')} {name}"
    return spoken


def cards_of(services: Iterable[Service], *, own: int, now: datetime) -> list[Card]:
    services = list(services)
    calendars = {service.calendar_id: service.calendar for service in services}
    timetables = timetables_of(calendars.values())
    openings = {pk: Opening(timetable, now) for pk, timetable in timetables.items()}
    return [
        Card(
            service,
            openings[service.calendar_id],
            "" if service.organisation_id == own else service.organisation.name,
        )
        for service in services
    ]
