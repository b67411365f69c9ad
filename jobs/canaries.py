"""Proof that workers work: a row carried to its end through each queue."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.enums import Queue
from jobs.models import Canary

# Three canaries missed: something holds the queue, or nobody serves it.
ALIVE = timedelta(seconds=90)
FORGOTTEN = timedelta(days=1)


def complete(queue: str, worker: str, *, now: datetime) -> None:
    """Note that `worker` finished a task of `queue`, and forget the workers long gone."""
    Canary.objects.update_or_create(queue=queue, worker=worker, defaults={"completed_at": now})
    Canary.objects.filter(completed_at__lt=now - FORGOTTEN).delete()


@dataclass(frozen=True)
class QueueHealth:
    """One queue: workers that completed a canary lately, and when the last one did."""

    queue: Queue
    workers: int
    last_completed_at: datetime | None

    @property
    def is_alive(self) -> bool:
        return self.workers > 0


def health(*, now: datetime) -> list[QueueHealth]:
    """Every queue, served or not, in order of urgency."""
    canaries = list(Canary.objects.all())
    found = []
    for queue in Queue:
        seen = [canary.completed_at for canary in canaries if canary.queue == queue]
        alive = sum(1 for at in seen if now - at <= ALIVE)
        found.append(QueueHealth(queue, alive, max(seen, default=None)))
    return found
