"""Charts say the truth at their edges: nothing, one point, no figure, zero, all."""

import re
from typing import Any

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from ui import charts
from ui.charts import (
    BarComparison,
    Distribution,
    Histogram,
    Level,
    RateBar,
    RatePoint,
    RateSeries,
    Sparkline,
)


def drawn(name: str, chart: object) -> str:
    call = f'{{% load ui %}}{{% ui "{name}" chart=chart id="g" %}}'
    return Template(call).render(Context({"chart": chart}))


def series(*values: float | None, provisional: bool = False) -> RateSeries:
    points = [
        RatePoint(f"mois {index}", value, n=40, low=value, high=value, provisional=provisional)
        for index, value in enumerate(values)
    ]
    return RateSeries("Taux", points, target=0.8)


def test_an_empty_series_says_so() -> None:
    html = drawn("chart_rate_series", RateSeries("Taux", []))
    assert "Aucune donnée sur la période." in html
    assert "<circle" not in html


def test_a_series_of_unknown_rates_is_empty() -> None:
    assert "Aucune donnée" in drawn("chart_rate_series", series(None, None))


def test_a_single_point_is_a_dot_with_its_interval() -> None:
    marks: dict[str, Any] = charts.rate_series(series(0.5), "g")
    assert (len(marks["dots"]), marks["segments"], len(marks["whiskers"])) == (1, [], 1)
    assert marks["dots"][0].x == "50.00%"


def test_a_missing_period_cuts_the_line_and_the_band() -> None:
    marks: dict[str, Any] = charts.rate_series(series(0.5, 0.6, None, 0.7, 0.8), "g")
    assert len(marks["segments"]) == 2
    assert len(marks["bands"]) == 2


def test_the_whole_scale_is_shown() -> None:
    marks: dict[str, Any] = charts.rate_series(series(0.0, 1.0), "g")
    assert [dot.y for dot in marks["dots"]] == ["220.0", "0.0"]


def test_provisional_points_are_hollow_and_dashed() -> None:
    html = drawn("chart_rate_series", series(0.5, 0.6, provisional=True))
    assert "chart__dot--provisional" in html
    assert "chart__line--provisional" in html
    assert ">provisoire<" in html


def test_every_chart_has_its_table_and_its_name() -> None:
    html = drawn("chart_rate_series", series(0.5, None))
    assert 'role="img" aria-labelledby="g-t g-d"' in html
    assert "<caption" in html
    assert html.count('<th scope="row">') == 2
    assert "n.\u00a0d." in html


def test_delays_past_the_target_are_late() -> None:
    marks: dict[str, Any] = charts.histogram(Histogram("Délais", {15: 2, 16: 1}, target=15), "g")
    late = {bar.label: bar.late for bar in marks["bars"] if bar.count}
    assert late == {"15": False, "16": True}


def test_the_target_stands_between_the_last_day_in_time_and_the_first_late() -> None:
    marks: dict[str, Any] = charts.histogram(Histogram("Délais", {19: 1}, target=9), "g")
    assert marks["target_x"] == "50.00%"


def test_long_delays_are_gathered_not_lost() -> None:
    marks: dict[str, Any] = charts.histogram(
        Histogram("Délais", {1: 5, 40: 2, 90: 3}, target=15, last=20), "g"
    )
    assert marks["bars"][-1].label == "> 20"
    assert marks["bars"][-1].count == 5


def test_a_histogram_without_answers_says_so() -> None:
    assert "Aucune donnée" in drawn("chart_histogram", Histogram("Délais", {}, target=15))
    assert "Aucune donnée" in drawn("chart_histogram", Histogram("Délais", {3: 0}, target=15))


@given(st.integers(min_value=0, max_value=10**9))
def test_a_count_axis_holds_its_highest_bar(highest: int) -> None:
    top = charts.nice_top(highest)
    assert highest <= top <= max(4, 2 * highest)
    assert top % 4 == 0


@given(st.dictionaries(st.integers(0, 60), st.integers(0, 5000)), st.integers(0, 30))
def test_no_answer_is_lost_in_a_histogram(counts: dict[int, int], target: int) -> None:
    marks: dict[str, Any] = charts.histogram(Histogram("Délais", counts, target, last=20), "g")
    assert sum(bar.count for bar in marks["bars"]) == sum(counts.values())
    assert all(0 <= float(bar.height) <= charts.HEIGHT for bar in marks["bars"])


def test_services_keep_the_order_given() -> None:
    bars = [RateBar("B", 0.2, 50, 0.1, 0.3), RateBar("A", None, 0), RateBar("C", 1.0, 9, 0.7, 1.0)]
    html = drawn("chart_bars", BarComparison("Services", bars, target=0.8))
    labels = [html.index(f'bars__label">{name}<') for name in "BAC"]
    assert labels == sorted(labels)
    assert "n.\u00a0d." in html


@pytest.mark.parametrize("counts", [[0, 0, 0], [7, 0, 0], [1, 1, 1]])
def test_a_distribution_adds_up(counts: list[int]) -> None:
    levels = [Level(str(index), count) for index, count in enumerate(counts)]
    marks: dict[str, Any] = charts.distribution(Distribution("Question", levels), "g")
    widths = [float(segment["width"].rstrip("%")) for segment in marks["segments"]]
    assert sum(widths) == pytest.approx(100 if sum(counts) else 0, abs=0.05)


@pytest.mark.parametrize("values", [[], [None], [0.5], [0.0, None, 1.0]])
def test_a_sparkline_stands_any_series(values: list[float | None]) -> None:
    call = '{% load ui %}{% ui "chart_sparkline" chart=chart %}'
    assert "<svg" in Template(call).render(Context({"chart": Sparkline("Taux", values)}))


def test_numbers_in_drawings_are_never_written_in_french() -> None:
    """A decimal comma in a coordinate would break the drawing."""
    html = drawn("chart_rate_series", series(0.333, 0.666, 0.123))
    assert 'cx="16.67%"' in html
    assert not re.search(r'(x|y|x1|y1|x2|y2|cx|cy|width|height|r)="[0-9]+,', html)
