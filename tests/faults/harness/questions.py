"""What the clerk can be asked, in the words of the product."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from contacts.enums import Channel, Nature
from contacts.models import Demande
from contacts.models.demande import reference_from
from contacts.targets import refresh_open_demandes
from directory.actions import open_calendar
from directory.enums import Role
from directory.models import Organisation, Service
from engagements import rebuild, referential
from engagements import recount as tallies
from marianne.celery import app
from surveys import actions as surveys
from tests import factories
from tests.faults.harness.calendar_questions import live_through, naive_nights, nights
from tests.faults.harness.desk import AGENT, PASSWORD, QUALITE
from tests.surveys.situations import ready_to_open

RECOUNT = "engagements.tasks.recount_stale_tallies"


def seed() -> dict[str, Any]:
    """A town with one service, an agent, a quality manager and an open survey."""
    now = timezone.now()
    town = Organisation.objects.create(name="Ville d’essai")
    calendar = open_calendar(town, name="Métropole", territory="metropole", today=now.date())
    service = factories.make_service(town, calendar, name="État civil")
    factories.make_agent(town, Role.AGENT, service, email=AGENT, password=PASSWORD)
    factories.make_agent(town, Role.QUALITE, email=QUALITE, password=PASSWORD)
    referential.adopt(town)
    survey = ready_to_open(town)
    surveys.open_survey(survey, at=now)
    survey.refresh_from_db()
    qr = surveys.make_qr(survey, service=service, by=None, at=now)
    return {"organisation": town.pk, "service": service.pk, "qr": qr.code}


def demandes(organisation: int, days: int, per_day: int, first: str) -> int:
    """Open demandes of consecutive days: as many stale cells as there are days."""
    service = Service.objects.get(organisation=organisation)
    start = date.fromisoformat(first)
    made = [
        _demande(service, f"{first} {number}", start + timedelta(days=number // per_day))
        for number in range(days * per_day)
    ]
    Demande.objects.bulk_create(made, batch_size=2_000)
    late_due_dates()
    return len(made)


def _demande(service: Service, name: str, day: date) -> Demande:
    key = uuid.uuid5(uuid.NAMESPACE_OID, name)
    received = datetime.combine(day, time(9), tzinfo=UTC)
    return Demande(
        public_id=key,
        organisation_id=service.organisation_id,
        reference=reference_from(key),
        service=service,
        channel=Channel.ONLINE,
        nature=Nature.SUGGESTION,
        received_at=received,
        received_on=day,
        registered_at=received,
    )


def ring(count: int) -> str:
    """So many messages that wake a worker, as beat sends them; returns the queue they wait in."""
    [options] = [
        entry["options"]
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        if entry["task"] == RECOUNT
    ]
    queue: str = options.get("queue", settings.CELERY_TASK_DEFAULT_QUEUE)
    with app.connection_for_write() as link, app.amqp.Producer(link) as producer:
        for _ in range(count):
            app.send_task(RECOUNT, queue=queue, producer=producer)
    return queue


def touch(organisation: int) -> int:
    """Make every cell stale again, without changing a figure; returns how many demandes."""
    marked = Demande.objects.filter(organisation=organisation)
    marked.update(channel=Channel.EMAIL)
    return marked.update(channel=Channel.ONLINE)


def recount() -> int:
    return tallies.recount_stale()


def differences() -> list[str]:
    """Every stored count that is not what a full count of the raw rows says."""
    towns = Organisation.objects.all()
    return [str(one) for town in towns for one in rebuild.differences(town.pk)]


def late_due_dates() -> int:
    """Deadlines of open demandes that were not up to date (they are, afterwards)."""
    return sum(refresh_open_demandes(town) for town in Organisation.objects.all())


VERBS: dict[str, Callable[..., Any]] = {
    verb.__name__: verb
    for verb in (
        *(seed, demandes, ring, touch, recount, differences, late_due_dates),
        *(live_through, nights, naive_nights),
    )
}
