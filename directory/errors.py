"""Refusals of the annuaire: named, in French, and tied to the field that can mend them."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """An action was refused; nothing was written. `field` names the form field at fault, if any."""

    message = _("Cette action n’est pas possible.")
    field: str | None = None

    def __str__(self) -> str:
        return gettext(str(self.message))


class LastAdministrator(Refusal):
    message = _(
        "C’est le dernier administrateur actif de l’organisation. Donnez d’abord ce rôle à un "
        "autre agent : sans administrateur, plus personne ne pourrait tenir l’annuaire."
    )
    field = "role"


class OwnAccount(Refusal):
    message = _(
        "Vous ne pouvez pas désactiver votre propre compte : un autre administrateur peut le faire."
    )


class AccountInactive(Refusal):
    message = _("Ce compte est désactivé : réactivez-le avant d’inviter l’agent.")


class AccountInUse(Refusal):
    message = _(
        "Cet agent a déjà choisi son mot de passe : il peut en changer lui-même par « Mot de passe "
        "oublié » sur la page de connexion."
    )


class ServiceBelowItself(Refusal):
    message = _("Ce service ne peut pas être rattaché à l’un de ceux qui dépendent de lui.")
    field = "parent"


class FamilyBelowFamily(Refusal):
    message = _(
        "Une famille qui contient des motifs ne peut pas être rangée dans une autre famille."
    )
    field = "parent"


class HoursOnDayOff(Refusal):
    """Hours and worked weekdays would disagree; told where the change was made."""

    message = _(
        "Ce calendrier ne travaille pas ce jour-là : ajoutez-le d’abord aux jours travaillés, ou "
        "laissez ces horaires vides."
    )

    def __init__(self, weekday: int) -> None:
        super().__init__()
        self.field = f"day_{weekday}"


class WorkedDayHasHours(Refusal):
    message = _(
        "Un jour retiré a encore des horaires d’ouverture : videz-les d’abord dans « Horaires »."
    )
    field = "weekdays"


class OpeningWithoutHours(Refusal):
    message = _(
        "Ce calendrier a des horaires, mais aucun pour ce jour de semaine : donnez ceux de cette "
        "ouverture."
    )
    field = "hours"


class ClosingEndsBeforeItStarts(Refusal):
    message = _("Le dernier jour précède le premier.")
    field = "last_day"


class MergeRefused(Refusal):
    field = "into"


class MergeOutside(MergeRefused):
    message = _("Deux services d’organisations différentes ne se fusionnent pas.")


class MergeWithItself(MergeRefused):
    message = _("Un service ne se fusionne pas avec lui-même : choisissez-en un autre.")


class AlreadyMerged(MergeRefused):
    message = _("Ce service a déjà été fusionné avec un autre.")


class MergeIntoClosed(MergeRefused):
    message = _("Le service choisi n’est plus en activité : choisissez-en un qui l’est.")


class MergeBelow(MergeRefused):
    message = _(
        "Le service choisi dépend de celui que vous fusionnez. Rattachez-le d’abord ailleurs, ou "
        "faites la fusion dans l’autre sens."
    )
