"""A file as it was sent: checked, named and measured, not yet kept."""

from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from contacts.attachments.errors import NotAccepted
from contacts.attachments.limits import largest
from contacts.attachments.naming import clean_name
from contacts.attachments.sniffing import kind_of


@dataclass(frozen=True)
class Upload:
    file: "UploadedFile[Any]"
    name: str
    media_type: str
    size: int
    sha256: str


def receive(file: "UploadedFile[Any]") -> Upload:
    """Check a file that was sent; raises `NotAccepted`."""
    size, told = file.size or 0, file.name or ""
    if size == 0:
        raise NotAccepted(_("Ce fichier est vide."))
    if size > largest():
        raise NotAccepted(
            _("Ce fichier dépasse %(limit)s Mo."), params={"limit": largest() // (1024 * 1024)}
        )
    kind = kind_of(cast("IO[bytes]", file), told)
    return Upload(file, clean_name(told, kind.extensions), kind.media_type, size, _sum(file))


def _sum(file: "UploadedFile[Any]") -> str:
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
