"""Calls and lines for tests, in the words of the trade."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from directory.actions import set_hours
from directory.models import Organisation, Service
from directory.worktime.clock import Span
from telephony.enums import HoursBasis, Outcome, Source
from telephony.models import Call, Line
from tests import factories

# A Monday of plain weeks.
MONDAY = date(2026, 6, 1)
_keys = itertools.count(1)


def morning(day: date = MONDAY, hour: int = 10, minute: int = 0) -> datetime:
    return factories.at(day, hour, minute)


def make_line(service: Service, number: str = "+33199001234", **kwargs: Any) -> Line:
    return Line.objects.create(
        organisation=service.organisation, service=service, number=number, **kwargs
    )


def make_call(
    service: Service,
    *,
    outcome: Outcome = Outcome.AGENT,
    seconds: float | None = 8,
    started: datetime | None = None,
    in_hours: bool = True,
    **kwargs: Any,
) -> Call:
    """A call as an import leaves it; `seconds` before the pick-up, or before the end."""
    at = started or morning()
    return Call.objects.create(
        organisation=service.organisation,
        service=service,
        source=kwargs.pop("source", Source.CSV),
        external_key=kwargs.pop("external_key", f"appel-{next(_keys)}"),
        started_at=at,
        started_on=service.calendar.day_of(at),
        wait_ms=None if seconds is None else round(seconds * 1000),
        answered_at=at + timedelta(seconds=seconds or 0) if outcome.is_answered else None,
        outcome=outcome,
        in_hours=in_hours,
        hours_basis=kwargs.pop("hours_basis", HoursBasis.HOURS),
        recorded_at=kwargs.pop("recorded_at", max(at, factories.NOW)),
        **kwargs,
    )


def open_from_nine_to_five(organisation: Organisation) -> None:
    """Monday to Friday, 9:00 to 12:00 and 13:30 to 17:00, in every calendar."""
    for calendar in organisation.calendars.all():
        day = (Span(9 * 3600, 12 * 3600), Span(13 * 3600 + 1800, 17 * 3600))
        set_hours(calendar, dict.fromkeys(range(5), day), by=None, why="")
