"""What a day holds: what is mine, what is at risk, what my services owe."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, cast
from uuid import UUID

from django.db.models import BigIntegerField, Case, Count, F, OuterRef, Q, Subquery, When

from contacts.access import demandes_of
from contacts.due import Due, Horizons, due_rule
from contacts.enums import ReplyKind
from contacts.models import Reply
from contacts.models.demande import DemandeQuerySet
from directory.models import Agent
from directory.queries import alphabetical


def holder() -> Case:
    """Who follows a demande: whom it was given to, else who answered it last, else who logged it;
    null is nobody.

    The one place that says so: `mine`, the team's view and the digest all ask here.
    """
    answers = Reply.objects.filter(
        organisation=OuterRef("organisation"),
        demande=OuterRef("pk"),
        kind__in=(ReplyKind.HOLDING, ReplyKind.MERITS),
    )
    last = answers.order_by("-at", "-pk").values("agent")[:1]
    # Most open demandes were never answered: no look-up for these.
    answered = When(first_reply_on__isnull=False, then=Subquery(last))
    given = When(assigned_to__isnull=False, then=F("assigned_to"))
    return Case(given, answered, default=F("created_by"), output_field=BigIntegerField())


def mine(agent: Agent) -> DemandeQuerySet:
    """Open demandes of the agent's services that they follow, the most urgent first."""
    return followed_by(agent, demandes_of(agent).open())


def followed_by(agent: Agent, demandes: DemandeQuerySet) -> DemandeQuerySet:
    return demandes.alias(holder=holder()).filter(holder=agent.pk).by_urgency()


@dataclass(frozen=True)
class Owed:
    """How many open demandes fall due when."""

    late: int = 0
    today: int = 0
    soon: int = 0
    later: int = 0
    none: int = 0

    @property
    def open(self) -> int:
        return self.late + self.today + self.soon + self.later + self.none

    @property
    def at_risk(self) -> int:
        return self.late + self.today

    def __add__(self, other: "Owed") -> "Owed":
        names = [field.name for field in fields(Owed)]
        return Owed(*(getattr(self, name) + getattr(other, name) for name in names))


@dataclass(frozen=True)
class ServiceOwes:
    service_id: int
    public_id: UUID
    name: str
    owed: Owed


COUNTED = {
    "late": Due.LATE,
    "today": Due.TODAY,
    "soon": Due.SOON,
    "later": Due.LATER,
    "none": Due.NONE,
}


def owed_counts(horizons: Horizons) -> dict[str, Count]:
    return {name: Count("pk", filter=Q(due_rule(horizons, due))) for name, due in COUNTED.items()}


def owed_by_service(demandes: DemandeQuerySet, horizons: Horizons) -> list[ServiceOwes]:
    """What each service owes among these open demandes, one reading, services by name."""
    services = demandes.order_by().values("service", "service__public_id", "service__name")
    rows = cast("Iterable[dict[str, Any]]", services.annotate(**owed_counts(horizons)))
    owing = [
        ServiceOwes(
            row["service"],
            row["service__public_id"],
            row["service__name"],
            Owed(**{name: row[name] for name in COUNTED}),
        )
        for row in rows
    ]
    return sorted(owing, key=lambda one: alphabetical(one.name))


def total(owing: Sequence[ServiceOwes]) -> Owed:
    return sum((one.owed for one in owing), start=Owed())


def waiting_longest(demandes: DemandeQuerySet) -> DemandeQuerySet:
    """Open demandes, the longest received first.

    By instant and not by day: an index by day holds the closed ones too, all of the oldest.
    """
    return demandes.order_by("received_at", "pk")
