"""The register of réclamations and suggestions, read: its lines, their delays, their causes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from contacts.enums import Measure, Nature
from contacts.models import Complaint, DelayTarget, Demande
from contacts.models.demande import DemandeQuerySet
from contacts.targets import best, matching
from directory.models import WorkingDay

REGISTERED = (Nature.RECLAMATION, Nature.SUGGESTION)


def registered(demandes: DemandeQuerySet) -> DemandeQuerySet:
    """What the register holds, the latest received first."""
    return demandes.filter(nature__in=REGISTERED).order_by("-received_on", "-pk")


def complaint_of(demande: Demande) -> Complaint | None:
    """Its line of the register, while its nature belongs there."""
    if demande.nature not in REGISTERED:
        return None
    lines = Complaint.objects.filter(organisation=demande.organisation_id, demande=demande)
    return lines.select_related("category").first()


COLUMNS = (
    *("public_id", "reference", "round", "subject", "nature", "channel", "received_on"),
    *("first_reply_on", "closed_on", "motif__name", "service", "service__name"),
    *("service__calendar", "complaint__family", "complaint__category__name"),
    *("complaint__cause", "complaint__cause_text", "complaint__outcome", "complaint__remedy"),
    "complaint__action_reference",
)


@dataclass(frozen=True)
class Judged:
    """A line with its delay: `days` so far while it waits, final once answered or closed."""

    row: dict[str, Any]
    days: int
    limit: int | None
    stopped: bool

    @property
    def in_time(self) -> bool | None:
        """Null when no target applies, or while it waits and is not late."""
        if self.limit is None:
            return None
        late = self.days > self.limit
        return not late if self.stopped or late else None


def judged(rows: Sequence[dict[str, Any]], organisation_id: int, *, today: date) -> list[Judged]:
    """Each line against the target in force on its day of receipt, in two queries."""
    targets = first_reply_targets(organisation_id)
    counts = _running_counts(rows, today)
    found = []
    for row in rows:
        calendar, received, stopped = row["service__calendar"], row["received_on"], _stop(row)
        fitting = matching(targets, row["service"], row["channel"], row["nature"])
        target = best(fitting, received)
        days = counts[calendar, stopped or today] - counts[calendar, received]
        found.append(Judged(row, days, target.limit if target else None, stopped is not None))
    return found


def first_reply_targets(organisation_id: int) -> list[DelayTarget]:
    return list(
        DelayTarget.objects.filter(organisation=organisation_id, measure=Measure.FIRST_REPLY)
    )


def own_limits(organisation_id: int, *, today: date) -> dict[Nature, int | None]:
    """What the organisation promises today for each nature of the register, whatever the channel
    and the service."""
    general = [
        target
        for target in first_reply_targets(organisation_id)
        if target.service_id is None and not target.channel
    ]
    found = {}
    for nature in REGISTERED:
        target = best((one for one in general if one.nature in ("", nature)), today)
        found[nature] = target.limit if target else None
    return found


def _stop(row: dict[str, Any]) -> date | None:
    days = (row["first_reply_on"], row["closed_on"])
    return min((day for day in days if day), default=None)


def _running_counts(rows: Iterable[dict[str, Any]], today: date) -> dict[tuple[int, date], int]:
    calendars, days = set(), {today}
    for row in rows:
        calendars.add(row["service__calendar"])
        days |= {row["received_on"], _stop(row) or today}
    wanted = WorkingDay.objects.filter(calendar__in=calendars, day__in=days)
    return {
        (calendar, day): count
        for calendar, day, count in wanted.values_list("calendar_id", "day", "count")
    }


@dataclass(frozen=True)
class Reason:
    """How many réclamations of a period are of a category and a cause; empty is not said yet."""

    family: str
    category: str
    cause: str
    n: int


def reasons(demandes: DemandeQuerySet, *, first: date, last: date) -> list[Reason]:
    """Réclamations received in a period by category and cause, the most numerous first."""
    received = demandes.filter(nature=Nature.RECLAMATION, received_on__range=(first, last))
    columns = ("complaint__family", "complaint__category__name", "complaint__cause")
    counted = received.order_by().values_list(*columns).annotate(n=Count("pk"))
    found = [
        Reason(family or "", category or "", cause or "", n)
        for family, category, cause, n in counted
    ]
    return sorted(found, key=lambda one: (-one.n, one.family, one.category, one.cause))
