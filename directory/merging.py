"""Merging a service into another: what the annuaire refuses and moves."""

from directory import errors
from directory.models import Agent, Motif, Organisation, Service


def hold(source: Service, into: Service) -> None:
    """Queue up behind other changes of the annuaire, then refuse what cannot be merged."""
    Organisation.objects.select_for_update(no_key=True).get(pk=source.organisation_id)
    source.refresh_from_db()
    into.refresh_from_db()
    if into.organisation_id != source.organisation_id:
        raise errors.MergeOutside
    if into == source:
        raise errors.MergeWithItself
    if source.merged_into_id:
        raise errors.AlreadyMerged
    if not into.is_active:
        raise errors.MergeIntoClosed
    below = Service.objects.filter(organisation=source.organisation_id).and_below([source.pk])
    if below.filter(pk=into.pk).exists():
        raise errors.MergeBelow


def move_service(source: Service, into: Service) -> dict[str, int]:
    """Give `into` the children, agents and motifs of `source`, and close it; how many of each."""
    moved = {
        "children": Service.objects.filter(parent=source).update(parent=into),
        "agents": _move_agents(source, into),
        "motifs": Motif.objects.filter(service=source).update(service=into),
    }
    Service.objects.filter(merged_into=source).update(merged_into=into)
    # Below its successor: whoever works there still reads what kept its name.
    Service.objects.filter(pk=source.pk).update(is_active=False, merged_into=into, parent=into)
    source.refresh_from_db()
    return moved


def _move_agents(source: Service, into: Service) -> int:
    links = Agent.services.through.objects
    agents = list(links.filter(service=source).values_list("agent_id", flat=True))
    links.bulk_create(
        [Agent.services.through(agent_id=agent, service_id=into.pk) for agent in agents],
        ignore_conflicts=True,
    )
    links.filter(service=source).delete()
    return len(agents)
