"""Refusals of the knowledge app: named, in French, and tied to the field that can mend them."""

from django.utils.translation import gettext_lazy as _

from directory.errors import Refusal


class SheetArchived(Refusal):
    message = _("Cette fiche est archivée : elle ne se modifie plus.")


class SheetChangedMeanwhile(Refusal):
    message = _(
        "Quelqu’un vient de modifier cette fiche. Relisez son texte actuel, puis enregistrez de "
        "nouveau pour le remplacer."
    )


class AlreadyPublished(Refusal):
    message = _("Cette fiche est déjà publiée, ou archivée.")


class ReviewNotAhead(Refusal):
    message = _("La prochaine relecture est à venir : choisissez une date après aujourd’hui.")
    field = "review_on"


class OrganisationUnknown(Refusal):
    message = _(
        "Aucune organisation ne porte ce nom ici : écrivez-le en entier, comme sur ses pages."
    )
    field = "name"


class ShareWithItself(Refusal):
    message = _("C’est le nom de votre propre organisation.")
    field = "name"


class ShareExists(Refusal):
    message = _("Votre annuaire lui est déjà proposé ou partagé.")
    field = "name"


class ShareSettled(Refusal):
    message = _("Ce partage a déjà été accepté ou retiré.")
