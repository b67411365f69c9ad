"""Calls and lines for tests, in the words of the trade."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from directory.actions import set_hours
from directory.models import Organisation, Service
from directory.worktime.clock import Span
from telephony.actions.importing import Sent, deposit
from telephony.actions.mystery import MysteryTold, record_call
from telephony.enums import HoursBasis, MysteryOutcome, Outcome, RecordFormat, Source
from telephony.models import Call, Line, MysteryCampaign, TelephonySetting
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


def make_campaign(service: Service) -> MysteryCampaign:
    campaign = MysteryCampaign.objects.create(
        organisation=service.organisation,
        title="Baromètre de juin",
        first_day=MONDAY,
        last_day=date(2026, 6, 30),
    )
    campaign.services.add(service)
    return campaign


def telephone_arguments(service: Service) -> dict[str, dict[str, object]]:
    """One of each object of the telephone, for the table of doors."""
    log = b"1780300012|A.1|accueil|SIP/1|CONNECT|12|A.2|4"
    sent = Sent("queue_log", log, RecordFormat.ASTERISK_QUEUE)
    record = deposit(sent, service.organisation, by=None, now=factories.NOW)
    of_record: dict[str, object] = {"public_id": record.public_id}
    campaign = make_campaign(service)
    told = MysteryTold(service, morning(), MysteryOutcome.AGENT, 3)
    mystery = record_call(campaign, told, by=None, now=factories.NOW)
    of_campaign: dict[str, object] = {"public_id": campaign.public_id}
    setting = TelephonySetting.objects.create(organisation=service.organisation)
    return {
        "call": {"public_id": make_call(service).public_id},
        "call_line_edit": {"public_id": make_line(service).public_id},
        "incoming_webhook": {"webhook_id": setting.webhook_id},
        "mystery_call_remove": {**of_campaign, "call_id": mystery.public_id},
        **dict.fromkeys(
            ("mystery_campaign", "mystery_campaign_edit", "mystery_call_new"), of_campaign
        ),
        **dict.fromkeys(("call_record", "call_record_confirm", "call_record_drop"), of_record),
    }
