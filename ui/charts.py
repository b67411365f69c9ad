"""Charts drawn on the server: frozen data in, positions and words out; the templates draw.

Horizontal positions are percentages of the plot, vertical ones pixels, so a chart takes any width
while its words keep their size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ui.figures import bounds_text, count_text, percent_text, target_text
from ui.tables import Column, Grid

HEIGHT = 220  # of the plot, in pixels
LABELS_WIDE = 12
LABELS_NARROW = 5
LEAST_SLOTS = 8  # so that two bars do not fill a page

Words = str | Promise


ChartContext = dict[str, object]  # what a chart template receives


@dataclass(frozen=True)
class Tick:
    """A label on an axis and where it stands."""

    at: str
    label: str
    narrow: bool = True


# --- A rate over time -------------------------------------------------------------------------


@dataclass(frozen=True)
class RatePoint:
    """One period. Fractions from 0 to 1; a value of None is « n. d. »."""

    label: Words
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    provisional: bool = False
    short: Words = ""


@dataclass(frozen=True)
class RateSeries:
    """A rate by period, oldest first."""

    title: Words
    points: Sequence[RatePoint]
    target: float | None = None
    period: Words = ""


@dataclass(frozen=True)
class Dot:
    """A point as drawn."""

    x: str
    y: str
    point: RatePoint

    @property
    def label(self) -> str:
        return percent_text(self.point.value)


def rate_series(series: RateSeries, uid: str) -> ChartContext:
    dots = _dots(series.points)
    return {
        "is_empty": not any(dots),
        "desc": _series_desc(series),
        "table": _series_table(series),
        "bands": [_band(run) for run in _runs(dots) if len(run) > 1],
        "whiskers": [_whisker(run[0]) for run in _runs(dots) if len(run) == 1],
        "segments": _segments(dots),
        "dots": [dot for dot in dots if dot],
        "last": next((dot for dot in reversed(dots) if dot), None),
        "last_y": _above(dots),
        "last_at_edge": bool(dots) and bool(dots[-1]) and len(dots) > 4,
        "target_y": _height(series.target) if series.target is not None else "",
        "target_label": target_text(series.target) if series.target is not None else "",
        "rates": rate_ticks(),
        "ticks": _period_ticks(series.points),
        "has_provisional": any(point.provisional for point in series.points),
    }


def rate_ticks() -> list[Tick]:
    """The vertical axis of every rate goes from 0 to 100 %: nothing is magnified."""
    return [Tick(_height(step / 4), percent_text(step / 4, 0)) for step in range(5)]


def _dots(points: Sequence[RatePoint]) -> list[Dot | None]:
    return [
        Dot(_across(index + 0.5, len(points)), _height(point.value), point)
        if point.value is not None
        else None
        for index, point in enumerate(points)
    ]


def _runs(dots: Sequence[Dot | None]) -> list[list[Dot]]:
    """Neighbours that both have a figure; a period without one cuts the line."""
    runs: list[list[Dot]] = [[]]
    for dot in dots:
        if dot:
            runs[-1].append(dot)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _above(dots: Sequence[Dot | None]) -> str:
    """Where the last figure is written: clear of its own interval."""
    last = next((dot for dot in reversed(dots) if dot), None)
    return f"{float(_height(_or(last.point.high, last))) - 10:.1f}" if last else ""


def _segments(dots: Sequence[Dot | None]) -> list[dict[str, object]]:
    return [
        {"x1": a.x, "y1": a.y, "x2": b.x, "y2": b.y, "provisional": b.point.provisional}
        for run in _runs(dots)
        for a, b in pairwise(run)
    ]


def _band(run: Sequence[Dot]) -> str:
    """The interval as one polygon in a 100 × HEIGHT box: upper edge there, lower edge back."""
    upper = [(dot.x, _height(_or(dot.point.high, dot))) for dot in run]
    lower = [(dot.x, _height(_or(dot.point.low, dot))) for dot in reversed(run)]
    return " ".join(f"{x.rstrip('%')},{y}" for x, y in upper + lower)


def _whisker(dot: Dot) -> dict[str, str]:
    high, low = _or(dot.point.high, dot), _or(dot.point.low, dot)
    return {"x": dot.x, "y1": _height(high), "y2": _height(low)}


def _or(bound: float | None, dot: Dot) -> float:
    return bound if bound is not None else (dot.point.value or 0.0)


def _period_ticks(points: Sequence[RatePoint]) -> list[Tick]:
    labels = [str(point.short or point.label) for point in points]
    return _ticks(labels)


def _ticks(labels: Sequence[str]) -> list[Tick]:
    """As many labels as there is room for, counted back from the last one."""
    total = len(labels)
    step = max(1, ceil(total / LABELS_WIDE))
    rare = step * max(1, ceil(ceil(total / step) / LABELS_NARROW))
    return [
        Tick(_across(index + 0.5, total), label, narrow=(total - 1 - index) % rare == 0)
        for index, label in enumerate(labels)
        if (total - 1 - index) % step == 0
    ]


def _series_desc(series: RateSeries) -> str:
    known = [point for point in series.points if point.value is not None]
    if not known:
        return _("Aucune donnée sur la période.")
    last = known[-1]
    words = _("%(first)s – %(last)s. Dernière valeur : %(value)s (n = %(n)s).") % {
        "first": known[0].label,
        "last": last.label,
        "value": percent_text(last.value),
        "n": count_text(last.n),
    }
    if series.target is None:
        return words
    return words + " " + _("Objectif : %(target)s.") % {"target": target_text(series.target)}


def _series_table(series: RateSeries) -> Grid:
    columns = [
        Column(series.period or _("Période")),
        Column(_("Taux"), numeric=True),
        Column("n", numeric=True),
        Column(_("Intervalle à 95 %"), numeric=True),
        Column(_("État")),
    ]
    return Grid(str(series.title), columns, [_series_row(point) for point in series.points])


def _series_row(point: RatePoint) -> list[object]:
    state = _("provisoire") if point.provisional else _("définitif")
    interval = _interval(point.low, point.high)
    return [point.label, percent_text(point.value), count_text(point.n), interval, state]


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return percent_text(None)
    return bounds_text(low, high)


# --- Delays -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Histogram:
    """How many demandes took how many working days; delays past `last` are gathered in one bar."""

    title: Words
    counts: Mapping[int, int]
    target: int | None = None
    last: int | None = None
    unit: Words = ""
    # The chart in one sentence, where it counts something else than demandes.
    said: Words = ""


@dataclass(frozen=True)
class Bar:
    """A bar as drawn."""

    x: str
    width: str
    y: str
    height: str
    label: str
    count: int
    late: bool


def histogram(chart: Histogram, uid: str) -> dict[str, object]:
    values = _gathered(chart)
    top = nice_top(max((count for _label, count, _late in values), default=0))
    slots = max(len(values), LEAST_SLOTS)
    bars = [_bar(index, value, slots, top) for index, value in enumerate(values)]
    return {
        "is_empty": not any(chart.counts.values()),
        "desc": _histogram_desc(chart),
        "table": _histogram_table(chart, values),
        "bars": bars,
        "counts": [Tick(_height(share / top), count_text(share)) for share in _steps(top)],
        "ticks": _delay_ticks([label for label, _count, _late in values], slots),
        "target_x": _target_x(chart, slots),
        "target": chart.target,
        "unit": chart.unit or _("jours ouvrés"),
        "has_late": any(bar.late and bar.count for bar in bars),
    }


def nice_top(highest: int) -> int:
    """The end of a count axis: a round number just above the highest bar."""
    if highest <= 4:
        return 4
    scale: int = 10 ** (len(str(highest)) - 1)
    for factor in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10):
        if highest <= (top := round(factor * scale)) and top % 4 == 0:
            return top
    return scale * 20


def _steps(top: int) -> list[int]:
    return [top * quarter // 4 for quarter in range(5)]


def _gathered(chart: Histogram) -> list[tuple[str, int, bool]]:
    """(label, count, late) for every day from 0, empty days included."""
    if not chart.counts:
        return []
    highest = max([*chart.counts, chart.target or 0])
    end = min(highest, chart.last) if chart.last is not None else highest
    rows = [(str(day), chart.counts.get(day, 0), _is_late(chart, day)) for day in range(end + 1)]
    beyond = sum(count for day, count in chart.counts.items() if day > end)
    if highest > end:
        rows.append((f"> {end}", beyond, _is_late(chart, end + 1)))
    return rows


def _is_late(chart: Histogram, day: int) -> bool:
    return chart.target is not None and day > chart.target


def _bar(index: int, value: tuple[str, int, bool], total: int, top: int) -> Bar:
    label, count, late = value
    height = HEIGHT * count / top
    slot = 100 / total
    return Bar(
        x=f"{slot * index + slot * 0.1:.2f}%",
        width=f"{slot * 0.8:.2f}%",
        y=f"{HEIGHT - height:.1f}",
        height=f"{height:.1f}",
        label=label,
        count=count,
        late=late,
    )


def _delay_ticks(labels: Sequence[str], slots: int) -> list[Tick]:
    """Every day when there is room, else by fives; the gathered bar is always named."""
    last = len(labels) - 1
    step = 1 if slots <= 26 else 5
    return [
        Tick(_across(index + 0.5, slots), label, narrow=_is_narrow(index, last, label, slots))
        for index, label in enumerate(labels)
        if index == last or (index % step == 0 and not _hides_last(index, last, labels, slots))
    ]


def _is_narrow(index: int, last: int, label: str, slots: int) -> bool:
    if slots <= LEAST_SLOTS:
        return True
    if index == last:
        return not label.isdigit()
    return index % 5 == 0 and last - index > slots / 8


def _hides_last(index: int, last: int, labels: Sequence[str], slots: int) -> bool:
    """The gathered bar's name is wide: its neighbours leave it the room."""
    return not labels[last].isdigit() and last - index <= slots / 20


