"""Writing and telling the journal of the annuaire (counting rule 16)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from directory.enums import ChangeVerb
from directory.models import Agent, Change

# A fact in words, before or after; null is nothing.
Words = str | None
Facts = Mapping[str, Words]

LABELS = {
    "name": _("Nom"),
    "territory": _("Territoire"),
    "weekdays": _("Jours travaillés"),
    "time_zone": _("Fuseau horaire"),
    "hours": _("Horaires"),
    "days": _("Jours"),
    "calendar": _("Calendrier"),
    "parent": _("Rattachement"),
    "family": _("Famille"),
    "limit": _("Délai"),
    "valid_from": _("À partir du"),
    "valid_to": _("Jusqu’au"),
    "origin": _("Origine"),
    "service": _("Service"),
    "demandes": _("Demandes déplacées"),
    "agents": _("Agents passés dans le service d’arrivée"),
    "motifs": _("Motifs"),
    "children": _("Services rattachés"),
    "invitations": _("Invitations à une enquête"),
    "answers": _("Réponses à une enquête"),
    "rooms": _("Files d’attente"),
    "tickets": _("Tickets d’attente"),
    "lines": _("Lignes téléphoniques"),
    "calls": _("Appels"),
    "mystery_calls": _("Appels mystères"),
    "sheets": _("Fiches réponses"),
    "modules": _("Modèles de texte"),
}


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


def differences(change: Change) -> list[Difference]:
    """What a line of the journal says has changed, in the order of `LABELS`."""
    told = ((LABELS[field], change.details.get(field)) for field in LABELS)
    return [Difference(str(label), pair[0] or "", pair[1] or "") for label, pair in told if pair]


def day_words(day: date | None) -> Words:
    return date_format(day, "d/m/Y") if day else None


def changed(before: Facts, after: Facts) -> dict[str, list[Words]]:
    """What differs, field by field; a fact that one side does not know is null there."""
    fields = [*after, *(field for field in before if field not in after)]
    pairs = {field: [before.get(field), after.get(field)] for field in fields}
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}


def record(
    organisation_id: int,
    verb: ChangeVerb,
    what: object,
    *,
    by: Agent | None,
    why: str,
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    """Write one line; the caller is the action, in its transaction."""
    Change.objects.create(
        organisation_id=organisation_id,
        verb=verb,
        what=str(what),
        by=by,
        why=why,
        details=changed(before or {}, after or {}),
    )
