"""The lists of demandes: what must be handled, sorted by working days left, and what is closed."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts.access import demandes_of, may_handle
from contacts.due import Due, due_rule, horizons_of
from contacts.enums import Channel, Nature
from contacts.forms import ListFilter
from contacts.forms.lists import MINE, NOBODYS
from contacts.models import Demande
from contacts.models.demande import DemandeQuerySet
from contacts.queries import Owed, days_left, overdue_rule, today_of
from directory.access import services_of
from directory.requests import AgentRequest
from ui.figures import date_text

PER_PAGE = 50


# What a line shows, read as plain values: fifty lines need no fifty demandes with their services.
COLUMNS = (
    *("public_id", "reference", "round", "subject", "nature", "channel", "received_on"),
    *("closed_on", "due_on", "motif__name", "service__name", "service__calendar"),
    "assigned_to__full_name",
)
# Said beside the subject; the other natures are the ordinary ones.
SAID = (Nature.RECLAMATION, Nature.SUGGESTION)
ANY = UUID(int=0)
Line = dict[str, Any]


@require_safe
def to_handle(request: AgentRequest) -> HttpResponse:
    """Open demandes of the agent's services, the most urgent first."""
    today = today_of(request.user.organisation_id, timezone.now())
    late = overdue_rule(request.user.organisation_id, on=today)
    demandes = demandes_of(request.user).open().by_urgency()
    if request.GET.get("vue") == "en-retard":
        return _page(request, demandes.filter(late), view="overdue", today=today)
    return _page(request, demandes, view="open", today=today, late=late)


@require_safe
def closed(request: AgentRequest) -> HttpResponse:
    """Closed demandes of the agent's services, the latest received first."""
    today = today_of(request.user.organisation_id, timezone.now())
    late = overdue_rule(request.user.organisation_id, on=today)
    shown = demandes_of(request.user).filter(closed_on__isnull=False)
    ordered = shown.order_by("-received_on", "-pk")
    return _page(request, ordered, view="closed", today=today, late=late)


def _page(
    request: AgentRequest,
    demandes: DemandeQuerySet,
    *,
    view: str,
    today: date,
    late: Q | None = None,
) -> HttpResponse:
    """`late` is given where the tab of what is overdue says how many: not on its own list."""
    form = ListFilter(request.GET, agent=request.user)
    paginator = Paginator(_filtered(demandes, form, today), PER_PAGE)
    overdue_count: int | None = None
    everything = form.is_valid() and not form.active_count
    if late is not None and view == "open" and everything:
        # The whole list and what is late of it are counted in one reading.
        paginator.count, overdue_count = _count(demandes, late)
    elif late is not None:
        overdue_count = demandes_of(request.user).open().filter(late).count()
    page: Page[Demande] = paginator.get_page(request.GET.get("page"))
    rows: list[Line] = list(cast(DemandeQuerySet, page.object_list).values(*COLUMNS))
    context = {
        "view": view,
        "today": today,
        "form": form,
        "page": page,
        "lines": lines_of(rows, today),
        "may_handle": may_handle(request.user),
        # Asked only where it is shown: in an empty list.
        "has_services": lambda: services_of(request.user).exists(),
        "overdue_count": overdue_count,
    }
    return render(request, "contacts/list.html", context)


def _count(demandes: DemandeQuerySet, late: Q) -> tuple[int, int]:
    counted = demandes.order_by().aggregate(all=Count("pk"), late=Count("pk", filter=late))
    return counted["all"], counted["late"]


def _filtered(demandes: DemandeQuerySet, form: ListFilter, today: date) -> DemandeQuerySet:
    if not form.is_valid():
        return demandes.none()
    data = form.cleaned_data
    if data["q"]:
        demandes = demandes.filter(
            Q(reference__iexact=data["q"].strip()) | Q(subject__icontains=data["q"].strip())
        )
    if data["due"]:
        horizons = horizons_of(form.agent.organisation_id, on=today)
        demandes = demandes.filter(due_rule(horizons, Due(data["due"])))
    if data["assigned"] == NOBODYS:
        demandes = demandes.filter(assigned_to__isnull=True)
    elif data["assigned"] == MINE:
        demandes = demandes.filter(assigned_to=form.agent)
    wanted = {name: data[name] for name in ("service", "channel", "nature") if data[name]}
    return demandes.filter(**wanted)


def lines_of(rows: list[Line], today: date) -> list[Line]:
    """Each row with its words: what fifty lines share is put in words once."""
    left = days_left([_owed(row) for row in rows if row["due_on"]], today=today)
    channels, natures = ({one.value: str(one.label) for one in many} for many in (Channel, Nature))
    days = {row[name] for row in rows for name in ("received_on", "closed_on") if row[name]}
    dated = {day: date_text(day, "short") for day in days}
    address = reverse("demande", args=[ANY])
    return [
        row
        | {
            "url": address.replace(str(ANY), str(row["public_id"])),
            "left": left.get(_owed(row)) if row["due_on"] else None,
            "channel": channels[row["channel"]],
            "nature": natures[row["nature"]] if row["nature"] in SAID else "",
            "received": dated[row["received_on"]],
            "closed": dated.get(row["closed_on"]),
        }
        for row in rows
    ]


def _owed(row: Line) -> Owed:
    return Owed(row["service__calendar"], row["due_on"])
