"""Cheap answers to « has it changed since? », so that a second start does not redo the first."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from launching.places import ROOT


class Stamp:
    """The fingerprint of what a step was last done with."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        self._path = path
        self._fingerprint = fingerprint

    def is_current(self) -> bool:
        return self._path.exists() and self._path.read_text() == self._fingerprint

    def set(self) -> None:
        self._path.write_text(self._fingerprint)


def migrations() -> str:
    """Our migrations by content, the libraries' by their locked versions."""
    files = sorted(ROOT.glob("*/migrations/*.py"))
    return _digest(f"{path.name}\0{path.read_text()}" for path in (*files, ROOT / "uv.lock"))


def static_files() -> str:
    files = [
        path
        for top in (ROOT / "static", *ROOT.glob("*/static"))
        for path in sorted(top.rglob("*"))
        if ROOT / "var" not in path.parents and path.is_file()
    ]
    seen = (f"{path}\0{path.stat().st_mtime_ns}\0{path.stat().st_size}" for path in files)
    return _digest([*seen, (ROOT / "uv.lock").read_text()])


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\1".join(parts).encode()).hexdigest()
