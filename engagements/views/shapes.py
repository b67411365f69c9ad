"""Readings shaped for templates, which do no arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.enums import Channel
from directory.models import Service
from engagements.readings import Detail, Reading, Split, Tile
from engagements.referential import Engagement, Indicator
from engagements.scope import Scope
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


def month_name(month: str) -> str:
    """« 2026-03 » → « mars 2026 »."""
    return formats.date_format(date.fromisoformat(f"{month}-01"), "F Y")


SHORT_MONTHS = (
    gettext_lazy("janv."),
    gettext_lazy("févr."),
    gettext_lazy("mars"),
    gettext_lazy("avr."),
    gettext_lazy("mai"),
    gettext_lazy("juin"),
    gettext_lazy("juil."),
    gettext_lazy("août"),
    gettext_lazy("sept."),
    gettext_lazy("oct."),
    gettext_lazy("nov."),
    gettext_lazy("déc."),
)


def short_month(month: str) -> str:
    """« 2026-07 » → « juil. », as French abbreviates it."""
    return str(SHORT_MONTHS[int(month[5:]) - 1])


@dataclass(frozen=True)
class TileView:
    """An engagement on the board, with its sparkline when there is a past to draw."""

    engagement: Engagement
    indicator: Indicator | None
    reading: Reading | None
    spark: Sparkline | None
    trend: str

    @classmethod
    def of(cls, tile: Tile, scope: Scope) -> "TileView":
        spark = None
        if tile.indicator and sum(value is not None for value in tile.months) > 1:
            title = _("%(label)s, mois par mois") % {"label": tile.indicator.label}
            spark = Sparkline(title, tile.months)
        return cls(tile.engagement, tile.indicator, tile.reading, spark, tile.trend)


@dataclass(frozen=True)
class GroupRow:
    """One line of the table of services or channels."""

    key: str
    label: str
    reading: Reading


def month_series(indicator: Indicator, split: Split, scope: Scope) -> RateSeries:
    points = []
    for month in scope.months():
        one = split.get(month, Reading())
        points.append(
            RatePoint(
                month_name(month),
                one.rate,
                one.n,
                one.low,
                one.high,
                one.is_provisional,
                short_month(month),
            )
        )
    by = _("%(label)s, par mois de réception") if indicator.is_delay else _("%(label)s, par mois")
    return RateSeries(by % {"label": indicator.label}, points)


def service_rows(split: Split, organisation_id: int) -> list[GroupRow]:
    """Services by name: the reader compares, nothing ranks them."""
    services = Service.objects.filter(organisation=organisation_id, pk__in=map(int, split))
    return [
        GroupRow(str(service.public_id), service.name, split[str(service.pk)])
        for service in services.order_by("name")
    ]


def channel_rows(split: Split) -> list[GroupRow]:
    return [
        GroupRow(channel.value, str(channel.label), split[channel.value])
        for channel in Channel
        if channel.value in split
    ]


def comparison(title: str, rows: list[GroupRow]) -> BarComparison:
    bars = [
        RateBar(row.label, row.reading.rate, row.reading.n, row.reading.low, row.reading.high)
        for row in rows
    ]
    return BarComparison(title, bars)


def delays_chart(detail: Detail) -> Histogram:
    title = _("Délais des demandes répondues, en jours ouvrés")
    return Histogram(title, detail.total.histogram, detail.limit)


def answers_chart(indicator: Indicator, detail: Detail, words: Mapping[int, str]) -> Distribution:
    counts = detail.total.histogram
    return Distribution(
        indicator.label, [Level(label, counts.get(value, 0)) for value, label in words.items()]
    )
