"""Closed lists of the queue: why a person passes first, what became of a ticket, its links."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why a ticket is served first."""

    REDUCED_MOBILITY = "mobility", _("Personne à mobilité réduite ou handicapée")
    CARD = "card", _("Carte mobilité inclusion")
    PREGNANT = "pregnant", _("Femme enceinte")
    YOUNG_CHILD = "child", _("Personne avec un enfant en bas âge")
    ELDERLY = "elderly", _("Personne âgée ou qui ne peut pas attendre debout")


class State(models.TextChoices):
    """Where a ticket stands; read from its instants, stored nowhere."""

    WAITING = "waiting", _("en attente")
    CALLED = "called", _("au guichet")
    ENDED = "ended", _("terminé")
    GONE = "gone", _("parti sans être reçu")


class Link(models.TextChoices):
    """The two pages of a room that open without an account; the value stands in addresses."""

    TABLET = "borne", _("Borne à tickets")
    SCREEN = "ecran", _("Écran d’appel")
