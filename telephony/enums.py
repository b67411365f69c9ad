"""Closed lists of the telephony app, as in `docs/glossaire.md`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """How a call ended, seen from the one who called (counting rule 9)."""

    AGENT = "agent", _("Pris par un agent")
    VOICE_SERVER = "voice_server", _("Pris par le serveur vocal")
    ABANDONED = "abandoned", _("Abandonné par l’appelant")
    UNANSWERED = "unanswered", _("Sans réponse de notre part")

    @property
    def is_answered(self) -> bool:
        return self in ANSWERED


ANSWERED = (Outcome.AGENT, Outcome.VOICE_SERVER)


class Source(models.TextChoices):
    """Where a call is known from; a call has one key in each (decision 0010)."""

    MANUAL = "manual", _("Saisi à la main")
    ASTERISK = "asterisk", _("Asterisk")
    FREESWITCH = "freeswitch", _("FreeSWITCH")
    CSV = "csv", _("Fichier CSV")


class HoursBasis(models.TextChoices):
    """On what a call was found in or out of hours."""

    HOURS = "hours", _("Horaires d’ouverture")
    DAY = "day", _("Jour ouvré, faute d’horaires")


class Part(models.TextChoices):
    """What the figures count apart: each call is in exactly one (counting rule 9)."""

    IN_TARGET = "dans-la-cible", _("Pris en moins de 5 sonneries")
    TOO_LATE = "trop-tard", _("Pris à la 5e sonnerie ou après")
    ABANDONED_LATE = "abandonnes", _("Abandonnés à la 5e sonnerie ou après")
    UNANSWERED = "sans-reponse", _("Sans réponse de notre part")
    ABANDONED_EARLY = "abandonnes-tot", _("Abandonnés avant la 5e sonnerie")
    OUT_OF_HOURS = "hors-horaires", _("Hors des horaires d’ouverture")


class RecordFormat(models.TextChoices):
    """Kinds of files that can be imported; `telephony.records` reads each."""

    ASTERISK_CDR = "asterisk-cdr", _("Asterisk : Master.csv")
    ASTERISK_QUEUE = "asterisk-queue", _("Asterisk : queue_log")
    FREESWITCH_CDR = "freeswitch-cdr", _("FreeSWITCH : CDR en CSV")
    PLAIN = "csv", _("CSV simple (voir le guide)")


class MysteryOutcome(models.TextChoices):
    """What a mystery caller met."""

    AGENT = "agent", _("Un agent a répondu")
    VOICE_SERVER = "voice_server", _("Un serveur vocal a répondu")
    UNANSWERED = "unanswered", _("Personne n’a répondu")
