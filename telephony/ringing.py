"""Calls that ring now, with what the agent may know of who calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contacts.access import demandes_of
from contacts.models import Demande, Usager
from directory.models import Agent
from telephony import numbers
from telephony.access import call_services_of
from telephony.models import IncomingCall

# A banner older than this is no longer a call that rings.
RINGS_FOR = timedelta(minutes=2)
MOST_SHOWN = 3
MOST_DEMANDES = 3


@dataclass(frozen=True)
class RingingCall:
    """One banner. The person is named only to who already reads one of their demandes."""

    call: IncomingCall
    number: str
    person: Usager | None
    open_demandes: Sequence[Demande]
    open_count: int


def ringing_for(agent: Agent, *, now: datetime) -> list[RingingCall]:
    """The latest calls to the lines of the agent's services."""
    recent = IncomingCall.objects.filter(
        organisation=agent.organisation_id,
        received_at__gt=now - RINGS_FOR,
        received_at__lte=now,
    )
    calls = list(recent.select_related("line__service").order_by("-received_at", "-pk")[:20])
    if not calls:
        return []
    services = call_services_of(agent)
    mine = [call for call in calls if call.line.service_id in services]
    return [_ringing(call, agent) for call in mine[:MOST_SHOWN]]


def _ringing(call: IncomingCall, agent: Agent) -> RingingCall:
    known = _demandes_of_caller(call, agent)
    opened = [demande for demande in known if demande.is_open]
    return RingingCall(
        call=call,
        number=numbers.shown(call.caller),
        person=known[0].usager if known else None,
        open_demandes=opened[:MOST_DEMANDES],
        open_count=len(opened),
    )


def _demandes_of_caller(call: IncomingCall, agent: Agent) -> list[Demande]:
    """Demandes that this agent sees of the usagers who have this number, the latest first."""
    if not call.caller:
        return []
    seen = demandes_of(agent).filter(
        usager__organisation=agent.organisation_id, usager__phone=call.caller
    )
    return list(seen.select_related("usager").order_by("-received_on", "-pk")[:50])
