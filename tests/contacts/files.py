"""Files as they are sent, right and wrong, and demandes that have some."""

import io
import zipfile
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from contacts.actions import attach
from contacts.attachments.uploads import receive
from contacts.models import Attachment, Demande
from directory.models import Agent
from tests.factories import NOW

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
EXECUTABLE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 200


def sent(name: str = "courrier.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def add_attachment(
    demande: Demande,
    name: str = "courrier.pdf",
    content: bytes = PDF,
    *,
    by: Agent | None = None,
    at: datetime = NOW,
    **entry: Any,
) -> Attachment:
    [made] = attach(demande, [receive(sent(name, content))], by=by, at=at, **entry)
    return made


def package(members: dict[str, bytes], *, deflated: bool = False) -> bytes:
    """A ZIP archive with these members, in order."""
    written = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    with zipfile.ZipFile(written, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


def docx(**more: bytes) -> bytes:
    return package(
        {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>", **more}
    )


def bomb() -> bytes:
    """A small document that would unpack to hundreds of times its size."""
    zeros = bytes(30_000_000)
    return package(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": b"<document/>",
            "word/media/zeros": zeros,
        },
        deflated=True,
    )
