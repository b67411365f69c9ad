"""Files sent with a form: several at a time, each refused by its name."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from contacts.attachments.errors import NotAccepted
from contacts.attachments.limits import PER_SEND, largest
from contacts.attachments.uploads import Upload, receive

ACCEPT = (
    ".pdf,.png,.jpg,.jpeg,.gif,.webp,.tif,.tiff,.heic,"
    ".odt,.ods,.docx,.xlsx,.doc,.xls,.txt,.csv,.eml"
)
LIMITS = format_lazy(
    _("PDF, images, documents, textes ou courriels ; {size} Mo par fichier, {count} à la fois."),
    size=lazy(lambda: largest() // (1024 * 1024), int)(),
    count=PER_SEND,
)


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """The uploads that were checked, in a list; what was sent badly is told file by file."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Pièces jointes"))
        kwargs.setdefault("widget", FilesInput(attrs={"accept": ACCEPT}))
        kwargs.setdefault("help_text", LIMITS)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        files = [one for one in data or [] if one]
        if not files and self.required:
            raise ValidationError(_("Choisissez au moins un fichier."), code="required")
        if len(files) > PER_SEND:
            raise ValidationError(
                _("%(sent)s fichiers : envoyez-en %(limit)s au plus à la fois."),
                params={"sent": len(files), "limit": PER_SEND},
            )
        return _received(files)


def _received(files: Sequence[Any]) -> list[Upload]:
    uploads, wrong = [], []
    for file in files:
        try:
            uploads.append(receive(file))
        except NotAccepted as error:
            wrong.append(ValidationError(f"{file.name} – {error.messages[0]}"))
    if wrong:
        raise ValidationError(wrong)
    return uploads


class AttachForm(forms.Form):
    pieces = FilesField(label=_("Fichiers"))
