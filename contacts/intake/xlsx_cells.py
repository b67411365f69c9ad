"""Cells of a worksheet, one row at a time, whatever the sheet claims to hold."""

import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn

from contacts.intake.errors import Unusable
from contacts.intake.table import Cell, ErrorCell, Formula

COLUMNS = 1_000
LONGEST_TEXT = 131_072
STRINGS = 300_000
BUILTIN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
NOT_A_DATE_PART = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')


def is_date_format(code: str) -> bool:
    """`dd/mm/yyyy hh:mm` is one, `0.00" jours"` is not."""
    return bool(re.search("[dmyhs]", NOT_A_DATE_PART.sub("", code), re.IGNORECASE))


@dataclass
class SharedStrings:
    """Texts that cells point to; phonetic readings are left out."""

    texts: list[str] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _reading: bool = False
    _phonetic: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sst" and int(attributes.get("uniqueCount", 0)) > STRINGS:
            self._too_many()
        if tag == "si":
            self._pieces = []
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "t":
            self._reading = not self._phonetic

    def end(self, tag: str) -> None:
        if tag == "t":
            self._reading = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "si":
            self.texts.append("".join(self._pieces))
            if len(self.texts) > STRINGS:
                self._too_many()

    def text(self, data: str) -> None:
        if self._reading:
            self._pieces.append(data)

    def _too_many(self) -> NoReturn:
        raise Unusable(
            f"Classeur refusé : plus de {STRINGS} textes différents. Enregistrez-le en CSV."
        )


@dataclass
class Sheet:
    """Handlers that turn the XML of a sheet into finished rows, in `rows`."""

    strings: list[str]
    date_styles: frozenset[int]
    epoch: datetime
    rows: deque[tuple[int, dict[int, Cell]]] = field(default_factory=deque)
    _number: int = 0
    _column: int = -1
    _cells: dict[int, Cell] = field(default_factory=dict)
    _type: str = "n"
    _style: int = 0
    _formula: bool = False
    _reading: bool = False
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "row":
            self._start_row(attributes)
        elif tag in ("v", "t"):
            self._reading = True
        elif tag == "f":
            self._formula = True

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._reading = False
        elif tag == "c":
            self._end_cell()
        elif tag == "row":
            self.rows.append((self._number, self._cells))

    def text(self, data: str) -> None:
        if self._reading:
            self._length += len(data)
            if self._length > LONGEST_TEXT:
                raise Unusable(f"Classeur refusé : cellule démesurée à la ligne {self._number}.")
            self._pieces.append(data)

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._number + 1))
        if number <= self._number:
            raise Unusable(f"Classeur abîmé : lignes en désordre après la ligne {self._number}.")
        self._number, self._column, self._cells = number, -1, {}

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        self._column = column_index(place) if place else self._column + 1
        if self._column >= COLUMNS:
            raise Unusable(
                f"Classeur refusé, démesuré (plus de {COLUMNS} colonnes à la ligne {self._number})."
            )
        self._type = attributes.get("t", "n")
        self._style = int(attributes.get("s", 0))
        self._formula = self._reading = False
        self._pieces, self._length = [], 0

    def _end_cell(self) -> None:
        raw = "".join(self._pieces)
        if self._formula:
            self._cells[self._column] = Formula(raw)
        elif raw:
            self._cells[self._column] = self._value(raw)

    def _value(self, raw: str) -> Cell:
        if self._type == "s":
            return self.strings[int(raw)]
        if self._type == "e":
            return ErrorCell(raw)
        if self._type == "d":
            return datetime.fromisoformat(raw)
        if self._type == "b":
            return "VRAI" if raw == "1" else "FAUX"
        if self._type == "n":
            return self._number_or_date(raw)
        return raw

    def _number_or_date(self, raw: str) -> Cell:
        number = float(raw)
        if self._style in self.date_styles:
            return self.epoch + timedelta(milliseconds=round(number * 86_400_000))
        return str(int(number)) if number.is_integer() else repr(number)


def column_index(place: str) -> int:
    """`A1` → 0, `AB7` → 27."""
    index = 0
    for letter in place:
        if not letter.isalpha():
            break
        index = index * 26 + ord(letter) - 64
    return index - 1
