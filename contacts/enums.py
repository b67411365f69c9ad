"""Closed lists of the contacts app, as in `docs/glossaire.md`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    GUICHET = "guichet", _("Guichet")
    PHONE = "phone", _("Téléphone")
    MAIL = "mail", _("Courrier")
    EMAIL = "email", _("Courriel")
    ONLINE = "online", _("En ligne")


class Nature(models.TextChoices):
    INFORMATION = "information", _("Information")
    DEMARCHE = "demarche", _("Démarche")
    RECLAMATION = "reclamation", _("Réclamation")
    SUGGESTION = "suggestion", _("Suggestion")


class Direction(models.TextChoices):
    INBOUND = "inbound", _("Reçu de l’usager")
    OUTBOUND = "outbound", _("Envoyé à l’usager")


class ReplyKind(models.TextChoices):
    """Only the last two stop a clock (counting rule 4)."""

    ACKNOWLEDGEMENT = "acknowledgement", _("Accusé de réception")
    HOLDING = "holding", _("Réponse d’attente")
    MERITS = "merits", _("Réponse au fond")


class Measure(models.TextChoices):
    """What a delay is measured to; values are whole working days."""

    FIRST_REPLY = "first_reply", _("Première réponse")
    MERITS = "merits", _("Réponse au fond")
    ANNOUNCED = "announced", _("Date annoncée tenue")


class CloseReason(models.TextChoices):
    ANSWERED = "answered", _("Répondue")
    WITHDRAWN = "withdrawn", _("Retirée par l’usager")
    DUPLICATE = "duplicate", _("Doublon")
    NO_ANSWER_NEEDED = "no_answer_needed", _("Sans réponse à donner")


class Verb(models.TextChoices):
    """What the journal of a demande says was done."""

    LOGGED = "logged", _("Enregistrée")
    REPLIED = "replied", _("Réponse donnée")
    ITEMS_RECEIVED = "items_received", _("Pièces reçues")
    MESSAGE = "message", _("Message de l’usager")
    TRANSFERRED = "transferred", _("Transférée")
    CLOSED = "closed", _("Close")
    REOPENED = "reopened", _("Rouverte")
    ASSIGNED = "assigned", _("Attribuée")
    RELEASED = "released", _("Rendue au service")
    NOTED = "noted", _("Note interne ajoutée")
    ATTACHED = "attached", _("Pièce jointe ajoutée")
    DETACHED = "detached", _("Pièce jointe retirée")
    INFECTED = "infected", _("Pièce jointe infectée, détruite")
    UNITED = "united", _("Réunie avec une autre demande")
    SEPARATED = "separated", _("Séparée d’une autre demande")


class ScanState(models.TextChoices):
    """What the antivirus said of an attachment; only the first and the third are given back."""

    NOT_SCANNED = "not_scanned", _("Antivirus non configuré")
    WAITING = "waiting", _("Analyse en attente")
    CLEAN = "clean", _("Aucun virus trouvé")
    INFECTED = "infected", _("Virus trouvé, fichier détruit")


class Told(models.TextChoices):
    """How the usager knows that their demande changed service."""

    EMAIL = "email", _("Par courriel")
    PHONE = "phone", _("Par téléphone")
    GUICHET = "guichet", _("Au guichet")
    LETTER = "letter", _("Par courrier")
    NOT_TOLD = "not_told", _("Il n’est pas averti")
