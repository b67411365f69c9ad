"""Places to fill in a text module: a closed list and one substitution, no template engine.

A value is put in as it is: what looks like a place to fill inside it (an usager who calls himself
« {reference} ») is not read again.
"""

import re
from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# Place → what it stands for, and what the mark of a missing value calls it.
PLACES = {
    "usager": _("nom de l’usager"),
    "reference": _("référence de la demande"),
    "service": _("nom du service"),
    "date_reception": _("date de réception"),
    "date_annoncee": _("date annoncée"),
    "agent": _("votre nom"),
    "organisation": _("nom de l’organisation"),
    "telephone_service": _("téléphone du service"),
    "courriel_service": _("courriel du service"),
    "horaires": _("horaires du service"),
}
PLACE = re.compile(r"\{([^{}]*)\}")


def legal_places() -> str:
    return ", ".join(f"{{{name}}}" for name in PLACES)


def unknown_places(body: str) -> list[str]:
    """What stands in braces and is none of the list, as it is written."""
    names = (name for name in PLACE.findall(body) if name not in PLACES)
    return list(dict.fromkeys(f"{{{name}}}" for name in names))


def fill(body: str, values: Mapping[str, str]) -> str:
    """The text with its values; one that is missing leaves a mark that nobody can overlook."""

    def put(found: re.Match[str]) -> str:
        name = found[1]
        if name not in PLACES:
            return found[0]
        return values.get(name) or mark(name)

    return PLACE.sub(put, body)


def mark(name: str) -> str:
    """« [date annoncée à compléter] »"""
    return f"[{gettext('%(what)s à compléter') % {'what': PLACES[name]}}]"


def marks_left(text: str) -> list[str]:
    """Marks that are still in a text about to leave."""
    return [mark(name) for name in PLACES if mark(name) in text]


def samples() -> dict[str, str]:
    """Invented values, to see what a module gives."""
    return {
        "usager": gettext("Dominique Martin"),
        "reference": "M-2026-AB12CD",
        "service": gettext("État civil"),
        "date_reception": gettext("2 juin 2026"),
        "date_annoncee": gettext("19 juin 2026"),
        "agent": gettext("Camille Durand"),
        "organisation": gettext("Ville de Saint-Aubin"),
        "telephone_service": "01 99 00 12 34",
        "courriel_service": "etat-civil@saint-aubin.example",
        "horaires": gettext("lundi 9 h – 12 h, 13 h 30 – 17 h ; mardi 9 h – 12 h"),
    }
