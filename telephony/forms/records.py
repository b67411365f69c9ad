"""Depositing a file of call records."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from telephony.actions.importing import Sent
from telephony.enums import RecordFormat
from telephony.records.text import LARGEST


class RecordForm(forms.Form):
    format = forms.ChoiceField(
        label=_("Format du relevé"), choices=RecordFormat.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("25 Mo au plus. Rien n’est enregistré avant votre confirmation."),
    )
    in_utc = forms.BooleanField(
        label=_("Les heures du fichier sont en temps universel (UTC)"),
        required=False,
        help_text=_("Sinon, elles sont à l’heure du service. queue_log n’est pas concerné."),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(
                _("Ce fichier dépasse 25 Mo : coupez-le, par exemple par mois.")
            )
        return file

    def sent(self) -> Sent:
        data: dict[str, Any] = self.cleaned_data
        file: UploadedFile[bytes] = data["file"]
        return Sent(file.name or "", file.read(), data["format"], data["in_utc"])
