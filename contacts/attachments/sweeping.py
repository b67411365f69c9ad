"""Files that no row names: left by a transaction undone, or by a worker killed too early."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from contacts.attachments import storage
from contacts.enums import ScanState
from contacts.models import Attachment

# Long enough for any transaction that is still writing its row.
ORPHAN_AFTER = timedelta(days=1)
AT_ONCE = 500


def remove_orphans(*, now: datetime) -> int:
    """Remove old files without a row, and those found infected; returns how many."""
    names = storage.kept_before(now - ORPHAN_AFTER)
    removed = 0
    while some := list(islice(names, AT_ONCE)):
        for name in _orphans(some):
            storage.remove(name)
            removed += 1
    return removed


def _orphans(names: Iterable[str]) -> set[str]:
    rows = Attachment.objects.exclude(state=ScanState.INFECTED)
    return set(names) - set(rows.filter(stored_as__in=names).values_list("stored_as", flat=True))
