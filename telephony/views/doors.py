"""What every page of the telephone asks first: may this agent, and does it exist for them."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from directory.models import Agent
from directory.views.doors import allowed
from telephony.access import (
    calls_of,
    campaigns_of,
    lines_of,
    may_import_records,
    may_keep_lines,
    may_log_calls,
    may_run_campaigns,
    may_see_call_figures,
    records_of,
)
from telephony.models import Call, Line, MysteryCampaign, RecordFile

loggers_only = allowed(may_log_calls)
readers_only = allowed(may_see_call_figures)
keepers_only = allowed(may_keep_lines)
importers_only = allowed(may_import_records)
campaigners_only = allowed(may_run_campaigns)


def call_for(agent: Agent, public_id: UUID) -> Call:
    calls = calls_of(agent).select_related("service__calendar", "line", "demande", "recorded_by")
    return get_object_or_404(calls, public_id=public_id)


def line_for(agent: Agent, public_id: UUID) -> Line:
    return get_object_or_404(lines_of(agent), public_id=public_id)


def record_for(agent: Agent, public_id: UUID) -> RecordFile:
    return get_object_or_404(records_of(agent), public_id=public_id)


def campaign_for(agent: Agent, public_id: UUID) -> MysteryCampaign:
    return get_object_or_404(campaigns_of(agent), public_id=public_id)
