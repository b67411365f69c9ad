"""What the page « Envois » says of an organisation's messages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from directory.models import Organisation
from outbox.models import OutgoingMessage

# A wake-up comes every fifteen seconds: what waits longer than that waits for something else.
LATE = timedelta(minutes=15)
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class OutboxState:
    """What waits, since when, what left lately, and what is left to a human."""

    waiting: int
    oldest: datetime | None
    retried: int
    sent: int
    set_aside: int

    def is_late(self, now: datetime) -> bool:
        return self.oldest is not None and now - self.oldest > LATE

    def minutes(self, now: datetime) -> int | None:
        """How long the oldest has waited, in whole minutes; null when nothing waits."""
        return int((now - self.oldest).total_seconds() // 60) if self.oldest else None


def state_of(organisation: Organisation, *, now: datetime) -> OutboxState:
    theirs = OutgoingMessage.objects.filter(organisation=organisation)
    waiting = theirs.waiting().aggregate(n=Count("pk"), oldest=Min("written_at"))
    return OutboxState(
        waiting=waiting["n"],
        oldest=waiting["oldest"],
        retried=theirs.waiting().exclude(last_error="").count(),
        sent=theirs.filter(sent_at__gte=now - LATELY, purged_at=None).count(),
        set_aside=theirs.set_aside().count(),
    )
