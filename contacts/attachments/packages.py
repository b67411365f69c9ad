"""Office documents that are ZIP archives: known by what they hold, and never unpacked here.

Only the list of members is read, and the few bytes in which an ODF document says its kind: a bomb
has nothing to explode in. What that list announces is refused beyond what a document holds.
"""

import zipfile
from typing import IO

from django.utils.translation import gettext_lazy as _

from contacts.attachments.errors import NotAccepted

MEMBERS_MAX = 10_000
UNPACKED_MAX = 500 * 1024 * 1024
# A sheet of repeated cells deflates well; a bomb by a thousand.
RATIO_MAX = 200
ODF = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
OOXML = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
MACROS = ("vbaproject.bin", "basic/script-lc.xml")


def office_kind(file: IO[bytes]) -> str:
    """`odt`, `ods`, `docx` or `xlsx`; empty for any other archive."""
    try:
        with zipfile.ZipFile(file) as package:
            _refuse_bomb(package, _size_of(file))
            return _kind(package)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise NotAccepted(_("Ce document est abîmé : il ne s’ouvre pas.")) from error


def _size_of(file: IO[bytes]) -> int:
    return file.seek(0, 2)


def _refuse_bomb(package: zipfile.ZipFile, size: int) -> None:
    members = package.infolist()
    unpacked = sum(one.file_size for one in members)
    packed = sum(one.compress_size for one in members)
    if (
        len(members) > MEMBERS_MAX
        or unpacked > min(UNPACKED_MAX, RATIO_MAX * size)
        or packed > size
        or len({one.header_offset for one in members}) < len(members)
    ):
        raise NotAccepted(_("Ce document, une fois ouvert, serait démesuré : il est refusé."))


def _kind(package: zipfile.ZipFile) -> str:
    names = set(package.namelist())
    if any(name.lower().endswith(MACROS) for name in names):
        raise NotAccepted(
            _("Ce document contient des macros : enregistrez-le sans macro, ou en PDF.")
        )
    if "mimetype" in names:
        with package.open("mimetype") as told:
            return ODF.get(told.read(80).strip(), "")
    if "[Content_Types].xml" in names:
        return next((kind for name, kind in OOXML.items() if name in names), "")
    return ""
