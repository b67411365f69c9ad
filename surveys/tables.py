"""Results as tables: the same cells on screen and in the export."""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from surveys.models import Answer
from surveys.results import Cell, QuestionResult
from ui.exports import harmless
from ui.figures import count_text, nothing_text
from ui.tables import Column, Grid


def result_columns() -> list[Column]:
    words = [_("Question"), "n", _("Moyenne"), _("borne basse"), _("borne haute")]
    words += [_("4–5 ou oui (%)"), _("borne basse (%)"), _("borne haute (%)")]
    words += ["1", "2", "3", "4", "5", _("Oui"), _("Non")]
    return [Column(word, numeric=index > 0) for index, word in enumerate(words)]


def result_rows(results: Iterable[QuestionResult]) -> list[list[Cell]]:
    return [_result_row(result) for result in results]


def _result_row(result: QuestionResult) -> list[Cell]:
    low, high = result.mean_bounds or (None, None)
    share = result.share
    counts: list[Cell] = [result.counts.get(value, "") for value in range(1, 6)]
    yes_no: list[Cell] = ["", ""]
    if not result.is_scale:
        counts, yes_no = [""] * 5, [result.counts[1], result.counts[0]]
    figures = [_percent(value) for value in (share.rate, share.low, share.high)]
    means: list[Cell] = [result.mean, low, high] if result.is_scale else ["", "", ""]
    return [result.question.shown_label, result.n, *means, *figures, *counts, *yes_no]


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value


def result_grid(results: Iterable[QuestionResult], caption: str) -> Grid:
    rows = [[_on_screen(cell) for cell in row] for row in result_rows(results)]
    return Grid(caption, result_columns(), rows)


def _on_screen(cell: Cell) -> str:
    if isinstance(cell, int):
        return count_text(cell)
    return _in_file(cell)


def _in_file(cell: Cell) -> str:
    """A figure as a French spreadsheet reads it: decimal comma, no thousands apart."""
    if cell is None:
        return nothing_text()
    if isinstance(cell, float):
        return number_format(round(cell, 2), 2, use_l10n=True, force_grouping=False)
    return str(cell)


def comment_head() -> list[str]:
    return [_("Jour"), _("Service"), _("Canal"), _("Diffusion"), _("Question"), _("Texte")]


def comment_row(answer: Answer) -> list[Cell]:
    sheet = answer.sheet
    day = date_format(sheet.answered_on, "SHORT_DATE_FORMAT")
    channel = sheet.get_channel_display() if sheet.channel else ""
    question = answer.question.shown_label
    return [day, sheet.service.name, channel, sheet.get_mode_display(), question, answer.text]


def write_csv(out: TextIO, head: Sequence[object], rows: Iterable[Sequence[Cell]]) -> None:
    """Semicolons and a byte order mark: what a French spreadsheet opens without asking."""
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(str(cell)) for cell in head])
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])


def _cell(cell: Cell) -> str:
    return harmless(cell) if isinstance(cell, str) else _in_file(cell)
