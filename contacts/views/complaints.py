"""The register of réclamations and suggestions, and what is done with one of them."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from contacts import actions, complaints
from contacts.access import demandes_of, may_qualify, may_set_targets
from contacts.acknowledgement import acknowledgement_of, is_owed
from contacts.complaints import COLUMNS, Judged, complaint_of
from contacts.enums import (
    Channel,
    ComplaintCause,
    ComplaintFamily,
    ComplaintOutcome,
    Nature,
    ReplyKind,
)
from contacts.errors import Refusal
from contacts.forms.complaints import (
    OPEN,
    TO_QUALIFY,
    AcknowledgeForm,
    FindingsForm,
    RegisterFilter,
    RequalifyForm,
)
from contacts.models.demande import DemandeQuerySet
from contacts.queries import today_of
from contacts.views.doors import demande_for, handlers_only, tell
from directory.requests import AgentRequest
from ui.exports import csv_response

PER_PAGE, CHUNK = 50, 2_000
STATES = {
    True: gettext_lazy("Dans le délai"),
    False: gettext_lazy("Hors délai"),
    None: gettext_lazy("En cours"),
}


@require_safe
def index(request: AgentRequest) -> HttpResponseBase:
    today = today_of(request.user.organisation_id, timezone.now())
    form = RegisterFilter(request.GET, agent=request.user)
    shown = _filtered(complaints.registered(demandes_of(request.user)), form)
    if request.GET.get("format") == "csv" and form.is_valid():
        return csv_response(_csv_rows(request, shown, today), "registre-des-reclamations")
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(cast(DemandeQuerySet, page.object_list).values(*COLUMNS))
    kept = request.GET.copy()
    for name in ("page", "format"):
        kept.pop(name, None)
    context = {
        "form": form,
        "page": page,
        "lines": _lines(rows, request.user.organisation_id, today),
        "limits": _limits(request, today),
        "querystring": kept.urlencode(),
        "may_keep_categories": may_set_targets(request.user),
    }
    status = 200 if form.is_valid() else 422
    return render(request, "contacts/complaints.html", context, status=status)


def _limits(request: AgentRequest, today: date) -> list[tuple[str, int | None]]:
    limits = complaints.own_limits(request.user.organisation_id, today=today)
    return [(str(nature.label), limit) for nature, limit in limits.items()]


def _filtered(demandes: DemandeQuerySet, form: RegisterFilter) -> DemandeQuerySet:
    if not form.is_valid():
        return demandes.none()
    data = form.cleaned_data
    wanted: dict[str, Any] = {
        "nature": data["nature"],
        "service": data["service"],
        "complaint__outcome": data["outcome"],
        "received_on__gte": data["first"],
        "received_on__lte": data["last"],
    }
    if data["family"] and data["family"] != TO_QUALIFY:
        wanted["complaint__family"] = data["family"]
    found = demandes.filter(**{name: value for name, value in wanted.items() if value})
    if data["family"] == TO_QUALIFY:
        found = found.filter(complaint=None)
    return found.filter(closed_on__isnull=data["state"] == OPEN) if data["state"] else found


def _lines(
    rows: Sequence[dict[str, Any]], organisation_id: int, today: date
) -> list[dict[str, Any]]:
    """Each line in the words that screen and file share."""
    return [_line(one) for one in complaints.judged(rows, organisation_id, today=today)]


def _line(one: Judged) -> dict[str, Any]:
    row = one.row
    family = row["complaint__family"]
    category = row["complaint__category__name"]
    words = [ComplaintFamily(family).label if family else "", category or ""]
    return row | {
        "days": one.days,
        "limit": one.limit,
        "in_time": one.in_time,
        "stopped": one.stopped,
        "nature_label": str(Nature(row["nature"]).label),
        "channel_label": str(Channel(row["channel"]).label),
        "category": " – ".join(str(word) for word in words if word),
        "cause": str(ComplaintCause(cause).label) if (cause := row["complaint__cause"]) else "",
        "outcome": str(ComplaintOutcome(end).label) if (end := row["complaint__outcome"]) else "",
        "state": _state(one),
    }


def _state(one: Judged) -> str:
    if one.limit is None:
        return _("Sans délai cible")
    return str(STATES[one.in_time])


def _csv_rows(
    request: AgentRequest, shown: DemandeQuerySet, today: date
) -> Iterator[Sequence[object]]:
    yield (
        _("référence"),
        _("ouverture"),
        _("nature"),
        _("objet"),
        _("canal"),
        _("service"),
        _("reçue le"),
        _("première réponse le"),
        _("close le"),
        _("catégorie"),
        _("cause"),
        _("précision sur la cause"),
        _("conclusion"),
        _("remède"),
        _("action décidée"),
        _("jours ouvrés"),
        _("délai cible"),
        _("état"),
    )
    rows = shown.values(*COLUMNS).iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        for line in _lines(chunk, request.user.organisation_id, today):
            yield tuple(line[name] for name in CSV_COLUMNS)


CSV_COLUMNS = (
    *("reference", "round", "nature_label", "subject", "channel_label", "service__name"),
    *("received_on", "first_reply_on", "closed_on", "category", "cause", "complaint__cause_text"),
    *("outcome", "complaint__remedy", "complaint__action_reference", "days", "limit", "state"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def qualify(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    if not may_qualify(request.user):
        raise PermissionDenied
    form = FindingsForm(
        request.POST if request.method == "POST" else None,
        agent=request.user,
        complaint=complaint_of(demande),
    )
    if form.is_valid():
        try:
            actions.qualify(demande, form.findings(), by=request.user, at=timezone.now())
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Registre complété."))
            return redirect("demande", public_id)
    registered = demande.nature in complaints.REGISTERED
    context = {"demande": demande, "form": form, "registered": registered}
    return render(request, "contacts/qualify.html", context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
def requalify(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    form = RequalifyForm(request.POST if request.method == "POST" else None, demande=demande)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.requalify(
                demande,
                was=Nature(data["was"]),
                nature=Nature(data["nature"]),
                reason=data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Demande requalifiée ; son échéance a suivi."))
            return redirect("demande", public_id)
    context = {"demande": demande, "form": form}
    return render(request, "contacts/requalify.html", context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
def acknowledge(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    """Only a POST records it; what is shown before is exactly what will be kept."""
    demande = demande_for(request.user, public_id)
    form = AcknowledgeForm(
        request.POST if request.method == "POST" else None,
        address=demande.usager.email if demande.usager else "",
    )
    if form.is_valid():
        by_email = form.cleaned_data["way"] == AcknowledgeForm.EMAILED
        try:
            actions.acknowledge(demande, by=request.user, now=timezone.now(), by_email=by_email)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            said = _("Accusé de réception enregistré ; il part dans les secondes qui viennent.")
            printed = _("Accusé de réception enregistré : imprimez cette page.")
            messages.success(request, said if by_email else printed)
            return redirect("demande" if by_email else "demande_acknowledge", public_id)
    given = demande.replies.filter(
        organisation=demande.organisation_id, kind=ReplyKind.ACKNOWLEDGEMENT
    ).exclude(text="")
    context = {
        "demande": demande,
        "form": form,
        "owed": is_owed(demande),
        "content": acknowledgement_of(demande, by=request.user),
        "given": given.order_by("-at", "-pk").first(),
    }
    return render(request, "contacts/acknowledge.html", context, status=_status(request))


def _status(request: AgentRequest) -> int:
    return 422 if request.method == "POST" else 200
