"""Writing a call down by hand, and tying one to the demande that came of it."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from contacts.access import demandes_of
from contacts.models import Demande
from directory.models import Agent, Organisation, Service
from telephony import errors
from telephony.enums import Outcome, Source
from telephony.hours import Hours
from telephony.models import Call
from telephony.models.call import FIRST_DAY


@dataclass(frozen=True)
class ToldCall:
    """A call as someone tells it: rings counted by ear, or seconds."""

    service: Service
    started_at: datetime
    outcome: Outcome
    caller: str = ""
    rings: int | None = None
    wait_ms: int | None = None
    note: str = ""
    key: uuid.UUID | None = None


def log_call(told: ToldCall, *, organisation: Organisation, by: Agent, now: datetime) -> Call:
    """Write one call down. The client-made key makes it idempotent: sent twice, one call."""
    call = _call_of(told, organisation, by, now)
    try:
        with transaction.atomic():
            call.save(force_insert=True)
    except IntegrityError:
        known = Call.objects.filter(organisation=organisation, public_id=call.public_id).first()
        if known is None or not _same(known, call):
            raise errors.KeyTaken from None
        return known
    return call


def _call_of(told: ToldCall, organisation: Organisation, by: Agent, now: datetime) -> Call:
    hours = Hours(told.service.calendar)
    day = told.service.calendar.day_of(told.started_at)
    if told.started_at > now:
        raise errors.CalledInFuture
    if day < FIRST_DAY:
        raise errors.CalledTooLongAgo
    if told.rings is None and told.wait_ms is None:
        raise errors.NothingWaited
    key = told.key or uuid.uuid4()
    waited = timedelta(milliseconds=told.wait_ms or 0)
    knows_when = told.outcome.is_answered and told.wait_ms is not None
    return Call(
        public_id=key,
        organisation=organisation,
        service=told.service,
        source=Source.MANUAL,
        external_key=str(key),
        caller=told.caller,
        started_at=told.started_at,
        started_on=day,
        wait_ms=told.wait_ms,
        rings_told=told.rings,
        answered_at=told.started_at + waited if knows_when else None,
        outcome=told.outcome,
        in_hours=hours.are_on(told.started_at),
        hours_basis=hours.basis,
        note=told.note,
        recorded_at=now,
        recorded_by=by,
    )


SAME = ("service_id", "started_at", "outcome", "caller", "rings_told", "wait_ms", "note")


def _same(known: Call, sent: Call) -> bool:
    return all(getattr(known, name) == getattr(sent, name) for name in SAME)


@transaction.atomic
def tie(call: Call, *, reference: str, by: Agent) -> Demande:
    """The demande that came of a call: the latest opening of that reference the agent sees."""
    found = demandes_of(by).filter(reference__iexact=reference.strip())
    demande = found.order_by("-round").first()
    if demande is None:
        raise errors.NoSuchDemande
    Call.objects.filter(organisation=call.organisation_id, pk=call.pk).update(demande=demande)
    return demande
