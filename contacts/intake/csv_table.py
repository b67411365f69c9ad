"""A CSV file, read as a stream."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from contacts.intake.errors import Unusable
from contacts.intake.mapping import Mapping
from contacts.intake.scan import Facts
from contacts.intake.table import Cell, Line

DELIMITERS = (",", ";", "\t", "|")
LARGEST_CELL = 131_072


class CsvTable:
    def __init__(self, facts: Facts, mapping: Mapping) -> None:
        self.path = facts.path
        self.size = facts.size
        self.encoding = facts.encoding or "utf-8-sig"
        self.blank_lines = 0
        self._bytes: BinaryIO | None = None
        self.delimiter = mapping.delimiter or self._guess_delimiter(mapping)
        self.header = self._header(self.delimiter)

    def progress(self) -> float:
        """Share of the bytes read; the file is closed once its last row is."""
        if self._bytes is None:
            return 0.0
        return 1.0 if self._bytes.closed else self._bytes.tell() / self.size

    def _open(self) -> TextIOWrapper:
        self._bytes = self.path.open("rb")
        return TextIOWrapper(self._bytes, self.encoding, newline="")

    def _header(self, delimiter: str) -> list[str]:
        with self._open() as text:
            for cells in self._records(text, delimiter):
                if not isinstance(cells, str) and any(cell.strip() for cell in cells):
                    return [cell.strip() for cell in cells]
        raise Unusable(f"{self.path.name} : le fichier est vide.")

    def _guess_delimiter(self, mapping: Mapping) -> str:
        """The separator with which most of the mapped columns are found."""
        wanted = set(mapping.columns)
        found: dict[str, tuple[int, int]] = {}
        broken: csv.Error | None = None
        for delimiter in DELIMITERS:
            try:
                header = self._header(delimiter)
            except csv.Error as error:
                broken = error
            else:
                found[delimiter] = len(wanted & set(header)), len(header)
        best = max(found, key=found.__getitem__, default="")
        if broken and (not best or found[best][0] == 0):
            raise broken
        return best

    def lines(self) -> Iterator[Line]:
        with self._open() as text:
            records = self._numbered(text)
            for _number, cells in records:
                if not isinstance(cells, str) and any(cell.strip() for cell in cells):
                    break
            for number, cells in records:
                if isinstance(cells, str):
                    yield Line(number, [], cells)
                elif any(map(str.strip, cells)):
                    yield self._line(number, cells)
                else:
                    self.blank_lines += 1

    def _line(self, number: int, cells: list[str]) -> Line:
        whole: list[Cell] = list(cells)
        width = len(self.header)
        if len(cells) == width:
            return Line(number, whole)
        return Line(number, whole, f"{len(cells)} valeurs au lieu de {width}")

    def _numbered(self, text: TextIOWrapper) -> Iterator[tuple[int, list[str] | str]]:
        """Records with the number of the line on which each one starts."""
        reader = csv.reader(text, delimiter=self.delimiter, strict=True)
        while True:
            start = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield start, self._damage(error, start)
            else:
                yield start, cells

    def _records(self, text: TextIOWrapper, delimiter: str) -> Iterator[list[str]]:
        yield from csv.reader(text, delimiter=delimiter, strict=True)

    def _damage(self, error: csv.Error, start: int) -> str:
        """What is wrong with a record; an unclosed quotation mark swallows the rest of the file."""
        words = str(error)
        if "unexpected end" in words or "field larger" in words:
            raise Unusable(
                f"{self.path.name} : guillemet ouvert à la ligne {start} et jamais refermé, "
                f"ou cellule de plus de {LARGEST_CELL} caractères."
            ) from error
        return "guillemet mal placé"


def open_csv(facts: Facts, mapping: Mapping) -> CsvTable:
    csv.field_size_limit(LARGEST_CELL)
    try:
        return CsvTable(facts, mapping)
    except csv.Error as error:
        raise Unusable(
            f"{Path(facts.path).name} : les titres de colonnes sont illisibles (guillemets)."
        ) from error
