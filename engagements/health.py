"""What the page « État » says of the engine: what waits, who works, what went wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation
from engagements.models import Incident, Rebuilding, StaleTally
from jobs import canaries
from jobs.canaries import QueueHealth
from jobs.models import PeriodicJob

# A mark older than this says that nobody recounts: a wake-up comes every five seconds.
LATE = timedelta(minutes=2)
SHOWN = 20
JOB_NAMES: dict[str, "str | Promise"] = {
    "recount_stale_tallies": _("Recompte des délais qui ont changé"),
    "compare_tallies": _("Comparaison de tous les décomptes avec les demandes"),
    "refresh_due_dates": _("Échéances des demandes ouvertes"),
    "extend_working_days": _("Dix années de jours ouvrés d’avance"),
    "count_recent_repeats": _("Réitérations des deux derniers mois"),
    "count_all_repeats": _("Réitérations de tous les jours"),
    "purge_outbox": _("Effacement des messages envoyés"),
    "remove_orphan_files": _("Effacement des fichiers sans demande"),
}


@dataclass(frozen=True)
class Backlog:
    """Marks of an organisation that wait for a worker, and those left to a human."""

    waiting: int
    oldest: datetime | None
    set_aside: int

    def is_late(self, now: datetime) -> bool:
        return self.oldest is not None and now - self.oldest > LATE

    def minutes(self, now: datetime) -> int | None:
        """How long the oldest has waited, in whole minutes; null when nothing waits."""
        return int((now - self.oldest).total_seconds() // 60) if self.oldest else None


def backlog(organisation: Organisation) -> Backlog:
    waits = Q(set_aside_at=None)
    found = StaleTally.objects.filter(organisation=organisation).aggregate(
        waiting=Count("pk", filter=waits),
        oldest=Min("marked_at", filter=waits),
        set_aside=Count("pk", filter=~waits),
    )
    return Backlog(**found)


@dataclass(frozen=True)
class Health:
    """All that the page shows of one organisation, as of one instant."""

    now: datetime
    backlog: Backlog
    queues: list[QueueHealth]
    jobs: list[tuple["str | Promise", PeriodicJob]]
    last_comparison: Rebuilding | None
    incidents: list[Incident]

    @property
    def is_well(self) -> bool:
        """Nothing waits too long, every queue is served, nothing was set aside."""
        served = all(queue.is_alive for queue in self.queues)
        return served and not self.backlog.is_late(self.now) and not self.backlog.set_aside


def health(organisation: Organisation, *, now: datetime) -> Health:
    known = PeriodicJob.objects.in_bulk()
    comparisons = Rebuilding.objects.filter(organisation=organisation, finished_at__isnull=False)
    return Health(
        now=now,
        backlog=backlog(organisation),
        queues=canaries.health(now=now),
        jobs=[
            (label, known.get(name, PeriodicJob(name=name))) for name, label in JOB_NAMES.items()
        ],
        last_comparison=comparisons.order_by("-finished_at").first(),
        incidents=list(Incident.objects.filter(organisation=organisation)[:SHOWN]),
    )
