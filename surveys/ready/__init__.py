"""Ready surveys, shipped as data: a TOML file each."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class ReadySurvey:
    title: str
    introduction: str
    translations: dict[str, dict[str, str]]
    notice: dict[str, str]
    questions: list[dict[str, Any]]


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> ReadySurvey:
    if name not in names():
        raise LookupError(name)
    return ReadySurvey(**tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))
