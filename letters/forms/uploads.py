"""A file to read: its size and its kind are judged before a line of it is."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from contacts.intake.errors import Unusable
from letters.register.uploads import check_size, on_disk, open_file, safe_name


class FileForm(forms.Form):
    """A CSV file or an .xlsx workbook, 25 MB at most, which is what it claims to be."""

    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("CSV ou classeur .xlsx, 25 Mo au plus ; la première ligne porte les titres."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        file.name = safe_name(file.name or "")
        try:
            check_size(file.size or 0, file.name)
            self.content = file.read()
            with on_disk(file.name, self.content) as path:
                self.header = open_file(path).table.header
        except Unusable as error:
            raise ValidationError(str(error)) from error
        return file


class KindsForm(FileForm):
    dry_run = forms.BooleanField(label=_("Vérifier seulement, sans rien écrire"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "CSV ou classeur .xlsx avec les colonnes « famille », « type », et au besoin « délai » "
            "(en jours), « silence » et « silence mois »."
        )
