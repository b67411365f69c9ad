"""Closed lists of the annuaire: roles of agents, holiday territories, kinds of day."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What an agent may do; the perimeter (which services) comes beside it."""

    AGENT = "agent", _("Agent")
    RESPONSABLE = "responsable", _("Responsable de service")
    QUALITE = "qualite", _("Responsable qualité")
    ADMINISTRATEUR = "administrateur", _("Administrateur")


class Territory(models.TextChoices):
    """Zones that share one list of public holidays (see `directory.holidays`)."""

    METROPOLE = "metropole", _("Métropole")
    ALSACE_MOSELLE = "alsace-moselle", _("Alsace-Moselle")
    ALSACE_MOSELLE_VENDREDI_SAINT = (
        "alsace-moselle-vendredi-saint",
        _("Alsace-Moselle, commune où le Vendredi saint est férié"),
    )
    GUADELOUPE = "guadeloupe", _("Guadeloupe")
    GUYANE = "guyane", _("Guyane")
    LA_REUNION = "la-reunion", _("La Réunion")
    MARTINIQUE = "martinique", _("Martinique")
    MAYOTTE = "mayotte", _("Mayotte")
    NOUVELLE_CALEDONIE = "nouvelle-caledonie", _("Nouvelle-Calédonie")
    POLYNESIE_FRANCAISE = "polynesie-francaise", _("Polynésie française")
    SAINT_BARTHELEMY = "saint-barthelemy", _("Saint-Barthélemy")
    SAINT_MARTIN = "saint-martin", _("Saint-Martin")
    SAINT_PIERRE_ET_MIQUELON = "saint-pierre-et-miquelon", _("Saint-Pierre-et-Miquelon")
    WALLIS_ET_FUTUNA = "wallis-et-futuna", _("Wallis-et-Futuna")


TIME_ZONES: dict[str, str] = {
    Territory.GUADELOUPE: "America/Guadeloupe",
    Territory.GUYANE: "America/Cayenne",
    Territory.LA_REUNION: "Indian/Reunion",
    Territory.MARTINIQUE: "America/Martinique",
    Territory.MAYOTTE: "Indian/Mayotte",
    Territory.NOUVELLE_CALEDONIE: "Pacific/Noumea",
    Territory.POLYNESIE_FRANCAISE: "Pacific/Tahiti",
    Territory.SAINT_BARTHELEMY: "America/St_Barthelemy",
    Territory.SAINT_MARTIN: "America/Marigot",
    Territory.SAINT_PIERRE_ET_MIQUELON: "America/Miquelon",
    Territory.WALLIS_ET_FUTUNA: "Pacific/Wallis",
}


def time_zone_of(territory: str) -> str:
    """IANA zone of a territory; Europe/Paris for the hexagon."""
    return TIME_ZONES.get(territory, "Europe/Paris")


class DayKind(models.TextChoices):
    """Why a day counts or not, in the words shown to an agent."""

    WORKING = "working", _("jour ouvré")
    OPENING = "opening", _("ouverture exceptionnelle")
    WEEKEND = "weekend", _("jour non travaillé")
    HOLIDAY = "holiday", _("jour férié")
    CLOSING = "closing", _("fermeture")

    @property
    def counts(self) -> bool:
        return self in (DayKind.WORKING, DayKind.OPENING)


class Silence(models.TextChoices):
    """What silence is worth once its time has passed (CRPA, L231-1 to L231-4)."""

    ACCEPTANCE = "acceptance", _("Le silence vaut acceptation")
    REJECTION = "rejection", _("Le silence vaut rejet")
    NONE = "none", _("Aucune décision n’est attendue")


class ChangeVerb(models.TextChoices):
    """What the journal of the annuaire says was done; each changes how something is counted."""

    CALENDAR_OPENED = "calendar_opened", _("Calendrier créé")
    CALENDAR_CHANGED = "calendar_changed", _("Calendrier modifié")
    HOURS_SET = "hours_set", _("Horaires modifiés")
    DAYS_CLOSED = "days_closed", _("Fermeture ajoutée")
    DAY_OPENED = "day_opened", _("Ouverture ajoutée")
    CLOSING_CANCELLED = "closing_cancelled", _("Fermeture retirée")
    OPENING_CANCELLED = "opening_cancelled", _("Ouverture retirée")
    SERVICE_CREATED = "service_created", _("Service créé")
    SERVICE_MOVED = "service_moved", _("Service modifié")
    SERVICES_MERGED = "services_merged", _("Services fusionnés")
    MOTIF_MOVED = "motif_moved", _("Motif changé de famille")
    TARGET_SET = "target_set", _("Délai cible fixé")
    TARGET_ENDED = "target_ended", _("Délai cible arrêté")
    TARGET_TAKEN_BACK = "target_taken_back", _("Délai cible retiré")
