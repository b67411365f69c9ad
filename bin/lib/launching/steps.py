"""The steps that ready the data, and which of them are still due: known without loading Django."""

import sys
from collections.abc import Callable
from pathlib import Path

from launching import fingerprints
from launching.django_servers import Servers
from launching.fingerprints import Stamp
from launching.places import VAR

FINGERPRINTS: dict[str, Callable[[], str]] = {
    "migrations": fingerprints.migrations,
    "static": fingerprints.static_files,
    "town": lambda: "construite",
}


def stamp(step: str, data: Path | None) -> Stamp | None:
    """What a database of ours went through is noted beside its data; others are asked each time."""
    place = VAR if step == "static" else data
    return Stamp(place / f"{step}.empreinte", FINGERPRINTS[step]()) if place else None


def is_current(step: str, data: Path | None) -> bool:
    known = stamp(step, data)
    return known is not None and known.is_current()


def due(found: Servers, *steps: str) -> list[str]:
    return [step for step in steps if not is_current(step, found.data)]


def command(found: Servers, steps: list[str], *options: str) -> list[str]:
    data = ["--data", str(found.data)] if found.data else []
    return [sys.executable, "-m", "launching.prepare", *steps, *data, *options]
