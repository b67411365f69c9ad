"""The table of a run, as text or Markdown; a missed figure says so."""

from collections.abc import Iterable, Sequence

from bench.measure import Figure

TITLES = ("figure", "ours", "reference", "ratio", "to reach", "")


def text(figures: Sequence[Figure]) -> str:
    rows = [TITLES, *map(_cells, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(_padded(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join([*lines, *_notes(figures)])


def markdown(figures: Sequence[Figure]) -> str:
    rows = [TITLES, ("---",) * len(TITLES), *map(_cells, figures)]
    return "\n".join(["| " + " | ".join(row) + " |" for row in rows] + [""] + _notes(figures))


def _cells(figure: Figure) -> tuple[str, ...]:
    verdict = "kept" if figure.kept else "MISSED"
    ratio = f"{figure.ratio:.2f}" if figure.ratio < 100 else f"{figure.ratio:.0f}"
    return figure.title, figure.ours, figure.reference, ratio, str(figure.goal), verdict


def _notes(figures: Iterable[Figure]) -> list[str]:
    return [f"- {one.title}: {one.note}" for one in figures if one.note]


def _padded(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [cell + " " * (width - len(cell)) for cell, width in zip(row, widths, strict=True)]
