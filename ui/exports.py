"""CSV as spreadsheets read it: a byte order mark, semicolons, no cell that could be a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

# A spreadsheet would run these as formulas (OWASP, CSV injection), full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe says that it is one."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def cell_text(cell: object) -> str:
    """The cell as text, empty for null; numbers and dates cannot be formulas."""
    if isinstance(cell, str):
        return harmless(cell)
    return "" if cell is None else str(cell)


def decimal_text(value: float | None) -> str:
    """A fraction with a decimal comma, six digits; empty for « n. d. »."""
    return "" if value is None else f"{value:.6f}".replace(".", ",")


class Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(Echo(), delimiter=";")
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([cell_text(cell) for cell in row])


def csv_response(rows: Iterable[Sequence[object]], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
