"""What is typed fast: a day without its year, the beginning of a name."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from directory.models import Motif, Service
from directory.queries import alphabetical

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
APART = re.compile(r"(\d{1,2})[/. -](\d{1,2})(?:[/. -](\d{4}|\d{2}))?", re.ASCII)
TOGETHER = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})?", re.ASCII)
Named = TypeVar("Named", Service, Motif)


class Unreadable(ValueError):
    """What was typed means nothing here; the message is for the person who typed it."""


def read_day(text: str, *, today: date) -> date:
    """`25/11/2026`, `25/11/26`, `251126`, `25/11` or `2511`; without a year, the latest one past.

    A letter of 28 December typed in January is last year's.
    """
    text = text.strip()
    if match := ISO.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    match = APART.fullmatch(text) or TOGETHER.fullmatch(text)
    if match is None:
        raise Unreadable(_("Date illisible : écrivez-la comme 25/11/2026 ou 25/11."))
    day, month = int(match[1]), int(match[2])
    if match[3]:
        year = int(match[3])
        return _day(year if year > 99 else 2000 + year, month, day)
    if (month, day) == (2, 29):
        leap = (today.year - back for back in range(9) if _is_leap(today.year - back))
        return next(one for one in (date(year, 2, 29) for year in leap) if one <= today)
    this_year = _day(today.year, month, day)
    return this_year if this_year <= today else this_year.replace(year=today.year - 1)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unreadable(_("Cette date n’existe pas.")) from error


class Names(Generic[Named]):
    """Rows found by their name, whatever its case and accents, or by the beginning of it.

    `labels` are what a list proposes: two motifs of one name are told apart by their family.
    """

    def __init__(self, rows: Iterable[Named], *, unknown: str, several: str) -> None:
        self.unknown, self.several = unknown, several
        self._found: dict[str, list[Named]] = defaultdict(list)
        same: dict[str, list[Named]] = defaultdict(list)
        for row in rows:
            same[row.name].append(row)
        self.labels: dict[str, Named] = {}
        for name, twins in same.items():
            for row in twins:
                self.labels[name if len(twins) == 1 else _in_full(row)] = row
        for label, row in self.labels.items():
            self._found[_key(label)].append(row)

    def find(self, text: str) -> Named:
        key = _key(text)
        found = self._found.get(key) or [
            row for known, rows in self._found.items() if known.startswith(key) for row in rows
        ]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(f"« {row.name} »" for row in found[:3])
            raise Unreadable(self.several % {"text": text, "names": names})
        near = get_close_matches(key, self._found, 1)
        hint = _(" Voulez-vous dire « %s » ?") % self._found[near[0]][0].name if near else ""
        raise Unreadable(self.unknown % {"text": text} + hint)


def _in_full(row: Service | Motif) -> str:
    return f"{row.parent.name} › {row.name}" if row.parent else row.name


def _key(text: str) -> str:
    return " ".join(alphabetical(text).split())
