"""What an agent inserts in a reply: an answer sheet, or a text module filled for this demande."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contacts.models import Demande
from directory.models import Agent
from directory.queries import alphabetical
from knowledge.access import modules_offered, sheets_of
from knowledge.annuaire import opening_of
from knowledge.models import Sheet, TextModule
from knowledge.placeholders import fill
from knowledge.queries import search
from ui.figures import date_text

MODULES_AT_MOST = 20


@dataclass(frozen=True)
class Filled:
    """A module as it would read in this reply."""

    module: TextModule
    text: str


def values_for(
    demande: Demande, *, by: Agent, now: datetime, announced_on: date | None
) -> dict[str, str]:
    """What the places of a module stand for; empty is missing."""
    service, announced = demande.service, announced_on or demande.announced_on
    return {
        "usager": demande.usager.full_name if demande.usager else "",
        "reference": demande.reference,
        "service": service.name,
        "date_reception": date_text(demande.received_on),
        "date_annoncee": date_text(announced) if announced else "",
        "agent": by.full_name,
        "organisation": demande.organisation.name,
        "telephone_service": service.phone,
        "courriel_service": service.email,
    }


def filled(
    modules: Iterable[TextModule],
    demande: Demande,
    *,
    by: Agent,
    now: datetime,
    announced_on: date | None = None,
) -> list[Filled]:
    modules = list(modules)
    values = values_for(demande, by=by, now=now, announced_on=announced_on)
    if any("{horaires}" in module.body for module in modules):
        # Read only when a module speaks of them.
        values["horaires"] = opening_of(demande.service, now=now).week_words
    return [Filled(module, fill(module.body, values)) for module in modules]


def offered(
    demande: Demande, text: str, *, by: Agent, now: datetime
) -> tuple[list[Sheet], list[Filled]]:
    """Sheets and modules for these words, the best first."""
    sheets = search(
        demande.organisation_id,
        text,
        today=demande.service.calendar.day_of(now),
        service=demande.service_id,
        motif=demande.motif_id,
    )
    words = alphabetical(text).split()
    modules = [
        module
        for module in modules_offered(by, demande.service)
        if all(word in alphabetical(f"{module.name} {module.body}") for word in words)
    ]
    return sheets, filled(modules[:MODULES_AT_MOST], demande, by=by, now=now)


def sheet_chosen(agent: Agent, public_id: UUID | None) -> Sheet | None:
    if public_id is None:
        return None
    return sheets_of(agent).current().filter(public_id=public_id).first()


def module_chosen(demande: Demande, agent: Agent, public_id: UUID | None) -> TextModule | None:
    if public_id is None:
        return None
    return modules_offered(agent, demande.service).filter(public_id=public_id).first()
