"""The very demandes behind a figure, on screen and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from contacts.enums import Measure
from contacts.models import Demande
from directory.requests import AgentRequest
from engagements.figures import Figure, IndicatorQuery, JudgedDemande, State
from engagements.views.doors import figures_only, indicator_or_404, refused, scope_form
from ui.exports import csv_response

PER_PAGE = 50
# What the `etat` parameter may ask for; the first shows everything the rate speaks of.
STATES: dict[str, tuple[State, ...]] = {
    "": tuple(State),
    "dans-le-delai": (State.IN_TIME,),
    "hors-delai": (State.LATE,),
    "ouvertes-en-retard": (State.OVERDUE_OPEN,),
    "en-cours": (State.PENDING,),
    "sans-delai": (State.NO_TARGET,),
}
LABELS = {
    "": gettext_lazy("Toutes"),
    "dans-le-delai": gettext_lazy("Dans le délai"),
    "hors-delai": gettext_lazy("Hors délai"),
    "ouvertes-en-retard": gettext_lazy("Ouvertes en retard"),
    "en-cours": gettext_lazy("En cours"),
    "sans-delai": gettext_lazy("Sans délai cible"),
}
STATE_LABELS = {states[0]: LABELS[key] for key, states in STATES.items() if key}


@dataclass(frozen=True)
class Row:
    """A demande with what the figure says of it."""

    demande: Demande
    judged: JudgedDemande

    @property
    def days(self) -> int:
        """Working days since receipt, or past the announced date; never fewer than none."""
        return max(0, self.judged.elapsed if self.judged.value is None else self.judged.value)

    @property
    def state_label(self) -> str:
        return str(STATE_LABELS[self.judged.state])


class JudgedList:
    """The drill-down as a paginator slices it: counted by the figure, never counted again."""

    def __init__(self, query: IndicatorQuery, states: Sequence[State], figure: Figure) -> None:
        self.query, self.states, self.figure = query, states, figure

    @cached_property
    def length(self) -> int:
        return sum(self.figure.states[state] for state in self.states)

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, window: slice) -> list[Row]:
        start = window.start or 0
        size = None if window.stop is None else window.stop - start
        return rows_of(self.query.demandes(self.states, offset=start, size=size))


def rows_of(judged: Sequence[JudgedDemande]) -> list[Row]:
    found = Demande.objects.for_list().in_bulk([one.pk for one in judged])
    return [Row(found[one.pk], one) for one in judged]


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    count: int
    current: bool


@require_safe
@figures_only
def index(request: AgentRequest, number: int, key: str) -> HttpResponseBase:
    engagement, indicator = indicator_or_404(number, key)
    asked = request.GET.get("etat", "")
    if not indicator.is_delay or asked not in STATES:
        raise Http404
    form = scope_form(request)
    if not form.is_valid():
        shown = {"engagement": engagement, "indicator": indicator}
        return refused(request, form, "engagements/demandes.html", **shown)
    scope = form.scope()
    query = scope.query(Measure(indicator.measure), indicator)
    if request.GET.get("format") == "csv":
        return csv_response(_csv_rows(query, STATES[asked]), f"engagement-{number}-{key}-demandes")
    figure = query.figure()
    judged = cast("Sequence[Row]", JudgedList(query, STATES[asked], figure))
    page = Paginator(judged, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "engagement": engagement,
        "indicator": indicator,
        "form": form,
        "scope": scope,
        "page": page,
        "tabs": _tabs(figure, asked),
        "state": asked,
        "days_heading": days_heading(query),
        "querystring": _without(request, "etat", "page", "format"),
    }
    return render(request, "engagements/demandes.html", context)


def days_heading(query: IndicatorQuery) -> str:
    if query.measure == Measure.ANNOUNCED:
        return _("Jours ouvrés après la date annoncée")
    return _("Jours ouvrés")


def _tabs(figure: Figure, asked: str) -> list[Tab]:
    counts = {key: sum(figure.states[state] for state in STATES[key]) for key in STATES}
    return [
        Tab(key, str(label), counts[key], key == asked)
        for key, label in LABELS.items()
        if counts[key] or key == asked or key in ("", "hors-delai", "ouvertes-en-retard")
    ]


def _without(request: AgentRequest, *names: str) -> str:
    kept = request.GET.copy()
    for name in names:
        kept.pop(name, None)
    return kept.urlencode()


CHUNK = 2_000


def _csv_rows(query: IndicatorQuery, states: Sequence[State]) -> Iterator[Sequence[object]]:
    yield (
        _("référence"),
        _("ouverture"),
        _("service"),
        _("canal"),
        _("nature"),
        _("objet"),
        _("reçue le"),
        _("première réponse le"),
        _("réponse au fond le"),
        _("close le"),
        days_heading(query).lower(),
        _("délai cible"),
        _("état"),
    )
    judged = query.demandes(states)
    for start in range(0, len(judged), CHUNK):
        for row in rows_of(judged[start : start + CHUNK]):
            yield _csv_row(row)


def _csv_row(row: Row) -> Sequence[object]:
    demande = row.demande
    return (
        demande.reference,
        demande.round,
        demande.service.name,
        demande.get_channel_display(),
        demande.get_nature_display(),
        demande.subject,
        demande.received_on,
        demande.first_reply_on,
        demande.merits_on,
        demande.closed_on,
        row.days,
        row.judged.limit,
        row.state_label,
    )
