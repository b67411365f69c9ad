"""Refusals of the queue: named, in French, and tied to the field that can mend them."""

from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from directory.errors import Refusal


class NobodyWaits(Refusal):
    message = _("Personne n’attend.")


class RoomOutOfUse(Refusal):
    message = _("Cette file n’est plus en service : aucun ticket ne peut y être donné.")


class RoomClosed(Refusal):
    message = _("L’accueil est fermé pour le moment.")


class TooManyTickets(Refusal):
    message = _(
        "La borne vient de donner beaucoup de tickets. Attendez une minute, ou adressez-vous à "
        "l’accueil."
    )


class TicketMoved(Refusal):
    message = _("Ce ticket a changé d’état entre-temps : la page est à jour.")


class CounterBusy(Refusal):
    """The counter already serves somebody else than the page showed: nobody new was called."""

    message = _("Ce guichet reçoit déjà le ticket n° %(number)s : personne d’autre n’a été appelé.")

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def __str__(self) -> str:
        return _text(str(self.message)) % {"number": self.number}


class KeyTaken(Refusal):
    message = _("Cette demande de ticket a déjà servi : demandez-en un nouveau.")
