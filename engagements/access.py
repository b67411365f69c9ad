"""Doors of the figures: who sees them, and over which services."""

from directory.access import may_see_figures, sees_whole_organisation, services_of
from directory.models import Agent


def perimeter(agent: Agent) -> frozenset[int] | None:
    """Services whose figures the agent may see; null for the whole organisation."""
    if sees_whole_organisation(agent):
        return None
    return frozenset(services_of(agent).values_list("pk", flat=True))


__all__ = ["may_see_figures", "perimeter"]
