"""Components that show figures: tiles, rates, charts."""

from typing import Annotated, Literal

from django.utils.translation import gettext as _

from ui import charts, figures
from ui.components.contract import component
from ui.components.structure import Text
from ui.figures import SMALL_N, count_text, interval_text, is_small, nothing_text, percent_text
from ui.icons import Icon

State = Literal["none", "success", "warning", "danger"]
STATE_ICONS: dict[str, Icon] = {"success": "check", "warning": "clock", "danger": "warning"}


@component("stat")
class Stat:
    """One figure: what it counts, the figure, a detail. Links to the list it counts."""

    label: Annotated[str, "what is counted"]
    value: Annotated[Text | None, "None shows « n. d. »"]
    detail: Annotated[str, "unit, period or comparison"] = ""
    href: Annotated[str, "the list behind the figure"] = ""
    state: Annotated[State, "judgement; needs state_label"] = "none"
    state_label: Annotated[str, "the judgement in words"] = ""

    @property
    def icon(self) -> Icon | None:
        return STATE_ICONS.get(self.state)

    def derived(self, request: object) -> dict[str, object]:
        return {"nothing": nothing_text()}


@component("rate")
class Rate:
    """A rate with what it rests on: « 82,4 % », n and its 95 % interval. Fractions, 0 to 1."""

    value: Annotated[float | None, "None shows « n. d. »"]
    n: Annotated[int, "denominator"]
    low: Annotated[float | None, "lower bound"] = None
    high: Annotated[float | None, "upper bound"] = None
    label: Annotated[str, "what is measured"] = ""
    target: Annotated[float | None, "the organisation's own threshold"] = None
    provisional: Annotated[bool, "some of the period is still open"] = False
    href: Annotated[str, "the list or the counting rule behind the figure"] = ""
    size: Annotated[Literal["inline", "medium", "large"], "how big"] = "medium"

    @property
    def figure(self) -> str:
        return percent_text(self.value)

    @property
    def basis(self) -> str:
        parts = [f"n = {count_text(self.n)}"]
        if self.value is not None and self.low is not None and self.high is not None:
            parts.append(interval_text(self.low, self.high))
        return " · ".join(parts)

    @property
    def caution(self) -> str:
        if self.value is None or not is_small(self.n):
            return ""
        return _("effectif < %(least)d") % {"least": SMALL_N}

    @property
    def target_text(self) -> str:
        return figures.target_text(self.target) if self.target is not None else ""

    @property
    def kept(self) -> bool | None:
        """None: nothing to judge, or too few cases to judge."""
        if self.value is None or self.target is None or is_small(self.n):
            return None
        return self.value >= self.target


@component("chart_rate_series")
class RateSeriesChart:
    """A rate over time: line, 95 % band, target; hollow and dashed while provisional."""

    chart: Annotated[charts.RateSeries, "ui.charts.RateSeries"]
    id: Annotated[str, "unique on the page"]
    open_table: Annotated[bool, "show the figures at once"] = False

    def derived(self, request: object) -> dict[str, object]:
        return charts.rate_series(self.chart, self.id)


@component("chart_histogram")
class HistogramChart:
    """How many answers came after how many working days, and where the target lies."""

    chart: Annotated[charts.Histogram, "ui.charts.Histogram"]
    id: Annotated[str, "unique on the page"]
    open_table: Annotated[bool, "show the figures at once"] = False

    def derived(self, request: object) -> dict[str, object]:
        return charts.histogram(self.chart, self.id)


@component("chart_bars")
class BarsChart:
    """The rates of several services with their intervals; in the order given, without rank."""

    chart: Annotated[charts.BarComparison, "ui.charts.BarComparison"]
    id: Annotated[str, "unique on the page"]
    open_table: Annotated[bool, "show the figures at once"] = False

    def derived(self, request: object) -> dict[str, object]:
        return charts.bar_comparison(self.chart, self.id)


@component("chart_distribution")
class DistributionChart:
    """The answers to one question on an ordered scale, as one stacked bar."""

    chart: Annotated[charts.Distribution, "ui.charts.Distribution"]
    id: Annotated[str, "unique on the page"]
    open_table: Annotated[bool, "show the figures at once"] = False

    def derived(self, request: object) -> dict[str, object]:
        return charts.distribution(self.chart, self.id)


@component("chart_sparkline")
class SparklineChart:
    """The shape of a series in the height of a line; the figure stands beside it."""

    chart: Annotated[charts.Sparkline, "ui.charts.Sparkline"]

    def derived(self, request: object) -> dict[str, object]:
        return charts.sparkline(self.chart)
