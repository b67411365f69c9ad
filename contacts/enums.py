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


class ConsentKind(models.TextChoices):
    """What an usager may agree to, beside what a demande needs anyway."""

    SURVEY_EMAIL = "survey_email", _("Enquêtes de satisfaction par courriel")
    SURVEY_SMS = "survey_sms", _("Enquêtes de satisfaction par SMS")
    NEWS_EMAIL = "news_email", _("Informations du service par courriel")


class ConsentStep(models.TextChoices):
    GIVEN = "given", _("Donné")
    WITHDRAWN = "withdrawn", _("Retiré")


class UsagerVerb(models.TextChoices):
    """What the journal of an usager says was done."""

    CORRECTED = "corrected", _("Fiche corrigée")
    CONSENT_GIVEN = "consent_given", _("Consentement donné")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("Consentement retiré")
    MERGED = "merged", _("Fiches réunies")
    MERGE_UNDONE = "merge_undone", _("Réunion défaite")
    NOT_SAME = "not_same", _("Fiches déclarées distinctes")


class SearchKind(models.TextChoices):
    """What the words of a search were taken for."""

    NOTHING = "nothing", _("Rien à chercher")
    TOO_SHORT = "too_short", _("Trop court")
    REFERENCE = "reference", _("Référence de demande")
    EMAIL = "email", _("Adresse électronique")
    PHONE = "phone", _("Téléphone")
    NAME = "name", _("Nom")


class Likeness(models.TextChoices):
    """What makes two files of usagers look alike."""

    PHONE = "phone", _("même téléphone")
    EMAIL = "email", _("même adresse électronique")
    NAME = "name", _("même nom")
