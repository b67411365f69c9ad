"""How long people waited: the figures, the tickets behind each, and both as a file."""

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from contacts.queries import today_of
from directory.access import services_of
from directory.requests import AgentRequest
from ui.charts import Histogram
from ui.exports import csv_response
from ui.figures import count_text
from waiting.access import rooms_of
from waiting.forms import FigureFilter
from waiting.models import Ticket
from waiting.queries import SETS, WaitQuery, Waits
from waiting.views.doors import readers_only

PER_PAGE = 50
LAST_BAR = 60
LABELS = {
    "recus": gettext_lazy("Reçus"),
    "dans-l-objectif": gettext_lazy("Dans l’attente visée"),
    "au-dela": gettext_lazy("Au-delà"),
    "partis": gettext_lazy("Partis sans être reçus"),
    "jamais-appeles": gettext_lazy("Jamais appelés"),
}


@require_safe
@readers_only
def figures(request: AgentRequest) -> HttpResponse:
    form, query = _asked(request)
    found = query.waits()
    context = {
        "form": form,
        "waits": found,
        "under_label": _under_label(found),
        "chart": _chart(found),
        "has_rooms": lambda: rooms_of(request.user).exists(),
        "links": {name.replace("-", "_"): _address(name, request) for name in SETS},
    }
    return render(request, "waiting/figures.html", context, status=_status(form))


@require_safe
@readers_only
def tickets(request: AgentRequest) -> HttpResponseBase:
    name = request.GET.get("liste") or "recus"
    if name not in SETS:
        raise Http404
    form, query = _asked(request)
    listed = query.listed(name)
    if request.GET.get("format") == "csv" and form.is_valid():
        return csv_response(_file(listed.iterator()), f"attente-{name}")
    context = {
        "form": form,
        "list": name,
        "tabs": [(label, _address(key, request), key == name) for key, label in LABELS.items()],
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
        "file_url": f"{_address(name, request)}&format=csv",
        "figures_url": f"{reverse('queue_figures')}?{_kept(request)}",
    }
    return render(request, "waiting/tickets.html", context, status=_status(form))


def _asked(request: AgentRequest) -> tuple[FigureFilter, WaitQuery]:
    """The filter as chosen and what it lets through; a wrong filter lets through nothing."""
    agent = request.user
    today = today_of(agent.organisation_id, timezone.now())
    form = FigureFilter(request.GET, agent=agent, today=today)
    if not form.is_valid():
        return form, WaitQuery(agent.organisation_id, (), today, today)
    chosen, services = form.cleaned_data, services_of(agent)
    if chosen["service"]:
        services = services.and_below([chosen["service"].pk])
    own = frozenset(services.values_list("pk", flat=True))
    return form, WaitQuery(agent.organisation_id, own, chosen["du"], chosen["au"])


def _status(form: FigureFilter) -> int:
    return 200 if form.is_valid() else 422


def _kept(request: AgentRequest) -> str:
    kept = request.GET.copy()
    for name in ("page", "format", "liste"):
        kept.pop(name, None)
    return kept.urlencode()


def _address(name: str, request: AgentRequest) -> str:
    return f"{reverse('queue_tickets')}?liste={name}&{_kept(request)}".rstrip("&")


def _under_label(found: Waits) -> str:
    """The aim in words, when one alone judged the period."""
    if len(found.targets) == 1:
        return _("Appelés en moins de %(minutes)d minutes") % {"minutes": found.targets[0]}
    return _("Appelés dans l’attente visée")


def _chart(found: Waits) -> Histogram:
    return Histogram(
        _("Personnes reçues, par minutes d’attente"),
        found.counts,
        last=LAST_BAR,
        unit=_("Minutes d’attente"),
        said=_("%(total)s personnes reçues.") % {"total": count_text(found.n)},
    )


def _file(listed: Iterator[Ticket]) -> Iterator[list[object]]:
    yield [
        *(_("Jour"), _("Numéro"), _("File d’attente"), _("Service"), _("Prioritaire")),
        *(_("Arrivée"), _("Appel"), _("Attente (min)"), _("Attente visée (min)"), _("État")),
    ]
    for ticket in listed:
        yield [
            *(ticket.day, ticket.number, ticket.room.name, ticket.service.name),
            _("oui") if ticket.priority else _("non"),
            *(_hour(ticket, "arrived_at"), _hour(ticket, "called_at")),
            *(ticket.minutes, ticket.target_minutes),  # type: ignore[attr-defined]
            str(ticket.state.label),
        ]


def _hour(ticket: Ticket, name: str) -> str:
    """In the time zone of the service."""
    at = getattr(ticket, name)
    return date_format(at.astimezone(ticket.service.calendar.zone), "H:i:s") if at else ""
