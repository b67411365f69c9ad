"""What the data files of the demo say, read once: places, people, motifs and phrases."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent


class Text(NamedTuple):
    """What one demande says: its subject, the note of its contact, the reply on the merits."""

    subject: str
    note: str
    answer: str


@cache
def read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


# One thing said, in as many wordings as it has streets.
Variants = tuple[Text, ...]


def texts(trios: list[list[str]]) -> tuple[Variants, ...]:
    """Each trio, once per street where it names one."""
    streets: list[str] = read("people")["streets"]
    return tuple(
        tuple(
            Text(*(part.replace("{rue}", street) for part in trio))
            for street in (streets if "{rue}" in "".join(trio) else streets[:1])
        )
        for trio in trios
    )
