"""Situations for tests, in the words of the trade. Dates are fixed: no test depends on today."""

import itertools
import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from contacts.enums import Channel, CloseReason, Nature, ReplyKind
from contacts.models import Demande, Reply
from contacts.models.demande import reference_from
from contacts.target_actions import set_target
from directory.actions import open_calendar
from directory.enums import Role, Territory
from directory.models import Agent, Motif, Organisation, Service, WorkingCalendar

PARIS = ZoneInfo("Europe/Paris")
# A Monday with plain weeks around it: no holiday from 1 to 26 June 2026 (but Sundays).
TODAY = date(2026, 6, 22)
NOW = datetime.combine(TODAY, time(10, 0), tzinfo=PARIS)
PASSWORD = "une phrase de passe longue"

_numbers = itertools.count(1)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=PARIS).astimezone(UTC)


def make_organisation(name: str | None = None) -> Organisation:
    return Organisation.objects.create(name=name or f"Commune {next(_numbers)}")


def make_calendar(
    organisation: Organisation, territory: str = Territory.METROPOLE, **kwargs: Any
) -> WorkingCalendar:
    return open_calendar(
        organisation,
        name=kwargs.pop("name", f"Calendrier {next(_numbers)}"),
        territory=territory,
        today=TODAY,
        **kwargs,
    )


def make_service(
    organisation: Organisation, calendar: WorkingCalendar | None = None, **kwargs: Any
) -> Service:
    return Service.objects.create(
        organisation=organisation,
        name=kwargs.pop("name", f"Service {next(_numbers)}"),
        calendar=calendar or organisation.calendars.first() or make_calendar(organisation),
        **kwargs,
    )


def make_agent(
    organisation: Organisation, role: Role = Role.AGENT, *services: Service, **kwargs: Any
) -> Agent:
    number = next(_numbers)
    agent = Agent.objects.create_user(
        kwargs.pop("email", f"agent{number}@mairie.example"),
        kwargs.pop("password", None),
        organisation=organisation,
        full_name=kwargs.pop("full_name", f"Camille Martin {number}"),
        role=role,
        **kwargs,
    )
    agent.services.set(services)
    return agent


def make_motif(organisation: Organisation, **kwargs: Any) -> Motif:
    return Motif.objects.create(
        organisation=organisation, name=kwargs.pop("name", f"Motif {next(_numbers)}"), **kwargs
    )


def national_targets(organisation: Organisation) -> None:
    """The national first-reply limits: letters 15, e-mails 5, réclamations 15."""
    since = date(2000, 1, 1)
    set_target(organisation, limit=15, valid_from=since, channel=Channel.MAIL)
    set_target(organisation, limit=5, valid_from=since, channel=Channel.EMAIL)
    set_target(organisation, limit=15, valid_from=since, nature=Nature.RECLAMATION)


def make_demande(
    service: Service,
    received: date = date(2026, 6, 1),
    *,
    channel: Channel = Channel.EMAIL,
    nature: Nature = Nature.INFORMATION,
    replied: date | None = None,
    held: date | None = None,
    announced: date | None = None,
    closed: date | None = None,
    **kwargs: Any,
) -> Demande:
    """A demande as the database would hold it, written row by row without the actions.

    `held` is the day of a holding reply announcing `announced`; `replied` of the reply on the
    merits, which closes it.
    """
    key = kwargs.pop("public_id", uuid.uuid4())
    received_at = kwargs.pop("received_at", at(received))
    demande = Demande.objects.create(
        public_id=key,
        organisation=service.organisation,
        reference=kwargs.pop("reference", reference_from(key)),
        service=service,
        channel=channel,
        nature=nature,
        received_at=received_at,
        received_on=received,
        registered_at=kwargs.pop("registered_at", received_at + timedelta(minutes=5)),
        **kwargs,
    )
    if held:
        add_reply(demande, ReplyKind.HOLDING, held, announced_on=announced)
    if replied:
        add_reply(demande, ReplyKind.MERITS, replied)
        closed = closed or replied
    if closed:
        reason = CloseReason.ANSWERED if replied else CloseReason.NO_ANSWER_NEEDED
        Demande.objects.filter(pk=demande.pk).update(
            closed_on=closed, closed_at=at(closed, 17), close_reason=reason
        )
    demande.refresh_from_db()
    return demande


def add_reply(demande: Demande, kind: ReplyKind, day: date, **kwargs: Any) -> Reply:
    return Reply.objects.create(
        organisation_id=demande.organisation_id,
        demande=demande,
        kind=kind,
        channel=demande.channel,
        at=at(day, 16),
        on_day=day,
        **kwargs,
    )
