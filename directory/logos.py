"""Logos: a small PNG or JPEG picture, known by its content and never by its name."""

from dataclasses import dataclass
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

LARGEST = 200 * 1024  # bytes
# A vector picture may hold scripts: it is not among them.
SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@dataclass(frozen=True)
class Picture:
    media_type: str
    content: bytes

    @property
    def version(self) -> str:
        return sha256(self.content).hexdigest()[:16]


def read(file: "UploadedFile[bytes]") -> Picture:
    """The picture of an upload; raises ValidationError in French."""
    if (file.size or 0) > LARGEST:
        raise ValidationError(_("Ce logo dépasse 200 Ko : réduisez l’image."))
    content = file.read()
    for signature, media_type in SIGNATURES.items():
        if content.startswith(signature):
            return Picture(media_type, content)
    raise ValidationError(_("Ce fichier n’est pas une image PNG ou JPEG."))
