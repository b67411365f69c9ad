"""Running a mystery-call campaign: its period and services, and what each caller met."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from directory.models import Agent, Service
from telephony import errors
from telephony.enums import MysteryOutcome
from telephony.models import MysteryCall, MysteryCampaign


@dataclass(frozen=True)
class MysteryTold:
    """What a mystery caller reports."""

    service: Service
    called_at: datetime
    outcome: MysteryOutcome
    rings: int
    mark: int | None = None
    note: str = ""
    key: uuid.UUID | None = None


@transaction.atomic
def save_campaign(campaign: MysteryCampaign, services: Collection[Service]) -> MysteryCampaign:
    """A change leaves no call outside its campaign."""
    campaign.full_clean()
    campaign.save()
    for call in campaign.calls.select_related("service__calendar"):
        day = call.local_day
        inside = campaign.first_day <= day <= campaign.last_day and call.service in services
        if not inside:
            raise errors.CampaignHasCalls
    campaign.services.set(services)
    return campaign


def record_call(
    campaign: MysteryCampaign, told: MysteryTold, *, by: Agent | None, now: datetime
) -> MysteryCall:
    """Write one mystery call down; the client-made key makes it one, sent twice."""
    day = told.service.calendar.day_of(told.called_at)
    if told.called_at > now:
        raise errors.MysteryInFuture
    if not campaign.first_day <= day <= campaign.last_day:
        raise errors.OutOfCampaign
    if not campaign.services.filter(pk=told.service.pk).exists():
        raise errors.NotOfCampaign
    call = MysteryCall(
        public_id=told.key or uuid.uuid4(),
        organisation_id=campaign.organisation_id,
        campaign=campaign,
        service=told.service,
        called_at=told.called_at,
        outcome=told.outcome,
        rings=told.rings,
        mark=told.mark,
        note=told.note,
        recorded_at=now,
        recorded_by=by,
    )
    try:
        with transaction.atomic():
            call.save(force_insert=True)
    except IntegrityError:
        known = MysteryCall.objects.filter(campaign=campaign, public_id=call.public_id).first()
        if known is None or not _same(known, call):
            raise errors.KeyTaken from None
        return known
    return call


SAME = ("service_id", "called_at", "outcome", "rings", "mark", "note")


def _same(known: MysteryCall, sent: MysteryCall) -> bool:
    return all(getattr(known, name) == getattr(sent, name) for name in SAME)