def _target_x(chart: Histogram, total: int) -> str:
    """The limit stands between the last day in time and the first late one."""
    if chart.target is None or not total:
        return ""
    return _across(min(chart.target + 1, total), total)


def _histogram_desc(chart: Histogram) -> str:
    total = sum(chart.counts.values())
    if not total:
        return _("Aucune donnée sur la période.")
    if chart.said:
        return str(chart.said)
    if chart.target is None:
        return _("%(total)s demandes.") % {"total": count_text(total)}
    kept = sum(count for day, count in chart.counts.items() if day <= chart.target)
    return _("%(total)s demandes, dont %(kept)s dans l’objectif de %(target)s jours ouvrés.") % {
        "total": count_text(total),
        "kept": count_text(kept),
        "target": chart.target,
    }


def _histogram_table(chart: Histogram, values: Sequence[tuple[str, int, bool]]) -> Grid:
    columns = [Column(chart.unit or _("Jours ouvrés")), Column(_("Nombre"), numeric=True)]
    rows: list[list[object]] = [[label, count_text(count)] for label, count, _late in values]
    if chart.target is not None:
        columns.append(Column(_("Objectif")))
        for row, (_label, _count, late) in zip(rows, values, strict=True):
            row.append(_("dépassé") if late else _("tenu"))
    return Grid(str(chart.title), columns, rows)


