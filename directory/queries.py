"""Questions over the annuaire: trees in reading order, and the people behind each service."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Count, Q, QuerySet

from directory.models import Agent, Motif, Service

Node = TypeVar("Node", Service, Motif)


@dataclass(frozen=True)
class Branch(Generic[Node]):
    """A row of a tree, and how far below a root it stands."""

    node: Node
    depth: int

    @property
    def steps(self) -> range:
        return range(self.depth)


def alphabetical(words: str) -> str:
    """The key that sorts « État civil » with the E, whatever the collation of the database."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def in_tree_order(nodes: Iterable[Node]) -> list[Branch[Node]]:
    """Parents before their children, siblings by name; a node whose parent is absent is a root."""
    ordered = sorted(nodes, key=lambda node: alphabetical(node.name))
    present = {node.pk for node in ordered}
    children: dict[int | None, list[Node]] = defaultdict(list)
    for node in ordered:
        children[node.parent_id if node.parent_id in present else None].append(node)
    branches: list[Branch[Node]] = []

    def visit(parent: int | None, depth: int) -> None:
        for node in children[parent]:
            branches.append(Branch(node, depth))
            visit(node.pk, depth + 1)

    visit(None, 0)
    return branches


def service_tree(services: QuerySet[Service]) -> list[Branch[Service]]:
    """The list of services: each with its calendar and how many active agents it has."""
    active = Count("agents", filter=Q(agents__is_active=True))
    return in_tree_order(services.select_related("calendar").annotate(agent_count=active))


def motif_tree(motifs: QuerySet[Motif]) -> list[Branch[Motif]]:
    return in_tree_order(motifs.select_related("service"))


def agents_for_list(agents: QuerySet[Agent], words: str = "") -> QuerySet[Agent]:
    """The list of agents, active ones first, with their services; `words` in name or address."""
    if words:
        agents = agents.filter(Q(full_name__icontains=words) | Q(email__icontains=words))
    return agents.prefetch_related("services").order_by("-is_active", "full_name", "pk")
