"""Refusals of the register: named, in French, and tied to the field that can mend them."""

from django.utils.translation import gettext_lazy as _

from directory.errors import Refusal as Refusal


class AlreadyBroughtIn(Refusal):
    message = _("Ce fichier a déjà été repris : rien n’a été ajouté une seconde fois.")
