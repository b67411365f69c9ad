"""Form that offers an annuaire to another organisation."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ShareForm(forms.Form):
    name = forms.CharField(
        label=_("Nom de l’autre organisation"),
        help_text=_("En entier, comme en tête de ses pages. Elle devra accepter."),
        max_length=200,
    )
