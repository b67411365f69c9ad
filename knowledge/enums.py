"""Closed lists of the knowledge app, as in `docs/glossaire.md`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ModuleKind(models.TextChoices):
    """What a text module is written for."""

    REPLY = "reply", _("Réponse au fond")
    HOLDING = "holding", _("Réponse d’attente")
    ACKNOWLEDGEMENT = "acknowledgement", _("Accusé de réception")
    OTHER = "other", _("Autre texte")
