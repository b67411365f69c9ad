"""A number of the register as people write it: « 2026-000123 », « 123/2026 », « 123 »."""

import re
from dataclasses import dataclass

from letters.models.letter import FIRST_YEAR, LAST_NUMBER, LAST_YEAR

YEAR_FIRST = re.compile(r"(\d{4})\s*[-/._ ]\s*(\d{1,9})", re.ASCII)
YEAR_LAST = re.compile(r"(\d{1,9})\s*[-/._ ]\s*(\d{4})", re.ASCII)
ALONE = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class Chrono:
    """Null year: the number alone was written."""

    year: int | None
    number: int


def read_chrono(text: str) -> Chrono | None:
    """The number that is written, or null when it is none."""
    text = text.strip()
    if match := YEAR_FIRST.fullmatch(text):
        year, number = int(match[1]), int(match[2])
        if FIRST_YEAR <= year <= LAST_YEAR:
            return _possible(year, number)
    if match := YEAR_LAST.fullmatch(text):
        return _possible(int(match[2]), int(match[1]))
    return _possible(None, int(text)) if ALONE.fullmatch(text) else None


def _possible(year: int | None, number: int) -> Chrono | None:
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return Chrono(year, number) if 1 <= number <= LAST_NUMBER else None
