"""Two services become one: everything that refers to the first passes to the second."""

from datetime import date

from django.db import transaction

from contacts import merging as of_demandes
from directory import journal
from directory import merging as of_annuaire
from directory.enums import ChangeVerb
from directory.models import Agent, Service
from knowledge import merging as of_sheets
from surveys import merging as of_surveys
from telephony import merging as of_calls
from waiting import merging as of_waiting


@transaction.atomic
def merge_services(
    source: Service, into: Service, *, by: Agent | None, why: str, today: date
) -> int:
    """Move all of `source` into `into` and close it; returns how many demandes moved.

    Delays are then counted by the calendar of `into` and judged by its targets. The cells of the
    moved demandes, before and after, go stale; no other does. Rows are locked as writers lock
    them: the annuaire, then demandes, then invitations. Raises a `Refusal` and writes nothing.
    """
    of_annuaire.hold(source, into)
    demandes = of_demandes.move_service(source, into, today=today, by=by, why=why)
    moved = {
        **demandes,
        **of_annuaire.move_service(source, into),
        **of_surveys.move_service(source, into),
        **of_waiting.move_service(source, into),
        **of_calls.move_service(source, into),
        **of_sheets.move_service(source, into),
    }
    journal.record(
        source.organisation_id,
        ChangeVerb.SERVICES_MERGED,
        f"{source} → {into}",
        by=by,
        why=why,
        after={what: str(count) for what, count in moved.items() if count},
    )
    return demandes["demandes"]
