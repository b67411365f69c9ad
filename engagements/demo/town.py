"""Builds an organisation with its services, its people and fourteen months of demandes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from contacts.models import Demande
from directory.enums import Role
from directory.models import Agent, Organisation, Service
from directory.workdays import FIRST_DAY
from engagements import recount, referential, repeats
from engagements.demo import (
    calling,
    handling,
    knowing,
    people,
    places,
    queueing,
    register,
    surveying,
    usagers,
)
from engagements.demo.bulk import Pipe, keys_checked_at_the_end, keys_checked_row_by_row
from engagements.demo.clock import DAY, Clock
from engagements.demo.lettering import number_letters
from engagements.demo.lives import Fate
from engagements.demo.plan import Plan
from engagements.demo.receiving import Reception, receive
from engagements.demo.rhythm import Hours, spread
from engagements.demo.writing import TABLES, Writer
from surveys.models import Survey

# Behind the first receipt lie the dates of the letters; ahead of today, deadlines and promises.
BEFORE, AHEAD = timedelta(days=30), timedelta(days=400)
DAY_BEFORE = timedelta(days=1)
CHUNK, ID_BLOCK = 2_000, 20_000
# From this many demandes on, checking foreign keys as a whole is worth its locks.
MANY = 2_000
Say = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    organisation: Organisation
    agents: list[Agent]
    # Rows by table.
    written: dict[str, int]


@transaction.atomic
def build(plan: Plan, say: Say) -> Built:
    """All of it or nothing; `count` then brings the figures up to date."""
    with _checks(plan):
        return _build(plan, say)


def _checks(plan: Plan) -> AbstractContextManager[None]:
    """How foreign keys are checked: as a whole when the town is most of what there will be."""
    others = Demande.objects.all()[: plan.demandes].count()
    if plan.demandes < MANY or others == plan.demandes:
        return keys_checked_row_by_row()
    return keys_checked_at_the_end([*TABLES, "directory_workingday"])


def _build(plan: Plan, say: Say) -> Built:
    # Seeded so that two runs tell the same story: nothing here is a secret.
    rng = Random(f"{plan.seed} {plan.name}")  # noqa: S311
    organisation = Organisation.objects.create(name=plan.name)
    years = range(plan.first.year, plan.today.year + 2)
    calendars = places.make_calendars(organisation, plan.places["calendars"], years, plan.today)
    services = places.make_places(organisation, plan.places, calendars)
    motifs = places.make_motifs(organisation, plan.families, services)
    say(f"{len(services)} services, {len(calendars)} calendriers, {motifs} motifs")
    referential.adopt(organisation)
    agents = people.make_agents(
        organisation,
        [*plan.agents, *people.crew(rng, plan.crew)],
        services,
        domain=plan.domain,
        password=plan.hashed_password,
    )
    say(f"{len(agents)} agents")
    keeper = next(agent for agent in agents if agent.role == Role.ADMINISTRATEUR)
    knowing.know(organisation, services, keeper, today=plan.today)
    survey = surveying.open_ready_survey(
        organisation,
        by=keeper,
        at=datetime.combine(plan.first, time(9), tzinfo=ZoneInfo("Europe/Paris")),
        email=f"dpd@{plan.domain}",
    )
    front = Service.objects.get(pk=services[plan.front].pk)
    queueing.open_room(organisation, front, today=plan.today, seed=plan.seed)
    written = _receive(plan, organisation, services, survey, rng, say)
    say(f"{calling.ring(plan, organisation, services[plan.front].pk)} appels")
    register.fill(organisation, at=datetime.combine(plan.today, time(9), ZoneInfo("Europe/Paris")))
    usagers.know_some_better(
        organisation,
        by=keeper,
        at=datetime.combine(plan.today, time(9), tzinfo=ZoneInfo("Europe/Paris")) - DAY_BEFORE,
    )
    handling.handle_together(organisation)
    say(f"{number_letters(organisation)} courriers au registre")
    return Built(organisation, agents, written)


def _receive(
    plan: Plan,
    organisation: Organisation,
    services: dict[str, places.Place],
    survey: Survey,
    rng: Random,
    say: Say,
) -> dict[str, int]:
    found = list(services.values())
    clock = Clock(plan.first - BEFORE, plan.today + AHEAD, found[0].calendar)
    places.learn_days(found, clock)
    hours, horizon = Hours(rng), clock.index(plan.today) * DAY
    fate = Fate(rng, hours, services[plan.front], horizon, clock.index(plan.decline))
    limits = places.read_limits(organisation, clock)
    first, last = clock.index(plan.first), clock.index(plan.today) - 1
    with Pipe(min(plan.demandes, ID_BLOCK)) as pipe:
        writer = Writer(organisation.pk, clock, limits, rng, pipe)
        opinions = surveying.Opinions(survey, rng, clock, writer, horizon)
        crowd = people.Crowd(rng)
        reception = Reception(rng, hours, fate, crowd, writer, opinions, horizon)
        days = spread(plan.demandes, first, last, clock, found, rng)
        for total in receive(reception, days, CHUNK):
            say(f"{total} demandes sur {plan.demandes}")
    return writer.written


def count(say: Say) -> None:
    """Bring the figures up to date, so that the first dashboard reads stored tallies."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")
    say(f"{recount.settle_after_load()} décomptes")
    for organisation in Organisation.objects.all():
        repeats.count_repeats(organisation, first=FIRST_DAY, last=timezone.localdate())
