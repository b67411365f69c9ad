"""Refusals of the telephony app: named, in French, tied to the field that can mend them."""

from django.utils.translation import gettext_lazy as _

from directory.errors import Refusal as Refusal


class CalledInFuture(Refusal):
    message = _("L’appel est daté dans le futur.")
    field = "started_at"


class CalledTooLongAgo(Refusal):
    message = _("La date de l’appel est antérieure à l’an 2000.")
    field = "started_at"


class NothingWaited(Refusal):
    message = _("Indiquez le nombre de sonneries ou les secondes d’attente.")
    field = "rings"


class KeyTaken(Refusal):
    message = _(
        "Ce formulaire a déjà servi pour un autre appel : vérifiez celui-ci, puis enregistrez-le."
    )


class AlreadyImported(Refusal):
    message = _("Ce relevé a déjà été importé ou abandonné.")


class UnusableFile(Refusal):
    """A file that is not what it claims to be; its message says what it is."""

    field = "file"

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words

    def __str__(self) -> str:
        return self.words


class NoSuchDemande(Refusal):
    message = _("Aucune demande de vos services ne porte cette référence.")
    field = "reference"


class UnknownLine(Refusal):
    message = _("Le numéro appelé n’est pas une ligne déclarée.")
    field = "called"


class AlreadyTold(Refusal):
    message = _("Cet appel a déjà été annoncé.")


class NotOfCampaign(Refusal):
    message = _("Cette campagne n’appelle pas ce service.")
    field = "service"


class OutOfCampaign(Refusal):
    message = _("Cet appel est daté hors des jours de la campagne.")
    field = "called_at"


class CampaignHasCalls(Refusal):
    message = _("Des appels déjà saisis sont hors de ces jours ou de ces services.")


class MysteryInFuture(CalledInFuture):
    field = "called_at"
