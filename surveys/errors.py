"""Refusals of the surveys app: named, in French, nothing written."""

from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.errors import Refusal


class NoticeIncomplete(Refusal):
    """A survey does not open, and an open one does not go on, without a complete notice."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__()
        self.missing = missing

    def __str__(self) -> str:
        words = gettext("La mention d’information est incomplète. Il manque : %(missing)s.")
        return words % {"missing": ", ".join(self.missing)}


class SurveyWithoutQuestion(Refusal):
    message = _("Une enquête sans question ne s’ouvre pas.")


class SurveyAlreadyOpen(Refusal):
    message = _("Cette enquête est déjà ouverte.")


class SurveyNotOpen(Refusal):
    message = _("Cette enquête n’est pas ouverte.")


class TitleTaken(Refusal):
    message = _("Une enquête porte déjà ce titre.")
    field = "title"


class OtherOrganisation(Refusal):
    message = _("Ce service ou cette demande n’appartient pas à l’organisation de l’enquête.")


class QrCodeExists(Refusal):
    message = _("Ce service a déjà son QR code pour cette enquête.")


class InvitationExpired(Refusal):
    message = _("Ce lien n’est plus valable : il a expiré.")


class AlreadyAnswered(Refusal):
    """The correction window is over, or there never was one (anonymous survey)."""

    message = _("Il a déjà été répondu avec cette invitation.")


class AnswerRefused(Refusal):
    """An answer that its question cannot take; `field` is the key of the question."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.field = key


class AnswerMissing(AnswerRefused):
    message = _("Répondez à cette question.")


class AnswerOutOfScale(AnswerRefused):
    message = _("Choisissez l’une des réponses proposées.")


class AnswerTooLong(AnswerRefused):
    message = _("Votre texte est trop long : 4 000 caractères au plus.")


class AnswerUnknown(AnswerRefused):
    message = _("Cette enquête n’a pas cette question.")
