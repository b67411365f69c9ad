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

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
