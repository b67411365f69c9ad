"""A file that someone sends: held on disk while it is read, under its own name."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from contacts.intake.errors import Unusable
from contacts.intake.mapping import MEGABYTE, Mapping, Origin
from contacts.intake.run import Source, open_source
from directory.queries import alphabetical

LARGEST = 25 * MEGABYTE
NAME_LENGTH = 120
# Dates as people write them; ISO and the dates of a spreadsheet are read whatever this says.
FORMATS = ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S")


def safe_name(name: str) -> str:
    """The last part of a path of any system, without what a file system or a message minds."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    kept = re.sub(r"[^\w .()'’+-]", "_", last).strip(" .") or "fichier"
    stem, suffix = Path(kept).stem, Path(kept).suffix
    return f"{stem[: NAME_LENGTH - len(suffix)]}{suffix}"[:NAME_LENGTH]


@contextmanager
def on_disk(name: str, content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="registre-") as folder:
        path = Path(folder) / safe_name(name)
        path.write_bytes(content)
        yield path


def open_file(path: Path, origins: dict[str, Origin] | None = None) -> Source:
    """The file as a table, or `Unusable` with the reason in French."""
    return open_source(path, Mapping(origins or {}, formats=FORMATS, max_bytes=LARGEST))


def check_size(size: int, name: str) -> None:
    if size > LARGEST:
        raise Unusable(f"{name} : {size / MEGABYTE:.0f} Mo ; la limite est de 25 Mo.")
    if size == 0:
        raise Unusable(f"{name} : le fichier est vide.")


def plain_key(title: str) -> str:
    """A title without its accents, case and punctuation, to be recognised."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", alphabetical(title)).split())
