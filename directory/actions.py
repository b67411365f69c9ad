"""Verbs of the annuaire: each is one transaction, and leaves the running counts right."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.dates import WEEKDAYS

from directory import errors, journal, opening_hours, workdays
from directory.enums import ChangeVerb, Role, Territory, time_zone_of
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
from directory.years import weekdays_in_words


def _one_at_a_time(organisation_id: int) -> None:
    """Changes of one annuaire queue up: what a rule has just read is still true when it writes.

    Rows that refer to the organisation may be written meanwhile (no key is locked).
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)


@transaction.atomic
def open_calendar(
    organisation: Organisation,
    *,
    name: str,
    territory: str,
    today: date,
    by: Agent | None = None,
    why: str = "",
    **fields: Any,
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
    journal.record(
        organisation.pk,
        ChangeVerb.CALENDAR_OPENED,
        calendar,
        by=by,
        why=why,
        after=_calendar_facts(calendar),
    )
    return calendar


def _calendar_facts(calendar: WorkingCalendar) -> journal.Facts:
    return {
        "name": calendar.name,
        "territory": calendar.get_territory_display(),
        "weekdays": weekdays_in_words(calendar),
        "time_zone": calendar.time_zone,
    }


@transaction.atomic
def change_calendar(
    calendar: WorkingCalendar, *, today: date, by: Agent | None = None, why: str = ""
) -> None:
    """Save changed weekdays, territory or name, and recount."""
    _one_at_a_time(calendar.organisation_id)
    calendar.full_clean()
    if set(opening_hours.week_of(calendar)) - calendar.weekdays:
        raise errors.WorkedDayHasHours
    before = WorkingCalendar.objects.get(pk=calendar.pk)
    calendar.save()
    workdays.rebuild(calendar, today=today)
    facts = {"before": _calendar_facts(before), "after": _calendar_facts(calendar)}
    if facts["before"] != facts["after"]:
        journal.record(
            calendar.organisation_id,
            ChangeVerb.CALENDAR_CHANGED,
            before,
            by=by,
            why=why,
            **facts,
        )


@transaction.atomic
def set_hours(
    calendar: WorkingCalendar, week: Week, *, by: Agent | None = None, why: str = ""
) -> None:
    """Replace the weekly opening hours; no count of working days depends on them."""
    _one_at_a_time(calendar.organisation_id)
    for weekday in sorted(day for day, spans in week.items() if spans):
        if weekday not in calendar.weekdays:
            raise errors.HoursOnDayOff(weekday)
    before = _hours_facts(opening_hours.week_of(calendar))
    calendar.hours.filter(opening=None).delete()
    for weekday, spans in week.items():
        _save_hours(calendar, spans, weekday=weekday)
    after = _hours_facts(week)
    if before != after:
        journal.record(
            calendar.organisation_id,
            ChangeVerb.HOURS_SET,
            calendar,
            by=by,
            why=why,
            before=before,
            after=after,
        )


def _hours_facts(week: Week) -> journal.Facts:
    """« lundi 9:00-12:00 ; mardi 9:00-12:00 », null without any."""
    days = [
        f"{WEEKDAYS[day]} {opening_hours.hours_text(spans)}"
        for day, spans in sorted(week.items())
        if spans
    ]
    return {"hours": " ; ".join(days) or None}


def _save_hours(calendar: WorkingCalendar, spans: Spans, **owner: Any) -> None:
    rows = opening_hours.rows_of(spans, calendar=calendar, **owner)
    for row in rows:
        row.organisation_id = calendar.organisation_id
    OpeningHours.objects.bulk_create(rows)


@transaction.atomic
def close_days(
    calendar: WorkingCalendar,
    *,
    first: date,
    last: date,
    label: str,
    today: date,
    by: Agent | None = None,
    why: str = "",
) -> Closing:
    """Declare days that the calendar does not work; the label says why, and may be enough."""
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
    _record_exception(ChangeVerb.DAYS_CLOSED, closing, by=by, why=why)
    return closing


@transaction.atomic
def open_day(
    calendar: WorkingCalendar,
    *,
    day: date,
    label: str,
    today: date,
    hours: Spans = (),
    by: Agent | None = None,
    why: str = "",
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
    _record_exception(ChangeVerb.DAY_OPENED, opening, by=by, why=why)
    return opening


@transaction.atomic
def cancel_exception(
    exception: Closing | ExceptionalOpening,
    *,
    today: date,
    by: Agent | None = None,
    why: str = "",
) -> None:
    """Remove a closing or an exceptional opening, and recount; asked twice, it is done once."""
    calendar = exception.calendar
    _one_at_a_time(calendar.organisation_id)
    if not type(exception)._default_manager.filter(pk=exception.pk).exists():
        return
    is_closing = isinstance(exception, Closing)
    verb = ChangeVerb.CLOSING_CANCELLED if is_closing else ChangeVerb.OPENING_CANCELLED
    _record_exception(verb, exception, by=by, why=why)
    exception.delete()
    workdays.rebuild(calendar, today=today)


def _days_words(exception: Closing | ExceptionalOpening) -> journal.Words:
    if isinstance(exception, ExceptionalOpening):
        return journal.day_words(exception.day)
    first, last = journal.day_words(exception.first_day), journal.day_words(exception.last_day)
    return first if first == last else f"{first} – {last}"


def _record_exception(
    verb: ChangeVerb, exception: Closing | ExceptionalOpening, *, by: Agent | None, why: str
) -> None:
    facts: journal.Facts = {"days": _days_words(exception)}
    gone = verb in (ChangeVerb.CLOSING_CANCELLED, ChangeVerb.OPENING_CANCELLED)
    journal.record(
        exception.organisation_id,
        verb,
        f"{exception.label} ({exception.calendar})",
        by=by,
        why=why,
        before=facts if gone else None,
        after=None if gone else facts,
    )


@transaction.atomic
def save_service(service: Service, *, by: Agent | None = None, why: str = "") -> None:
    """Create or change a service; the tree stays a tree whoever else is moving services."""
    _one_at_a_time(service.organisation_id)
    if service.pk and service.parent_id:
        services = Service.objects.filter(organisation=service.organisation_id)
        if services.and_below([service.pk]).filter(pk=service.parent_id).exists():
            raise errors.ServiceBelowItself
    service.full_clean()
    before = Service.objects.select_related("parent", "calendar").filter(pk=service.pk).first()
    service.save()
    facts = _service_facts(service)
    if before is None:
        verb, known = ChangeVerb.SERVICE_CREATED, None
    else:
        verb, known = ChangeVerb.SERVICE_MOVED, _service_facts(before)
    if facts != known:
        journal.record(
            service.organisation_id, verb, service, by=by, why=why, before=known, after=facts
        )


def _service_facts(service: Service) -> journal.Facts:
    """What decides how its demandes are counted, and who sees them."""
    return {
        "calendar": service.calendar.name,
        "parent": service.parent.name if service.parent else None,
    }


@transaction.atomic
def save_motif(motif: Motif, *, by: Agent | None = None, why: str = "") -> None:
    """Create or change a motif; families stand at the top and hold motifs, never families."""
    _one_at_a_time(motif.organisation_id)
    if motif.pk and motif.parent_id and motif.children.exists():
        raise errors.FamilyBelowFamily
    motif.full_clean()
    before = Motif.objects.select_related("parent").filter(pk=motif.pk).first()
    motif.save()
    if before and before.parent_id != motif.parent_id:
        journal.record(
            motif.organisation_id,
            ChangeVerb.MOTIF_MOVED,
            motif,
            by=by,
            why=why,
            before={"family": before.parent.name if before.parent else None},
            after={"family": motif.parent.name if motif.parent else None},
        )


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
