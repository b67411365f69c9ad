"""The parts of an .xlsx, opened only once its directory says that it is of a decent size.

A 2 kB workbook can claim a million rows and 1 MB can unpack to 380: sizes are read from the zip
directory first, each part is read as a stream, and nothing is ever unpacked whole.
"""

import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from contacts.intake.errors import Unusable
from contacts.intake.mapping import MEGABYTE

BLOCK = 1 << 16
UNPACKED_BYTES = 300 * MEGABYTE
STRINGS_BYTES = 60 * MEGABYTE
# Real workbooks pack their XML 5 to 40 times.
PACKING, PACKING_MATTERS_ABOVE = 100, 5 * MEGABYTE
PARTS = 1_000
DIRECTORY_BYTES = 1 * MEGABYTE
END_OF_DIRECTORY = b"PK\x05\x06"
LONGEST_END = 65_557


@contextmanager
def open_package(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip file, or `Unusable` when it is broken, boundless, or no workbook."""
    try:
        with path.open("rb") as file:
            _check_directory(path, file)
            with zipfile.ZipFile(file) as package:
                _check_parts(path, package.infolist())
                yield package
    except (zipfile.BadZipFile, struct.error, EOFError, NotImplementedError, KeyError) as error:
        raise Unusable(f"{path.name} : classeur abîmé ou incomplet.") from error
    except expat.ExpatError as error:
        raise Unusable(f"{path.name} : classeur abîmé (XML mal formé).") from error


def _check_directory(path: Path, file: BinaryIO) -> None:
    """The directory itself must be small: zipfile keeps all of it in memory."""
    file.seek(max(0, path.stat().st_size - LONGEST_END))
    tail = file.read()
    end = tail.rfind(END_OF_DIRECTORY)
    if end < 0:
        raise zipfile.BadZipFile
    (size,) = struct.unpack_from("<I", tail, end + 12)
    if size > DIRECTORY_BYTES:
        raise too_big(path, "trop de parties")


def _check_parts(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise Unusable(
            f"{path.name} n’est pas ce qu’il prétend : cette archive n’est pas un classeur .xlsx."
        )
    if len(parts) > PARTS:
        raise too_big(path, f"plus de {PARTS} parties")
    if any(part.flag_bits & 1 for part in parts):
        raise Unusable(f"{path.name} : classeur protégé par mot de passe.")
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if unpacked > UNPACKED_BYTES:
        raise too_big(path, f"{unpacked // MEGABYTE} Mo une fois décompressé")
    if unpacked > PACKING_MATTERS_ABOVE and unpacked > PACKING * packed:
        raise too_big(path, f"compressé {unpacked // max(packed, 1)} fois")


def too_big(path: Path, why: str) -> Unusable:
    return Unusable(f"{path.name} : classeur refusé, démesuré ({why}).")


def parse(package: zipfile.ZipFile, name: str, start: Any, end: Any, text: Any) -> Iterator[None]:
    """Stream one part through handlers, handing back control after each block.

    A document type is refused, and with it every entity: no workbook has one.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: start(local(tag), attributes)
    parser.EndElementHandler = lambda tag: end(local(tag))
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _no_doctype
    with package.open(name) as part:
        while block := part.read(BLOCK):
            parser.Parse(block, False)
            yield
        parser.Parse(b"", True)
    yield


def _no_doctype(*_declaration: object) -> None:
    raise Unusable("Classeur refusé : il contient une déclaration de type de document (DTD).")


@lru_cache(maxsize=1_000)
def local(tag: str) -> str:
    """A name without its namespace; XML of one file has few of them."""
    return tag.rpartition(" ")[2]


def nothing(*_event: object) -> None:
    """A handler for events that do not matter."""


def elements(package: zipfile.ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    """Every element of a small part, flat: its local name and attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    if name not in package.namelist():
        return found
    if package.getinfo(name).file_size > 10 * MEGABYTE:
        raise Unusable(f"Classeur refusé, démesuré ({name}).")
    keep: Callable[[str, dict[str, str]], None] = lambda tag, attributes: found.append(  # noqa: E731
        (tag, {local(key): value for key, value in attributes.items()})
    )
    for _ in parse(package, name, keep, nothing, nothing):
        pass
    return found
