"""Verbs of the annuaire: each is one transaction, and leaves the running counts right."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from directory import errors, opening_hours, workdays
from directory.enums import Role, Territory, time_zone_of
from directory.logos import Picture
from directory.models import (
    Agent,
    Closing,
    ExceptionalOpening,
    Logo,
    Motif,
    OpeningHours,
    Organisation,
    Service,
    WorkingCalendar,
)
from directory.opening_hours import Week
from directory.worktime.schedule import Spans


def _one_at_a_time(organisation_id: int) -> None:
    """Changes of one annuaire queue up: what a rule has just read is still true when it writes.

    Rows that refer to the organisation may be written meanwhile (no key is locked).
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)


@transaction.atomic
def open_calendar(
    organisation: Organisation, *, name: str, territory: str, today: date, **fields: Any
) -> WorkingCalendar:
    """Create a calendar (Monday to Friday unless `weekday_mask` says more) and count its days."""
    _one_at_a_time(organisation.pk)
    calendar = WorkingCalendar(
        organisation=organisation,
        name=name,
        territory=Territory(territory),
        **{"time_zone": time_zone_of(territory), **fields},
    )
    calendar.full_clean()
    calendar.save()
    workdays.rebuild(calendar, today=today)
    return calendar


@transaction.atomic
def change_calendar(calendar: WorkingCalendar, *, today: date) -> None:
    """Save changed weekdays, territory or name, and recount."""
    _one_at_a_time(calendar.organisation_id)
    calendar.full_clean()
    if set(opening_hours.week_of(calendar)) - calendar.weekdays:
        raise errors.WorkedDayHasHours
    calendar.save()
    workdays.rebuild(calendar, today=today)


@transaction.atomic
def set_hours(calendar: WorkingCalendar, week: Week) -> None:
    """Replace the weekly opening hours; no count of working days depends on them."""
    _one_at_a_time(calendar.organisation_id)
    for weekday in sorted(day for day, spans in week.items() if spans):
        if weekday not in calendar.weekdays:
            raise errors.HoursOnDayOff(weekday)
    calendar.hours.filter(opening=None).delete()
    for weekday, spans in week.items():
        _save_hours(calendar, spans, weekday=weekday)


def _save_hours(calendar: WorkingCalendar, spans: Spans, **owner: Any) -> None:
    rows = opening_hours.rows_of(spans, calendar=calendar, **owner)
    for row in rows:
        row.organisation_id = calendar.organisation_id
    OpeningHours.objects.bulk_create(rows)


@transaction.atomic
def close_days(
    calendar: WorkingCalendar, *, first: date, last: date, label: str, today: date
) -> Closing:
    # Before the constraints: PostgreSQL cannot even read a range that ends before it starts.
    if last < first:
        raise errors.ClosingEndsBeforeItStarts
    _one_at_a_time(calendar.organisation_id)
    closing = Closing(
        organisation=calendar.organisation,
        calendar=calendar,
        first_day=first,
        last_day=last,
        label=label,
    )
    closing.full_clean()
    closing.save()
    workdays.rebuild(calendar, today=today)
    return closing


@transaction.atomic
def open_day(
    calendar: WorkingCalendar, *, day: date, label: str, today: date, hours: Spans = ()
) -> ExceptionalOpening:
    """Work a day that the calendar would not; without `hours`, those of its weekday."""
    _one_at_a_time(calendar.organisation_id)
    week = opening_hours.week_of(calendar)
    if week and not hours and not week.get(day.weekday()):
        raise errors.OpeningWithoutHours
    opening = ExceptionalOpening(
        organisation=calendar.organisation, calendar=calendar, day=day, label=label
    )
    opening.full_clean()
    opening.save()
    _save_hours(calendar, hours, opening=opening)
    workdays.rebuild(calendar, today=today)
    return opening


@transaction.atomic
def cancel_exception(exception: Closing | ExceptionalOpening, *, today: date) -> None:
    """Remove a closing or an exceptional opening, and recount."""
    calendar = exception.calendar
    exception.delete()
    workdays.rebuild(calendar, today=today)


@transaction.atomic
def save_service(service: Service) -> None:
    """Create or change a service; the tree stays a tree whoever else is moving services."""
    _one_at_a_time(service.organisation_id)
    if service.pk and service.parent_id:
        services = Service.objects.filter(organisation=service.organisation_id)
        if services.and_below([service.pk]).filter(pk=service.parent_id).exists():
            raise errors.ServiceBelowItself
    service.full_clean()
    service.save()


@transaction.atomic
def save_motif(motif: Motif) -> None:
    """Create or change a motif; families stand at the top and hold motifs, never families."""
    _one_at_a_time(motif.organisation_id)
    if motif.pk and motif.parent_id and motif.children.exists():
        raise errors.FamilyBelowFamily
    motif.full_clean()
    motif.save()


@transaction.atomic
def change_organisation(organisation: Organisation) -> None:
    organisation.full_clean()
    organisation.save(update_fields=["name", "primary_colour"])


@transaction.atomic
def set_logo(organisation: Organisation, picture: Picture | None) -> None:
    """Put a logo at the head of every page, or take it away."""
    _one_at_a_time(organisation.pk)
    Logo.objects.filter(organisation=organisation).delete()
    if picture:
        Logo.objects.create(
            organisation=organisation, media_type=picture.media_type, content=picture.content
        )
    organisation.logo_version = picture.version if picture else ""
    organisation.save(update_fields=["logo_version"])


@transaction.atomic
def create_agent(
    organisation: Organisation,
    *,
    email: str,
    full_name: str,
    role: str,
    services: Iterable[Service],
) -> Agent:
    """An account without a password: the agent chooses one through the invitation."""
    _one_at_a_time(organisation.pk)
    agent = Agent(
        organisation=organisation, email=email.lower(), full_name=full_name, role=Role(role)
    )
    agent.set_unusable_password()
    agent.full_clean()
    agent.save()
    agent.services.set(services)
    return agent


@transaction.atomic
def change_agent(agent: Agent, *, full_name: str, role: str, services: Iterable[Service]) -> None:
    """Name, role and perimeter hold from the agent's next request on."""
    _one_at_a_time(agent.organisation_id)
    if role != Role.ADMINISTRATEUR:
        _keep_an_administrator(agent)
    agent.full_name, agent.role = full_name, Role(role)
    agent.full_clean()
    agent.save(update_fields=["full_name", "role"])
    agent.services.set(services)


@transaction.atomic
def deactivate_agent(agent: Agent, *, by: Agent) -> None:
    """Close an account: its sessions and invitations die at once, and do not come back with it.

    They are all bound to the password, so the password goes.
    """
    _one_at_a_time(agent.organisation_id)
    _keep_an_administrator(agent)
    if agent == by:
        raise errors.OwnAccount
    agent.is_active = False
    agent.set_unusable_password()
    agent.save(update_fields=["is_active", "password"])


@transaction.atomic
def reactivate_agent(agent: Agent) -> None:
    """Open the account again; the agent needs a new invitation to choose a password."""
    agent.is_active = True
    agent.save(update_fields=["is_active"])


def _keep_an_administrator(agent: Agent) -> None:
    """Refuse to lose the last one. The caller holds the annuaire, so two cannot leave at once."""
    administrators = Agent.objects.active().filter(
        organisation=agent.organisation_id, role=Role.ADMINISTRATEUR
    )
    leaves = administrators.filter(pk=agent.pk).exists()
    if leaves and not administrators.exclude(pk=agent.pk).exists():
        raise errors.LastAdministrator
