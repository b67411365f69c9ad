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


class ContactKind(models.TextChoices):
    """Why the usager came; items that were asked for are no repeat (counting rule 18)."""

    REQUEST = "request", _("Demande")
    MESSAGE = "message", _("Message")
    ITEMS = "items", _("Pièces demandées")


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
    QUALIFIED = "qualified", _("Qualifiée au registre")
    REQUALIFIED = "requalified", _("Requalifiée")
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


class ComplaintFamily(models.TextChoices):
    """What a réclamation or suggestion is about: the same first level for every organisation."""

    DELAY = "delay", _("Délai")
    RECEPTION = "reception", _("Accueil")
    ACCESSIBILITY = "accessibility", _("Accessibilité")
    HANDLING = "handling", _("Erreur de traitement")
    INFORMATION = "information", _("Information inexacte")
    PREMISES = "premises", _("Locaux")
    DIGITAL = "digital", _("Numérique")
    OTHER = "other", _("Autre")


class ComplaintCause(models.TextChoices):
    """Why it happened, as found when it was looked into."""

    ORGANISATION = "organisation", _("Organisation ou procédure")
    STAFFING = "staffing", _("Effectifs ou absence")
    TRAINING = "training", _("Formation ou documentation")
    TOOL = "tool", _("Outil ou équipement")
    PROVIDER = "provider", _("Prestataire ou autre administration")
    RULE = "rule", _("Règle appliquée, mal comprise ou mal acceptée")
    UNKNOWN = "unknown", _("Cause non trouvée")


class ComplaintOutcome(models.TextChoices):
    FOUNDED = "founded", _("Fondée")
    PARTLY = "partly", _("Fondée en partie")
    UNFOUNDED = "unfounded", _("Non fondée")


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
