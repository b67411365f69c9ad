"""From the bytes of a file to its lines: what it really is, its encoding, its separator."""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from contacts.intake.scan import SIGNATURES
from telephony.errors import UnusableFile
from telephony.records.values import Unreadable

LARGEST = 25 * 1024 * 1024
LONGEST_LINE = 20_000
# Not `splitlines`, which also cuts at characters that a name may hold.
LINE_END = re.compile(r"\r\n|\r|\n")
SEPARATORS = (",", ";", "\t")
SAMPLE = 50


@dataclass(frozen=True)
class NumberedLine:
    number: int
    text: str


def lines_of(content: bytes) -> list[NumberedLine]:
    """The lines that are not blank, or `UnusableFile` when this is no text."""
    check(content)
    found = LINE_END.split(decoded(content))
    return [NumberedLine(number, text) for number, text in enumerate(found, 1) if text.strip()]


def check(content: bytes) -> None:
    if not content.strip(b"\xef\xbb\xbf\r\n\t "):
        raise UnusableFile(_("Ce fichier est vide."))
    if len(content) > LARGEST:
        raise UnusableFile(_("Ce fichier dépasse 25 Mo : coupez-le, par exemple par mois."))
    for magic, kind in SIGNATURES.items():
        if content.startswith(magic):
            raise UnusableFile(_("Ce fichier est %(kind)s, pas un relevé.") % {"kind": kind})
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not wide and b"\0" in content:
        raise UnusableFile(_("Ce fichier n’est pas du texte : il contient des octets nuls."))


def decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else Windows or Latin-1, whose bytes always mean something.

    A UTF-8 mark does not make a file UTF-8: some exchanges put one before Latin-1.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise UnusableFile(_("Ce fichier se dit en UTF-16 et n’en est pas.")) from None
    body = content.removeprefix(codecs.BOM_UTF8)
    for encoding in ("utf-8", "cp1252"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("latin-1")


def separator_of(lines: list[NumberedLine]) -> str:
    """The one that cuts the most cells off the first lines."""
    sample = [line.text for line in lines[:SAMPLE]]
    return max(SEPARATORS, key=lambda one: sum(text.count(one) for text in sample))


def cells_of(line: NumberedLine, separator: str) -> list[str]:
    """A record stands on one line: an unclosed quotation mark spoils that line alone."""
    if len(line.text) > LONGEST_LINE:
        raise Unreadable(_("ligne de plus de 20 000 caractères"))
    try:
        [cells] = csv.reader([line.text], delimiter=separator, strict=True)
    except (csv.Error, ValueError):
        raise Unreadable(_("guillemet mal placé ou jamais refermé")) from None
    return [cell.strip() for cell in cells]


def rows_of(lines: list[NumberedLine]) -> Iterator[tuple[NumberedLine, list[str] | Unreadable]]:
    separator = separator_of(lines)
    for line in lines:
        try:
            yield line, cells_of(line, separator)
        except Unreadable as problem:
            yield line, problem
