"""Which other demande is the same one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.forms.demande import DemandeForm


class UniteForm(DemandeForm):
    reference = forms.CharField(
        label=_("Référence de l’autre demande"),
        help_text=_("Une demande ouverte que vous pouvez voir, du même usager ou sans usager."),
        max_length=64,
    )

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"]).upper()
