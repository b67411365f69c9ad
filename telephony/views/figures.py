"""« Appels : chiffres »: counting rule 9, each figure with its list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.queries import today_of
from directory.requests import AgentRequest
from telephony.enums import Part
from telephony.forms.filters import FigureFilter
from telephony.queries import CallFigures
from telephony.views.doors import readers_only
from ui.charts import RatePoint, RateSeries
from ui.figures import count_text, percent_text
from ui.tables import Column, Grid

# From this ring on, the table tells calls together.
FAR = 10


@dataclass(frozen=True)
class ShownPart:
    """A figure and the address of the calls it counts."""

    part: Part
    count: int
    url: str
    detail: str


@require_safe
@readers_only
def figures(request: AgentRequest) -> HttpResponse:
    today = today_of(request.user.organisation_id, timezone.now())
    form = FigureFilter(request.GET, agent=request.user, today=today)
    asked = form.asked()
    found = asked.figures()
    context = {
        "form": form,
        "figures": found,
        "parts": _parts(form, found),
        "all_url": _list_url(form),
        "rings": rings_grid(found.rings),
        "months": month_series(asked.by_month()),
        "seconds": seconds_text(asked.seconds_per_ring()),
        "services": asked.by_service() if len(asked.services) > 1 else {},
    }
    status = 200 if form.is_valid() else 422
    return render(request, "telephony/figures.html", context, status=status)


def _parts(form: FigureFilter, found: CallFigures) -> list[ShownPart]:
    details = {
        Part.IN_TARGET: _("comptés dans la cible"),
        Part.TOO_LATE: _("hors de la cible"),
        Part.ABANDONED_LATE: _("hors de la cible"),
        Part.UNANSWERED: _("occupé, délai dépassé, répondeur : hors de la cible"),
        Part.ABANDONED_EARLY: _("comptés à part"),
        Part.OUT_OF_HOURS: _("comptés à part"),
    }
    return [
        ShownPart(part, found.parts[part], _list_url(form, part), details[part]) for part in Part
    ]


def _list_url(form: FigureFilter, part: Part | None = None) -> str:
    """The register, filtered as the figures are."""
    asked = {name: form.data.get(name, "") for name in ("du", "au", "service")}
    asked["chiffre"] = part.value if part else ""
    return f"{reverse('calls')}?{urlencode({key: word for key, word in asked.items() if word})}"


def month_series(months: Mapping[date, CallFigures]) -> RateSeries | None:
    """The target month by month; a single month draws no line."""
    if len(months) < 2:
        return None
    points = [
        RatePoint(
            label=date_format(month, "F Y"),
            short=date_format(month, "M"),
            value=found.in_target.rate,
            n=found.in_target.n,
            low=found.in_target.low,
            high=found.in_target.high,
        )
        for month, found in months.items()
    ]
    return RateSeries(_("Appels pris en moins de 5 sonneries, par mois"), points)


def rings_grid(rings: Mapping[int, int]) -> Grid:
    """How many calls were picked up at each ring; far ones are told together."""
    total = sum(rings.values())
    levels = [(rings_text(one), [one]) for one in range(1, FAR)]
    levels.append((_("%(low)de sonnerie ou après") % {"low": FAR}, [n for n in rings if n >= FAR]))
    counted = [(words, sum(rings.get(one, 0) for one in ones)) for words, ones in levels]
    rows = [
        (words, count_text(count), percent_text(count / total if total else None))
        for words, count in counted
    ]
    columns = [
        Column(_("Pris à la")),
        Column(_("Appels"), numeric=True),
        Column(_("Part"), numeric=True),
    ]
    return Grid(_("Sonneries avant le décroché"), columns, rows)


def rings_text(rings: int) -> str:
    """« 1re sonnerie », « 4e sonnerie »."""
    if rings == 1:
        return _("1re sonnerie")
    return _("%(rank)de sonnerie") % {"rank": rings}


def seconds_text(seconds: Iterable[Decimal]) -> str:
    """« 5 s », or « 5 s, 6,5 s » when lines have their own."""
    # Plus zero: ten seconds, normalised alone, are written 1E+1.
    plain = (one.normalize() + Decimal(0) for one in seconds)
    return ", ".join(f"{number_format(one, use_l10n=True)}\u00a0s" for one in plain)
