"""Numbers without gaps: one counter for an organisation and a year, held while it is read."""

from django.db import transaction

from directory.models import Organisation
from letters.models import Numbering


def held(organisation: Organisation, year: int) -> Numbering:
    """The counter of that year, held until the end of the caller's transaction.

    The next one waits for it: a number given by a transaction that is undone is given again.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a number is taken inside a transaction")
    own = Numbering.objects.select_for_update().filter(organisation=organisation, year=year)
    counter = own.first()
    if counter is None:
        # Two first letters of a year: the second finds the first's row, and waits for it.
        Numbering.objects.bulk_create(
            [Numbering(organisation=organisation, year=year)], ignore_conflicts=True
        )
        counter = own.get()
    return counter


def take_number(organisation: Organisation, year: int) -> int:
    counter = held(organisation, year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