# --- Services side by side --------------------------------------------------------------------


@dataclass(frozen=True)
class RateBar:
    """One service's rate. Fractions from 0 to 1; None is « n. d. »."""

    label: Words
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    href: str = ""


@dataclass(frozen=True)
class BarComparison:
    """Rates in the order given: the chart ranks nobody."""

    title: Words
    bars: Sequence[RateBar]
    target: float | None = None
    head: Words = ""


def bar_comparison(chart: BarComparison, uid: str) -> dict[str, object]:
    columns = [
        Column(chart.head or _("Service")),
        Column(_("Taux"), numeric=True),
        Column("n", numeric=True),
        Column(_("Intervalle à 95 %"), numeric=True),
    ]
    return {
        "is_empty": not chart.bars,
        "desc": _comparison_desc(chart),
        "table": Grid(str(chart.title), columns, [_comparison_row(bar) for bar in chart.bars]),
        "rows": [_comparison_bar(bar) for bar in chart.bars],
        "target_x": _across(chart.target, 1) if chart.target is not None else "",
        "target_label": target_text(chart.target) if chart.target is not None else "",
    }


def _comparison_bar(bar: RateBar) -> dict[str, object]:
    return {
        "bar": bar,
        "figure": percent_text(bar.value),
        "count": count_text(bar.n),
        "width": _across(bar.value, 1) if bar.value is not None else "",
        "low": _across(bar.low, 1) if bar.low is not None and bar.value is not None else "",
        "high": _across(bar.high, 1) if bar.high is not None and bar.value is not None else "",
    }


