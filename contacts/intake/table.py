"""A file as a table: its column names, then its rows with their line numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Formula(str):
    """A cell that computes its value: what it shows is not known, so the row is refused."""

    __slots__ = ()


class ErrorCell(str):
    """A cell that shows an error of the spreadsheet, such as #REF!."""

    __slots__ = ()


Cell = str | datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file; `damage` says why it cannot be read, when it cannot."""

    number: int
    cells: list[Cell]
    damage: str = ""


class Table(Protocol):
    header: list[str]
    blank_lines: int

    def lines(self) -> Iterator[Line]: ...

    def progress(self) -> float:
        """Share of the file that was read, from 0 to 1."""
