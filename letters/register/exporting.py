"""The register as a file, in the columns that the assistant reads: CSV or a workbook."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO

from django.http import HttpResponse
from openpyxl import Workbook

from letters.models import Letter
from letters.models.letter import LetterQuerySet
from letters.register.columns import COLUMNS
from ui.exports import cell_text

AT_ONCE = 2_000
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = list[str | date | None]


def head() -> list[str]:
    return [column.title for column in COLUMNS]


def rows_of(letters: LetterQuerySet) -> Iterator[Row]:
    """Lines in the order of their numbers, read as they are written."""
    whole = letters.for_list().select_related("demande__usager").order_by("year", "number")
    for letter in whole.iterator(chunk_size=AT_ONCE):
        yield _row(letter)


def _row(letter: Letter) -> Row:
    demande, usager = letter.demande, letter.demande.usager
    said: dict[str, str | date | None] = {
        "chrono": letter.chrono,
        "received": demande.received_on,
        "letter": demande.letter_on,
        "registered": letter.registered_on,
        "sender": letter.sender,
        "subject": demande.subject,
        "service": demande.service.name,
        "motif": demande.motif.name if demande.motif else "",
        "nature": str(demande.get_nature_display()),
        "email": usager.email if usager else "",
        "phone": usager.phone if usager else "",
        "reference": demande.reference,
    }
    return [said[column.key] for column in COLUMNS]


def csv_rows(letters: LetterQuerySet) -> Iterator[Row]:
    yield [*head()]
    for row in rows_of(letters):
        yield [f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for cell in row]


def workbook_response(letters: LetterQuerySet, name: str) -> HttpResponse:
    """Texts are made harmless as in CSV: no cell of ours is ever a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Registre du courrier")
    sheet.append(head())
    for row in rows_of(letters):
        sheet.append([cell if isinstance(cell, date) else cell_text(cell) for cell in row])
    file = BytesIO()
    book.save(file)
    response = HttpResponse(file.getvalue(), content_type=WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
