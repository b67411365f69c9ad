"""Doors of the telephony app: which calls, lines and records an agent sees, and may keep."""

from django.db.models import QuerySet

from contacts.access import may_handle
from directory.access import (
    may_manage_directory,
    may_see_figures,
    sees_whole_organisation,
    services_of,
)
from directory.enums import Role
from directory.models import Agent
from telephony.models import Call, Line, MysteryCall, MysteryCampaign, RecordFile
from telephony.models.call import CallQuerySet
from telephony.models.line import LineQuerySet


def call_services_of(agent: Agent) -> frozenset[int]:
    return frozenset(services_of(agent).values_list("pk", flat=True))


def calls_of(agent: Agent) -> CallQuerySet:
    return Call.objects.filter(
        organisation=agent.organisation_id, service__in=call_services_of(agent)
    )


def lines_of(agent: Agent) -> LineQuerySet:
    return Line.objects.filter(organisation=agent.organisation_id)


def records_of(agent: Agent) -> QuerySet[RecordFile]:
    """Never with their bytes: a list of fifty would carry a gigabyte."""
    return RecordFile.objects.filter(organisation=agent.organisation_id).defer("content")


def may_log_calls(agent: Agent) -> bool:
    return may_handle(agent)


def may_see_callers(agent: Agent) -> bool:
    """Whole numbers: those who call back. Who only counts calls sees two digits."""
    return may_handle(agent)


def may_see_call_figures(agent: Agent) -> bool:
    return may_see_figures(agent)


def may_keep_lines(agent: Agent) -> bool:
    return may_manage_directory(agent)


def may_import_records(agent: Agent) -> bool:
    return agent.is_active and agent.role in (Role.QUALITE, Role.ADMINISTRATEUR)


def campaigns_of(agent: Agent) -> QuerySet[MysteryCampaign]:
    """Campaigns that called one of the agent's services."""
    campaigns = MysteryCampaign.objects.filter(organisation=agent.organisation_id)
    if sees_whole_organisation(agent):
        return campaigns
    return campaigns.filter(services__in=call_services_of(agent)).distinct()


def mystery_calls_of(agent: Agent, campaign: MysteryCampaign) -> QuerySet[MysteryCall]:
    """Those made to the agent's services alone."""
    calls = MysteryCall.objects.filter(organisation=agent.organisation_id, campaign=campaign)
    return calls.filter(service__in=call_services_of(agent))


def may_run_campaigns(agent: Agent) -> bool:
    return agent.is_active and agent.role in (Role.QUALITE, Role.ADMINISTRATEUR)
