"""The first sheet of a workbook (or the named one), read as a stream of rows."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from posixpath import join, normpath
from zipfile import ZipFile

from contacts.intake.errors import Unusable
from contacts.intake.mapping import Mapping
from contacts.intake.scan import Facts
from contacts.intake.table import Cell, Line
from contacts.intake.xlsx_cells import BUILTIN_DATES, SharedStrings, Sheet, is_date_format
from contacts.intake.xlsx_package import (
    STRINGS_BYTES,
    elements,
    open_package,
    parse,
    too_big,
)

EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 a cell has no time zone
EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 a cell has no time zone
STRINGS_PART, STYLES_PART = "xl/sharedStrings.xml", "xl/styles.xml"


class XlsxTable:
    def __init__(self, facts: Facts, mapping: Mapping) -> None:
        self.path = facts.path
        self.sheet = mapping.sheet
        self.blank_lines = 0
        self._share = 0.0
        with ExitStack() as opened:
            rows = self._rows(opened.enter_context(open_package(self.path)))
            _number, cells = next(rows, (0, {}))
        if not cells:
            raise Unusable(f"{self.path.name} : la feuille est vide.")
        self.header = [_text(cells.get(i, "")) for i in range(max(cells) + 1)]

    def progress(self) -> float:
        return self._share

    def lines(self) -> Iterator[Line]:
        with open_package(self.path) as package:
            rows = self._rows(package)
            next(rows, None)
            for number, cells in rows:
                yield Line(number, [cells.get(i, "") for i in range(len(self.header))])

    def _rows(self, package: ZipFile) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Rows that hold something, with their numbers in the sheet."""
        try:
            yield from self._parsed(package)
        except (ValueError, IndexError, OverflowError) as error:
            raise Unusable(f"{self.path.name} : classeur abîmé (cellule illisible).") from error

    def _parsed(self, package: ZipFile) -> Iterator[tuple[int, dict[int, Cell]]]:
        is_1904, part = self._choose_sheet(package)
        epoch = EPOCH_1904 if is_1904 else EPOCH_1900
        sheet = Sheet(self._strings(package), self._date_styles(package), epoch)
        size, last = max(1, package.getinfo(part).file_size), 0
        for block, _ in enumerate(parse(package, part, sheet.start, sheet.end, sheet.text), 1):
            self._share = min(1.0, block * 65_536 / size)
            while sheet.rows:
                number, cells = sheet.rows.popleft()
                if any(_text(cell) for cell in cells.values()):
                    yield number, cells
                    last = number
                elif last:
                    self.blank_lines += 1

    def _choose_sheet(self, package: ZipFile) -> tuple[bool, str]:
        """Whether dates start in 1904, and the part of the sheet to read."""
        book = elements(package, "xl/workbook.xml")
        sheets = {cells["name"]: cells for tag, cells in book if tag == "sheet" and "name" in cells}
        visible = [
            name for name, cells in sheets.items() if cells.get("state") in (None, "visible")
        ]
        name = self.sheet or next(iter(visible or sheets), "")
        if name not in sheets:
            names = ", ".join(f"« {one} »" for one in list(sheets)[:10]) or "aucune"
            raise Unusable(f"{self.path.name} : feuille « {name} » absente ; feuilles : {names}.")
        links = elements(package, "xl/_rels/workbook.xml.rels")
        targets = {link.get("Id"): link.get("Target", "") for _tag, link in links}
        part = normpath(join("xl", targets.get(sheets[name].get("id"), ""))).lstrip("/")
        is_1904 = any(
            tag == "workbookPr" and cells.get("date1904") in ("1", "true") for tag, cells in book
        )
        return is_1904, part

    def _strings(self, package: ZipFile) -> list[str]:
        shared = SharedStrings()
        if STRINGS_PART in package.namelist():
            if package.getinfo(STRINGS_PART).file_size > STRINGS_BYTES:
                raise too_big(self.path, "textes partagés")
            for _ in parse(package, STRINGS_PART, shared.start, shared.end, shared.text):
                pass
        return shared.texts

    def _date_styles(self, package: ZipFile) -> frozenset[int]:
        """Indexes of the cell styles that show a number as a date."""
        styles = elements(package, STYLES_PART)
        dates = set(BUILTIN_DATES) | {
            int(one["numFmtId"])
            for tag, one in styles
            if tag == "numFmt" and is_date_format(one.get("formatCode", ""))
        }
        return frozenset(
            i for i, format_id in enumerate(_cell_formats(styles)) if format_id in dates
        )


def _cell_formats(styles: list[tuple[str, dict[str, str]]]) -> list[int]:
    """Number formats of `cellXfs`; the same `xf` elements elsewhere are other lists."""
    found: list[int] = []
    inside = False
    for tag, attributes in styles:
        if tag == "xf" and inside:
            found.append(int(attributes.get("numFmtId", 0)))
        elif tag not in ("xf", "alignment", "protection", "extLst", "ext"):
            inside = tag == "cellXfs"
    return found


def _text(cell: Cell) -> str:
    return cell.strip() if isinstance(cell, str) else str(cell)
