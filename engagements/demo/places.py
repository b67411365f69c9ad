"""The organisation and what it is made of: calendars, services, motifs and delay targets."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from contacts.enums import Measure
from contacts.targets import segments
from directory import workdays
from directory.enums import Territory
from directory.holidays import easter
from directory.models import (
    Closing,
    ExceptionalOpening,
    Motif,
    Organisation,
    Service,
    WorkingCalendar,
)
from engagements.demo.catalogue import Variants, texts
from engagements.demo.clock import Clock, WorkingDays
from engagements.demo.words import (
    CHANNELS,
)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Limits = dict[tuple[int, str, str], list[tuple[int, int, int]]]


@dataclass(frozen=True, slots=True)
class Subject:
    """A motif and what is said about it."""

    pk: int
    demarche: float
    texts: tuple[Variants, ...]


@dataclass(slots=True)
class Place:
    """A service as the generator knows it."""

    pk: int
    name: str
    weight: float
    pace: float
    is_struggling: bool
    season: str
    channels: dict[str, float]
    calendar: WorkingCalendar
    hours: tuple[float, ...]
    subjects: list[Subject] = field(default_factory=list)
    subject_weights: list[float] = field(default_factory=list)
    # Each with its motif.
    complaints: list[tuple[int, Variants]] = field(default_factory=list)
    suggestions: list[tuple[int, Variants]] = field(default_factory=list)
    agents: list[int] = field(default_factory=list)
    days: WorkingDays = field(init=False)
    # Seconds of the day at which somebody comes or calls, as often as they do.
    arrivals: tuple[int, ...] = field(init=False)


def anchored(anchor: str, year: int) -> date:
    """Easter, or the nth weekday of a month: « 09-sunday-2 »."""
    if anchor == "easter":
        return easter(year)
    month, weekday, nth = anchor.split("-")
    first = date(year, int(month), 1)
    ahead = (WEEKDAYS.index(weekday) - first.weekday()) % 7
    return first + timedelta(days=ahead + 7 * (int(nth) - 1))


def make_calendars(
    organisation: Organisation, raws: Iterable[dict[str, Any]], years: range, today: date
) -> dict[str, WorkingCalendar]:
    """All exceptions of a calendar go in before its days are counted: one count, not one each."""
    made = {}
    for raw in raws:
        calendar = WorkingCalendar(
            organisation=organisation,
            name=raw["name"],
            territory=Territory.METROPOLE,
            weekday_mask=sum(1 << day for day in raw["weekdays"]),
        )
        calendar.full_clean()
        calendar.save()
        Closing.objects.bulk_create(_closings(calendar, raw["closings"], years))
        ExceptionalOpening.objects.bulk_create(
            ExceptionalOpening(
                organisation=organisation,
                calendar=calendar,
                day=anchored(one["anchor"], year),
                label=one["label"],
            )
            for one in raw["openings"]
            for year in years
        )
        workdays.rebuild(calendar, today=today)
        made[raw["key"]] = calendar
    return made


def _closings(
    calendar: WorkingCalendar, raws: list[dict[str, Any]], years: range
) -> Iterator[Closing]:
    for raw in raws:
        for year in years:
            start = anchored(raw["anchor"], year)
            yield Closing(
                organisation=calendar.organisation,
                calendar=calendar,
                first_day=start + timedelta(days=raw["from"]),
                last_day=start + timedelta(days=raw["to"]),
                label=raw["label"],
            )


def make_places(
    organisation: Organisation, raw: dict[str, Any], calendars: dict[str, WorkingCalendar]
) -> dict[str, Place]:
    hours = {one["key"]: tuple(one["hours"]) for one in raw["calendars"]}
    services: dict[str, Service] = {}
    made = {}
    for one in raw["services"]:
        service = services[one["key"]] = Service.objects.create(
            organisation=organisation,
            name=one["name"],
            parent=services[one["parent"]] if "parent" in one else None,
            calendar=calendars[one["calendar"]],
            phone=one["phone"],
            email=one["email"],
            address=one["address"],
        )
        made[one["key"]] = Place(
            pk=service.pk,
            name=service.name,
            weight=one["weight"],
            pace=one["pace"],
            is_struggling=one.get("struggling", False),
            season=one.get("season", ""),
            channels=dict(zip(CHANNELS, one["channels"], strict=True)),
            calendar=service.calendar,
            hours=hours[one["calendar"]],
        )
    return made


def make_motifs(
    organisation: Organisation, families: Iterable[dict[str, Any]], places: dict[str, Place]
) -> int:
    """Families and their motifs; returns how many rows."""
    made = 0
    for family in families:
        parent = Motif.objects.create(organisation=organisation, name=family["name"])
        homes = [places[raw.get("service", family["service"])] for raw in family["motifs"]]
        motifs = Motif.objects.bulk_create(
            Motif(organisation=organisation, parent=parent, name=raw["name"], service_id=home.pk)
            for raw, home in zip(family["motifs"], homes, strict=True)
        )
        for motif, raw, home in zip(motifs, family["motifs"], homes, strict=True):
            home.subjects.append(Subject(motif.pk, raw["demarche"] / 100, texts(raw["texts"])))
            home.subject_weights.append(raw["weight"])
            home.complaints += _about(motif, family["complaints"])
            home.suggestions += _about(motif, family["suggestions"])
        made += 1 + len(motifs)
    return made


def _about(motif: Motif, named: list[list[str]]) -> list[tuple[int, Variants]]:
    return [(motif.pk, one) for name, *trio in named if name == motif.name for one in texts([trio])]


def learn_days(places: Iterable[Place], clock: Clock) -> None:
    """Give each place its working days and the hours at which people come."""
    known: dict[int, WorkingDays] = {}
    for place in places:
        calendar = place.calendar
        if calendar.pk not in known:
            known[calendar.pk] = WorkingDays(calendar, clock)
        place.days = known[calendar.pk]
        place.arrivals = tuple(_arrivals(place.hours))


def _arrivals(hours: tuple[float, ...]) -> Iterator[int]:
    """Five-minute slots, busiest in the middle of the morning and early in the afternoon."""
    morning, noon, afternoon, evening = hours
    for start, end in ((morning, noon), (afternoon, evening)):
        for slot in range(math.floor((end - start) * 12) - 2):
            at = start + slot / 12
            busy = 5 if 9.5 <= at < 11.5 else 4 if 14 <= at < 15.5 else 3
            yield from [round(at * 3600)] * busy


def read_limits(organisation: Organisation, clock: Clock) -> Limits:
    """First-reply limits as (first day, last day, limit), by service, channel and nature."""
    found: Limits = {}
    for one in segments(organisation.pk, Measure.FIRST_REPLY):
        span = (clock.index(one.first), clock.index(one.last), one.limit)
        found.setdefault((one.service_id, one.channel, one.nature), []).append(span)
    return found
