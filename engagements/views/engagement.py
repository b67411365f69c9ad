"""The page of one engagement: its definition, its figures, and the way down to the demandes."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.enums import Measure
from directory.requests import AgentRequest
from engagements.counted import COUNTED
from engagements.figures import Figure, State
from engagements.readings import Detail, Reading, detail, reading_of_figure
from engagements.referential import Indicator
from engagements.reporting import service_names
from engagements.scope import Scope
from engagements.views import shapes
from engagements.views.doors import (
    engagement_or_404,
    figures_only,
    indicator_or_404,
    refused,
    scope_form,
)
from surveys.queries import answer_words
from ui.charts import Distribution, Histogram
from ui.exports import csv_response, decimal_text


@require_safe
@figures_only
def show(request: AgentRequest, number: int, key: str = "") -> HttpResponseBase:
    engagement = engagement_or_404(number)
    indicator = engagement.measured[0] if engagement.measured else None
    if key:
        engagement, indicator = indicator_or_404(number, key)
    form = scope_form(request)
    if not form.is_valid():
        shown = {"engagement": engagement, "indicator": indicator}
        return refused(request, form, "engagements/engagement.html", **shown)
    scope = form.scope()
    context: dict[str, object] = {
        "engagement": engagement,
        "indicator": indicator,
        "form": form,
        "scope": scope,
        "querystring": request.GET.urlencode(),
    }
    if indicator:
        context |= _figures(indicator, scope, request)
    return render(request, "engagements/engagement.html", context)


def _figures(indicator: Indicator, scope: Scope, request: AgentRequest) -> dict[str, object]:
    found = detail(indicator, scope)
    services = shapes.service_rows(found.by_service, scope.organisation_id)
    channels = shapes.channel_rows(found.by_channel)
    by_service = _("%(label)s, par service") % {"label": indicator.label}
    return {
        "detail": found,
        "reading": found.total,
        "series": shapes.month_series(indicator, found.by_month, scope),
        "services": services,
        "channels": channels if len(channels) > 1 else [],
        "comparison": shapes.comparison(by_service, services) if len(services) > 1 else None,
        "delays": shapes.delays_chart(found) if indicator.is_delay else None,
        "answers": _answers(indicator, found, scope) if indicator.is_survey else None,
        **_register(indicator, found),
        "period": urlencode({"du": scope.first, "au": scope.last}),
        "channel": request.GET.get("canal", ""),
    }


def _register(indicator: Indicator, found: Detail) -> dict[str, object]:
    """What another register says of its own figures: their unit, their spread, its page."""
    if not indicator.is_counted:
        return {}
    register = COUNTED[indicator.counted]
    spread = Histogram(register.spread, found.total.histogram, unit=register.unit)
    return {"register": register, "spread": spread if register.spread else None}


def _answers(indicator: Indicator, found: Detail, scope: Scope) -> Distribution:
    words = answer_words(scope.organisation_id, indicator.question)
    return shapes.answers_chart(indicator, found, words)


COUNTED_HEADINGS = ("numérateur", "n", "taux", "IC 95 % bas", "IC 95 % haut")
HEADINGS = (
    "service",
    "canal",
    "mois de réception",
    "dans le délai",
    "hors délai",
    "ouvertes en retard",
    "en cours",
    "sans délai cible",
    "n",
    "taux",
    "IC 95 % bas",
    "IC 95 % haut",
    "médiane (jours ouvrés)",
    "90e centile (jours ouvrés)",
)


@require_safe
@figures_only
def export(request: AgentRequest, number: int, key: str) -> HttpResponseBase:
    """The very counts of the page, service by channel by month, and their total."""
    _engagement, indicator = indicator_or_404(number, key)
    form = scope_form(request)
    if not form.is_valid():
        raise Http404
    scope = form.scope()
    name = f"engagement-{number}-{key}-{scope.first}-{scope.last}"
    return csv_response(_export_rows(indicator, scope), name)


def _export_rows(indicator: Indicator, scope: Scope) -> Iterator[Sequence[object]]:
    if indicator.is_counted:
        yield from _counted_rows(indicator, scope)
        return
    if not indicator.is_delay:
        yield from _opinion_rows(indicator, scope)
        return
    figures = scope.query(Measure(indicator.measure), indicator).figures(
        by=("service", "channel", "month")
    )
    names = service_names(scope.organisation_id)
    yield HEADINGS
    for figure in figures:
        key = figure.key
        yield names[key["service"]], key["channel"], key["month"], *_cells(figure)
    total = sum(figures, Figure())
    yield _("Total"), "", "", *_cells(total)


def _cells(figure: Figure) -> list[object]:
    one = reading_of_figure(figure)
    return [
        figure.in_time,
        figure.late,
        figure.overdue_open,
        figure.pending,
        figure.states[State.NO_TARGET],
        figure.n,
        *map(decimal_text, (one.rate, one.low, one.high)),
        *("" if value is None else value for value in (one.median, one.p90)),
    ]


def _counted_rows(indicator: Indicator, scope: Scope) -> Iterator[Sequence[object]]:
    found = detail(indicator, scope)
    apart = list(found.apart)
    yield "service", *COUNTED_HEADINGS, *apart
    for row in shapes.service_rows(found.by_service, scope.organisation_id):
        yield row.label, *_counted_cells(row.reading)
    yield _("Total"), *_counted_cells(found.total), *(found.apart[words] for words in apart)


def _counted_cells(one: Reading) -> list[object]:
    return [one.hits, one.n, *map(decimal_text, (one.rate, one.low, one.high))]


def _opinion_rows(indicator: Indicator, scope: Scope) -> Iterator[Sequence[object]]:
    found = detail(indicator, scope)
    levels = answer_words(scope.organisation_id, indicator.question)
    yield "service", *levels.values(), "n", "taux", "IC 95 % bas", "IC 95 % haut"
    for row in shapes.service_rows(found.by_service, scope.organisation_id):
        yield row.label, *_opinion_cells(row.reading, list(levels))
    yield _("Total"), *_opinion_cells(found.total, list(levels))


def _opinion_cells(one: Reading, levels: list[int]) -> list[object]:
    counts = [one.histogram.get(level, 0) for level in levels]
    return [*counts, one.n, *map(decimal_text, (one.rate, one.low, one.high))]