def _comparison_row(bar: RateBar) -> list[object]:
    interval = _interval(bar.low, bar.high)
    return [bar.label, percent_text(bar.value), count_text(bar.n), interval]


def _comparison_desc(chart: BarComparison) -> str:
    if not chart.bars:
        return _("Aucune donnée sur la période.")
    return " ; ".join(f"{bar.label} : {percent_text(bar.value)}" for bar in chart.bars) + "."


# --- Answers on an ordered scale --------------------------------------------------------------


@dataclass(frozen=True)
class Level:
    """One value of the scale and how many chose it."""

    label: Words
    count: int


@dataclass(frozen=True)
class Distribution:
    """The answers to one question, in the order of the scale."""

    title: Words
    levels: Sequence[Level]


def distribution(chart: Distribution, uid: str) -> dict[str, object]:
    total = sum(level.count for level in chart.levels)
    columns = [
        Column(_("Réponse")),
        Column(_("Nombre"), numeric=True),
        Column(_("Part"), numeric=True),
    ]
    rows = [_level_row(level, total) for level in chart.levels]
    return {
        "is_empty": total == 0,
        "total": count_text(total),
        "desc": " ; ".join(f"{row[0]} : {row[2]}" for row in rows) + "." if total else "",
        "table": Grid(str(chart.title), columns, rows),
        "segments": _level_segments(chart, total) if total else [],
    }


def _level_row(level: Level, total: int) -> list[object]:
    share = level.count / total if total else None
    return [level.label, count_text(level.count), percent_text(share)]


def _level_segments(chart: Distribution, total: int) -> list[dict[str, object]]:
    segments: list[dict[str, object]] = []
    before = 0
    for index, level in enumerate(chart.levels):
        share = level.count / total
        segments.append(
            {
                "tone": _tone(index, len(chart.levels)),
                "x": _across(before / total, 1),
                "middle": _across((before + level.count / 2) / total, 1),
                "width": _across(share, 1),
                "label": level.label,
                "figure": percent_text(share, 0),
                "shown": share >= 0.12,
                "share": percent_text(share),
                "count": count_text(level.count),
            }
        )
        before += level.count
    return segments


def _tone(index: int, total: int) -> int:
    """From 1 (palest) to 5 (darkest), whatever the number of levels."""
    return 1 + round(index * 4 / max(total - 1, 1))


# --- A series in one line ---------------------------------------------------------------------


@dataclass(frozen=True)
class Sparkline:
    """Fractions from 0 to 1, oldest first; None cuts the line."""

    title: Words
    values: Sequence[float | None]
    target: float | None = None


SPARK_WIDTH, SPARK_HEIGHT = 120, 28


def sparkline(chart: Sparkline) -> dict[str, object]:
    spots = [_spot(index, value, len(chart.values)) for index, value in enumerate(chart.values)]
    known = [value for value in chart.values if value is not None]
    return {
        "lines": [" ".join(run) for run in _spot_runs(spots)],
        "last": next((spot.split(",") for spot in reversed(spots) if spot), None),
        "target_y": _spark_y(chart.target) if chart.target is not None else "",
        "width": str(SPARK_WIDTH),
        "height": str(SPARK_HEIGHT),
        "desc": f"{chart.title} : {_from_to(known)}",
    }


def _spot(index: int, value: float | None, total: int) -> str:
    if value is None:
        return ""
    x = 4 + (SPARK_WIDTH - 8) * index / max(total - 1, 1)
    return f"{x:.1f},{_spark_y(value)}"


def _spark_y(value: float) -> str:
    return f"{SPARK_HEIGHT - 4 - (SPARK_HEIGHT - 8) * value:.1f}"


def _spot_runs(spots: Sequence[str]) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for spot in spots:
        if spot:
            runs[-1].append(spot)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _from_to(known: Sequence[float]) -> str:
    if not known:
        return percent_text(None)
    if len(known) == 1:
        return percent_text(known[0])
    ends = {"first": percent_text(known[0]), "last": percent_text(known[-1])}
    return _("de %(first)s à %(last)s") % ends


# --- Positions --------------------------------------------------------------------------------


def _across(value: float, total: float) -> str:
    return f"{100 * value / total:.2f}%"


def _height(value: float | None) -> str:
    """From the top, in pixels: 100 % is at 0."""
    return f"{HEIGHT * (1 - (value or 0.0)):.1f}"
