"""The clerk lives through chosen days: the product takes time as an argument, and is given it."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contacts.actions import Intake, log_contact
from contacts.enums import Channel
from directory.actions import open_calendar
from directory.models import Agent, Organisation
from jobs.dueness import Nightly
from jobs.periodic import run_if_due
from tests import factories

# In the first hour that does not exist in March and exists twice in October.
AT = time(2, 30)


def instants(day: str, hours: int, step: int) -> Iterator[datetime]:
    """Every `step` minutes from so many hours before the UTC midnight of a day to as many after."""
    now = datetime.combine(date.fromisoformat(day), time(0), tzinfo=UTC) - timedelta(hours=hours)
    for _ in range(2 * hours * 60 // step):
        yield now
        now += timedelta(minutes=step)


def live_through(days: list[str], territories: list[str], hours: int, step: int) -> dict[str, str]:
    """A contact at each instant of each day, in a service of each territory, every second answered
    at once; returns the time zone of each service by its name."""
    town = Organisation.objects.get()
    agent = Agent.objects.filter(organisation=town).order_by("pk")[0]
    zones = {}
    for territory in territories:
        calendar = open_calendar(
            town, name=f"Essai {territory}", territory=territory, today=date(2026, 1, 1)
        )
        service = factories.make_service(town, calendar, name=f"Accueil {territory}")
        zones[service.name] = str(calendar.zone)
        for day in days:
            for number, now in enumerate(instants(day, hours, step)):
                intake = Intake(
                    service=service,
                    channel=Channel.GUICHET,
                    received_on=calendar.day_of(now),
                    received_at=now,
                    answered=number % 2 == 0,
                )
                log_contact(intake, organisation=town, by=agent, now=now)
    return zones


def nights(days: list[str], zone: str, hours: int, step: int) -> dict[str, int]:
    """How often a nightly job runs, by local day, woken at each of these instants."""
    runs: Counter[str] = Counter()
    rule = Nightly(AT, zone)
    for day in days:
        for now in instants(day, hours, step):
            local = now.astimezone(ZoneInfo(zone)).date().isoformat()
            if run_if_due(f"essai {zone} {day}", rule, lambda _last_success: True, now=now):
                runs[local] += 1
    return dict(runs)


def naive_nights(days: list[str], zone: str, hours: int, step: int) -> dict[str, int]:
    """The control: a job that runs when the wall clock shows its hour."""
    runs: Counter[str] = Counter()
    for day in days:
        for now in instants(day, hours, step):
            local = now.astimezone(ZoneInfo(zone))
            runs[local.date().isoformat()] += local.time() == AT
    return dict(runs)
