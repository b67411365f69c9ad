"""The lists of demandes: what must be handled, sorted by working days left, and what is closed."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts.access import demandes_of, may_handle
from contacts.forms import ListFilter
from contacts.models import Demande
from contacts.models.demande import DemandeQuerySet
from contacts.queries import days_left, today_of
from directory.access import services_of
from directory.requests import AgentRequest

PER_PAGE = 50


@dataclass(frozen=True)
class Line:
    demande: Demande
    left: int | None


@require_safe
def to_handle(request: AgentRequest) -> HttpResponse:
    """Open demandes of the agent's services, the most urgent first."""
    today = today_of(request.user.organisation_id, timezone.now())
    demandes = demandes_of(request.user).open()
    overdue = request.GET.get("vue") == "en-retard"
    shown = demandes.overdue(today) if overdue else demandes
    return _page(request, shown.by_urgency(), view="overdue" if overdue else "open", today=today)


@require_safe
def closed(request: AgentRequest) -> HttpResponse:
    """Closed demandes of the agent's services, the latest received first."""
    shown = demandes_of(request.user).filter(closed_on__isnull=False)
    ordered = shown.order_by("-received_on", "-pk")
    today = today_of(request.user.organisation_id, timezone.now())
    return _page(request, ordered, view="closed", today=today)


def _page(
    request: AgentRequest, demandes: DemandeQuerySet, *, view: str, today: date
) -> HttpResponse:
    form = ListFilter(request.GET, agent=request.user)
    filtered = _filtered(demandes, form)
    page: Page[Demande] = Paginator(filtered.for_list(), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    left = days_left(rows, today=today)
    context = {
        "view": view,
        "today": today,
        "form": form,
        "page": page,
        "lines": [Line(row, left.get(row.pk)) for row in rows],
        "may_handle": may_handle(request.user),
        "has_services": services_of(request.user).exists(),
        # Counted only where the tab shows it: its own list counts itself.
        "overdue_count": demandes_of(request.user).overdue(today).count,
    }
    return render(request, "contacts/list.html", context)


def _filtered(demandes: DemandeQuerySet, form: ListFilter) -> DemandeQuerySet:
    if not form.is_valid():
        return demandes.none()
    data = form.cleaned_data
    if data["q"]:
        demandes = demandes.filter(
            Q(reference__iexact=data["q"].strip()) | Q(subject__icontains=data["q"].strip())
        )
    wanted = {name: data[name] for name in ("service", "channel", "nature") if data[name]}
    return demandes.filter(**wanted)
