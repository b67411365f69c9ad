"""What a file really is, before a row of it is read: size, kind, encoding, fingerprint.

Reads the file from end to end once, in blocks: nothing here grows with its size.
"""

import codecs
import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path

from contacts.intake.errors import Unusable
from contacts.intake.mapping import MEGABYTE, Mapping, reason

BLOCK = 1 << 20
CSV_BYTES = 500 * MEGABYTE
XLSX_BYTES = 50 * MEGABYTE
LONGEST_LINE = 1_000_000
CSV_SUFFIXES = (".csv", ".txt", ".tsv")
XLSX_SUFFIXES = (".xlsx", ".xlsm")
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
SIGNATURES = {
    ZIP: "un classeur Excel ou une archive zip",
    OLE: "un ancien classeur Excel (.xls) ou un classeur protégé par mot de passe",
    b"%PDF": "un PDF",
    b"\x89PNG": "une image PNG",
    b"\xff\xd8\xff": "une image JPEG",
    b"GIF8": "une image GIF",
    b"\x1f\x8b": "une archive gzip",
    b"7z\xbc\xaf": "une archive 7z",
    b"Rar!": "une archive RAR",
    b"\x7fELF": "un programme",
    b"SQLite format 3": "une base SQLite",
}


@dataclass(frozen=True)
class Facts:
    """A usable file: `encoding` is null for a workbook."""

    path: Path
    size: int
    sha256: str
    encoding: str | None

    @property
    def is_workbook(self) -> bool:
        return self.encoding is None


def examine(path: Path, mapping: Mapping) -> Facts:
    """Facts about the file, or `Unusable` when it is not what it claims to be."""
    try:
        size = _size(path, mapping)
        with path.open("rb") as file:
            start = file.read(16)
        if path.suffix.lower() in XLSX_SUFFIXES:
            _check_workbook(path, start)
            return Facts(path, size, _sha256(path), None)
        _check_text(path, start)
        return Facts(path, size, _sha256(path), _encoding(path, start, mapping.encoding))
    except OSError as error:
        raise Unusable(f"{path} : fichier illisible ({reason(error)}).") from error


def _size(path: Path, mapping: Mapping) -> int:
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise Unusable(f"{path} : c’est un dossier, pas un fichier.")
    if not stat.S_ISREG(found.st_mode):
        raise Unusable(f"{path} : ce n’est pas un fichier ordinaire.")
    suffix = path.suffix.lower()
    if suffix not in CSV_SUFFIXES + XLSX_SUFFIXES:
        raise Unusable(f"{path.name} : extension inconnue ; attendu .csv (ou .txt, .tsv) ou .xlsx.")
    if found.st_size == 0:
        raise Unusable(f"{path.name} : le fichier est vide.")
    limit = mapping.max_bytes or (XLSX_BYTES if suffix in XLSX_SUFFIXES else CSV_BYTES)
    if found.st_size > limit:
        raise Unusable(
            f"{path.name} : {found.st_size // MEGABYTE} Mo ; la limite est de "
            f"{limit // MEGABYTE} Mo (file.max_megabytes dans la correspondance)."
        )
    return found.st_size


def _check_workbook(path: Path, start: bytes) -> None:
    if not start.startswith(ZIP):
        kind = _kind(start) or "du texte ou autre chose"
        raise Unusable(
            f"{path.name} n’est pas ce qu’il prétend : ce n’est pas un classeur .xlsx, mais {kind}."
        )


def _check_text(path: Path, start: bytes) -> None:
    if kind := _kind(start):
        raise Unusable(f"{path.name} n’est pas ce qu’il prétend : c’est {kind}, pas un CSV.")


def _kind(start: bytes) -> str | None:
    return next((kind for magic, kind in SIGNATURES.items() if start.startswith(magic)), None)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _encoding(path: Path, start: bytes, wanted: str | None) -> str:
    if wanted:
        return _read_as(path, wanted)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _read_as(path, "utf-16")
    try:
        return _read_as(path, "utf-8-sig")
    except WrongEncoding as not_utf_8:
        try:
            return _read_as(path, "cp1252")
        except WrongEncoding:
            raise not_utf_8 from None


class WrongEncoding(Unusable):
    pass


def _read_as(path: Path, encoding: str) -> str:
    """The encoding, once the whole file was read with it and looks like lines of text."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, length, block = 1, 0, b"-"
    # In these every Latin letter has a null byte.
    wide = encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32"))
    with path.open("rb") as file:
        while block:
            block = file.read(BLOCK)
            if not wide:
                _check_no_nul(path, block.decode("latin-1"), line)
            try:
                text = decoder.decode(block, final=not block)
            except (UnicodeError, ValueError) as error:
                line += block[: getattr(error, "start", 0)].count(b"\n")
                raise WrongEncoding(
                    f"{path.name} n’est pas encodé en {encoding} (vers la ligne {line})."
                ) from error
            _check_no_nul(path, text, line)
            length = _check_lines(path, text, length, line)
            line += text.count("\n")
    return encoding


def _check_no_nul(path: Path, text: str, line: int) -> None:
    nul = text.find("\0")
    if nul >= 0:
        line += text.count("\n", 0, nul)
        raise Unusable(
            f"{path.name} n’est pas ce qu’il prétend : octet nul à la ligne {line}, "
            "ce n’est pas un fichier texte."
        )


def _check_lines(path: Path, text: str, length: int, line: int) -> int:
    """Length of the unfinished last line; no line may be so long that it fills the memory."""
    pieces = text.replace("\r", "\n").split("\n")
    pieces_length = [length + len(pieces[0]), *map(len, pieces[1:])]
    if max(pieces_length) > LONGEST_LINE:
        raise Unusable(
            f"{path.name} : une ligne de plus d’un million de caractères après la ligne {line}."
        )
    return pieces_length[-1]
