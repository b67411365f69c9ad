"""The morning's mail of an agent who asked for it: counts and references, nobody's data."""

from datetime import date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.access import demandes_of
from contacts.day import followed_by, owed_by_service, total
from contacts.due import Due, Horizons, due_rule, horizons_of
from contacts.models.demande import DemandeQuerySet
from directory.access import services_of
from directory.models import Agent, Organisation, WorkingCalendar, WorkingDay
from directory.preferences import digest_stop_url
from jobs.dueness import Nightly
from jobs.periodic import run_if_due
from outbox.actions import post
from ui.figures import date_text

AT = time(7, 30)
REFERENCES = 10


def write_digests_due(*, now: datetime) -> int:
    """Those of every organisation whose morning has come since they were last written.

    A morning is one of a time zone: an organisation on both sides of an ocean has two.
    """
    written = 0
    for organisation in Organisation.objects.order_by("pk"):
        zones = WorkingCalendar.objects.filter(organisation=organisation).order_by("time_zone")
        for zone in zones.values_list("time_zone", flat=True).distinct():
            name = f"digest:{organisation.pk}:{zone}"
            work = partial(_write_all, organisation, zone, now)
            written += run_if_due(name, Nightly(AT, zone), work, now=now) or 0
    return written


def _write_all(
    organisation: Organisation, zone: str, now: datetime, _last_success: datetime | None
) -> int:
    """Write those of today; a morning missed yesterday is of no use to anyone today."""
    local = now.astimezone(ZoneInfo(zone))
    if local.time() < AT:
        return 0
    today = local.date()
    horizons = horizons_of(organisation.pk, on=today)
    readers = Agent.objects.filter(organisation=organisation, wants_digest=True).active()
    return sum(
        write_digest(agent, horizons, today=today, now=now)
        for agent in readers.order_by("pk")
        if works_on_day(agent, today, zone)
    )


def works_on_day(agent: Agent, day: date, zone: str) -> bool:
    """Whether a calendar of the agent's services, in that zone, works that day."""
    calendars = WorkingCalendar.objects.filter(
        organisation=agent.organisation_id,
        time_zone=zone,
        services__in=services_of(agent).active().order_by(),
    )
    return WorkingDay.objects.filter(calendar__in=calendars, day=day, is_working=True).exists()


def write_digest(agent: Agent, horizons: Horizons, *, today: date, now: datetime) -> bool:
    """Put the agent's mail of the day in the outbox, once; false when there is nothing to say."""
    demandes = demandes_of(agent).open()
    owed = total(owed_by_service(demandes, horizons))
    announced = demandes.filter(due_rule(horizons, Due.ANNOUNCED)).count()
    if not (owed.at_risk or owed.soon or announced):
        return False
    at_risk = due_rule(horizons, Due.AT_RISK)
    context = {
        "agent": agent,
        "day": date_text(today, "full"),
        "owed": owed,
        "announced": announced,
        "mine": _references(followed_by(agent, demandes).filter(at_risk)),
        "urgent": _references(demandes.by_urgency().filter(at_risk)),
        "day_url": settings.PUBLIC_BASE_URL + reverse("my_day"),
        "stop_url": digest_stop_url(agent),
    }
    return post(
        agent.organisation,
        key=f"digest:{agent.pk}:{today}",
        to=agent.email,
        subject=_("Votre journée : %(late)s en retard, %(today)s pour aujourd’hui")
        % {"late": owed.late, "today": owed.today},
        body=render_to_string("contacts/mail/digest.txt", context),
        now=now,
    )


def _references(demandes: DemandeQuerySet) -> list[str]:
    return list(demandes.values_list("reference", flat=True)[:REFERENCES])
