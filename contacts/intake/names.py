"""Services and motifs named in a file: found, or made when the import may make them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db.models import Max

from contacts.intake.errors import Unusable
from contacts.intake.values import Unreadable, within
from contacts.models import Demande
from directory.models import Motif, Organisation, Service, WorkingCalendar, WorkingDay

NAME_LENGTH = 160
# Beyond this a column was mistaken for another: no organisation has as many.
MOST_MADE = 1_000


@dataclass
class Place:
    """A service as rows need it; `pk` is null until the first row that goes in makes it."""

    name: str
    calendar: WorkingCalendar
    last_day: date
    zone: ZoneInfo
    pk: int | None = None


@dataclass
class Services:
    organisation: Organisation
    calendar_for_new: WorkingCalendar | None
    # What must be over before a query: the rows of the last chunk may still be on their way.
    before_query: Callable[[], None]
    made: list[int] = field(default_factory=list)
    _places: dict[str, Place] = field(default_factory=dict)
    _last_days: dict[int, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = self.organisation.services.select_related("calendar", "merged_into__calendar")
        for service in known.order_by("-pk"):
            # A file may go on naming a service that another one has taken over.
            holder = service.standing
            self._places[_key(service.name)] = self._place(holder.name, holder.calendar, holder.pk)
        if self.calendar_for_new:
            self._last_day(self.calendar_for_new)

    def named(self, name: str) -> Place:
        key = _key(name)
        if key not in self._places:
            if self.calendar_for_new is None:
                raise Unreadable(f"Service inconnu : « {name} ».{self._hint(key)}")
            self._places[key] = self._place(within(name, NAME_LENGTH), self.calendar_for_new)
        return self._places[key]

    def make(self, place: Place) -> int:
        if place.pk is None:
            _count(self.made, "services")
            self.before_query()
            place.pk = Service.objects.create(
                organisation=self.organisation, name=place.name, calendar=place.calendar
            ).pk
            self.made.append(place.pk)
        return place.pk

    def forget_unused(self) -> None:
        """Services made for rows that did not go in after all."""
        used = Demande.objects.filter(service__in=self.made).values("service")
        Service.objects.filter(pk__in=self.made).exclude(pk__in=used).delete()

    def _place(self, name: str, calendar: WorkingCalendar, pk: int | None = None) -> Place:
        return Place(name, calendar, self._last_day(calendar), calendar.zone, pk)

    def _last_day(self, calendar: WorkingCalendar) -> date:
        if calendar.pk not in self._last_days:
            days = WorkingDay.objects.filter(calendar=calendar)
            self._last_days[calendar.pk] = days.aggregate(last=Max("day"))["last"]
        return self._last_days[calendar.pk]

    def _hint(self, key: str) -> str:
        near = get_close_matches(key, self._places, 1)
        return f" Voulez-vous dire « {self._places[near[0]].name} » ?" if near else ""


@dataclass
class Motifs:
    organisation: Organisation
    create: bool
    before_query: Callable[[], None]
    made: list[int] = field(default_factory=list)
    _ids: dict[str, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for motif in self.organisation.motifs.all():
            key = _key(motif.name)
            # Null stands for a name that several families share.
            self._ids[key] = None if key in self._ids else motif.pk

    def check(self, name: str) -> None:
        key = _key(name)
        if key in self._ids and self._ids[key] is None:
            raise Unreadable(f"Plusieurs motifs s’appellent « {name} ».")
        if key not in self._ids and not self.create:
            raise Unreadable(f"Motif inconnu : « {name} ».")
        within(name, NAME_LENGTH)

    def make(self, name: str) -> int | None:
        """Id of a checked name; null for no motif."""
        key = _key(name)
        if name and key not in self._ids:
            _count(self.made, "motifs")
            self.before_query()
            motif = Motif.objects.create(organisation=self.organisation, name=name)
            self._ids[key] = motif.pk
            self.made.append(motif.pk)
        return self._ids[key] if name else None

    def forget_unused(self) -> None:
        """Motifs made for rows that did not go in after all."""
        used = Demande.objects.filter(motif__in=self.made).values("motif")
        Motif.objects.filter(pk__in=self.made).exclude(pk__in=used).delete()


@lru_cache(maxsize=10_000)
def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _count(made: list[int], what: str) -> None:
    if len(made) >= MOST_MADE:
        raise Unusable(
            f"Plus de {MOST_MADE} {what} à créer : la colonne choisie en contient-elle vraiment ?"
        )
