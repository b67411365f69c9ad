"""What a file is, by its content: one of the few kinds that are let in, or refused.

The list is closed: what is not recognised is not kept. The name decides between plain texts only,
which have no content of their own.
"""

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from django.utils.translation import gettext_lazy as _

from contacts.attachments.errors import NotAccepted
from contacts.attachments.packages import office_kind

HEAD = 4096


@dataclass(frozen=True)
class Kind:
    media_type: str
    # The first is the usual one.
    extensions: tuple[str, ...]


PDF = Kind("application/pdf", (".pdf",))
TIFF = Kind("image/tiff", (".tif", ".tiff"))
SIGNATURES = {
    b"%PDF-": PDF,
    b"\x89PNG\r\n\x1a\n": Kind("image/png", (".png",)),
    b"\xff\xd8\xff": Kind("image/jpeg", (".jpg", ".jpeg")),
    b"GIF87a": Kind("image/gif", (".gif",)),
    b"GIF89a": Kind("image/gif", (".gif",)),
    b"II*\x00": TIFF,
    b"MM\x00*": TIFF,
}
WEBP = Kind("image/webp", (".webp",))
HEIC = Kind("image/heic", (".heic", ".heif"))
HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis")
OFFICE = {
    "odt": Kind("application/vnd.oasis.opendocument.text", (".odt",)),
    "ods": Kind("application/vnd.oasis.opendocument.spreadsheet", (".ods",)),
    "docx": Kind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",)
    ),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
}
DOC = Kind("application/msword", (".doc",))
XLS = Kind("application/vnd.ms-excel", (".xls",))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of the old Word and Excel; an installer (.msi) is such a file too, and has neither.
OLE_STREAMS = {
    "WordDocument".encode("utf-16-le"): DOC,
    "Workbook".encode("utf-16-le"): XLS,
    "Book\0".encode("utf-16-le"): XLS,
}
TEXTS = {
    ".txt": Kind("text/plain", (".txt",)),
    ".csv": Kind("text/csv", (".csv",)),
    ".eml": Kind("message/rfc822", (".eml",)),
}
# What a browser or a system would run, whatever the name says.
ACTIVE = re.compile(rb"\s*(<|#!|MZ|@echo)|<(script|html|svg|!doctype|\?php)\b", re.IGNORECASE)
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MAIL_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?[!-9;-~]+:[ \t\r\n]")
CHUNK = 1 << 20


def kind_of(file: IO[bytes], name: str) -> Kind:
    """The kind of a file; raises `NotAccepted`, in words for who sent it."""
    file.seek(0)
    head = file.read(HEAD)
    found = _by_signature(head) or _by_package(file, head) or _by_text(file, head, name)
    file.seek(0)
    if found is None:
        raise NotAccepted(
            _(
                "Ce type de fichier n’est pas accepté. Sont acceptés : PDF, images (PNG, JPEG, "
                "GIF, WebP, TIFF, HEIC), documents bureautiques (ODT, ODS, DOCX, XLSX, DOC, XLS), "
                "textes (TXT, CSV) et courriels (EML)."
            )
        )
    return found


def _by_signature(head: bytes) -> Kind | None:
    for signature, kind in SIGNATURES.items():
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return HEIC
    return None


def _by_package(file: IO[bytes], head: bytes) -> Kind | None:
    if head.startswith(b"PK\x03\x04"):
        return OFFICE.get(office_kind(file))
    if head.startswith(OLE):
        return next((kind for name, kind in OLE_STREAMS.items() if _holds(file, name)), None)
    return None


def _holds(file: IO[bytes], name: bytes) -> bool:
    """Whether the name stands somewhere in the file, read by pieces that overlap."""
    file.seek(0)
    tail = b""
    while chunk := file.read(CHUNK):
        if name in tail + chunk:
            return True
        tail = chunk[-len(name) :]
    return False


def _by_text(file: IO[bytes], head: bytes, name: str) -> Kind | None:
    kind = TEXTS.get(PurePath(name.lower()).suffix)
    if kind is None or not _is_text(file):
        return None
    if kind.media_type == "message/rfc822":
        return kind if MAIL_HEADER.match(head) else None
    return None if ACTIVE.search(head) else kind


def _is_text(file: IO[bytes]) -> bool:
    file.seek(0)
    while chunk := file.read(CHUNK):
        if CONTROLS.search(chunk):
            return False
    return True
