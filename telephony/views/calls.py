"""The register of calls, one call, and writing one down by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts.views.doors import tell
from directory.access import services_of
from directory.requests import AgentRequest
from telephony import numbers
from telephony.access import (
    may_import_records,
    may_keep_lines,
    may_log_calls,
    may_see_call_figures,
    may_see_callers,
)
from telephony.actions.calls import log_call, tie
from telephony.enums import Outcome, Part
from telephony.errors import Refusal
from telephony.forms.calls import CallForm, TieForm
from telephony.forms.filters import CallFilter
from telephony.models import Call
from telephony.models.call import CallQuerySet
from telephony.queries import ring_ms_of, with_rings
from telephony.views.doors import call_for, loggers_only

PER_PAGE = 50
OUTCOME_BADGES = {
    Outcome.AGENT: "success",
    Outcome.VOICE_SERVER: "info",
    Outcome.ABANDONED: "warning",
    Outcome.UNANSWERED: "danger",
}


@dataclass(frozen=True)
class ShownCall:
    """A line of the register: the caller is whole only for those who may call back."""

    call: Call
    caller: str
    rings: int
    badge: str
    log_url: str


@require_safe
def index(request: AgentRequest) -> HttpResponse:
    form = CallFilter(request.GET, agent=request.user)
    page: Page[Call] = Paginator(_found(form), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": _lines(request, page.object_list),
        "part": Part(form.cleaned_data["chiffre"]) if _has_part(form) else None,
        **_doors(request),
    }
    return render(request, "telephony/calls.html", context)


def _has_part(form: CallFilter) -> bool:
    return form.is_valid() and bool(form.cleaned_data["chiffre"])


def _found(form: CallFilter) -> CallQuerySet:
    """The calls of the query object, so that a figure and its list are the same number."""
    part = Part(form.cleaned_data["chiffre"]) if _has_part(form) else None
    calls = form.asked().calls(part).for_list()
    if not form.is_valid():
        return calls
    if form.cleaned_data["numero"]:
        # Who sees two digits must not find the others by trying them.
        seen = may_see_callers(form.agent)
        calls = calls.filter(caller=form.cleaned_data["numero"]) if seen else calls.none()
    if form.cleaned_data["issue"]:
        calls = calls.filter(outcome=form.cleaned_data["issue"])
    return calls


def _lines(request: AgentRequest, calls: Iterable[Call]) -> list[ShownCall]:
    may_see, may_log = may_see_callers(request.user), may_log_calls(request.user)
    return [
        ShownCall(
            call=call,
            caller=numbers.shown(call.caller) if may_see else numbers.masked(call.caller),
            rings=call.rings,  # type: ignore[attr-defined]  # annotated by the query object
            badge=OUTCOME_BADGES[Outcome(call.outcome)],
            log_url=log_url(call.caller) if may_log and not call.demande_id else "",
        )
        for call in calls
    ]


def log_url(caller: str) -> str:
    """The entry screen, its channel chosen and the number filled in."""
    return f"{reverse('log_contact')}?{urlencode({'canal': 'phone', 'telephone': caller})}"


def _doors(request: AgentRequest) -> dict[str, bool]:
    return {
        "may_log": may_log_calls(request.user),
        "may_see_callers": may_see_callers(request.user),
        "may_see_figures": may_see_call_figures(request.user),
        "may_keep_lines": may_keep_lines(request.user),
        "may_import": may_import_records(request.user),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@loggers_only
def new(request: AgentRequest) -> HttpResponseBase:
    now = timezone.now()
    if request.method != "POST":
        return _form_page(request, CallForm(agent=request.user, initial=_initial(request, now)))
    form = CallForm(request.POST, agent=request.user)
    if form.is_valid():
        try:
            call = log_call(
                form.told(), organisation=request.user.organisation, by=request.user, now=now
            )
        except Refusal as refusal:
            tell(form, refusal)
        else:
            return _logged(request, call)
    return _form_page(request, form, status=422)


def _initial(request: AgentRequest, now: datetime) -> dict[str, object]:
    """The service of the last call written, else the agent's only one; the clock is its own."""
    offered = services_of(request.user).active().select_related("calendar")
    last = request.GET.get("service", "")
    found = list(offered.filter(pk=int(last[:18])) if last.isdecimal() else offered[:2])
    if len(found) != 1:
        return {"started_at": now}
    zone = found[0].calendar.zone
    return {"service": found[0].pk, "started_at": now.astimezone(zone).replace(tzinfo=None)}


def _form_page(request: AgentRequest, form: CallForm, status: int = 200) -> HttpResponse:
    return render(request, "telephony/call_form.html", {"form": form}, status=status)


def _logged(request: AgentRequest, call: Call) -> HttpResponseBase:
    if "then_log" in request.POST:
        return redirect(log_url(call.caller))
    said = _("Appel enregistré pour le service %(service)s.") % {"service": call.service.name}
    messages.success(request, said)
    return redirect(f"{reverse('call_new')}?service={call.service_id}")


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    """One call; who logs calls may tie it to the demande that came of it."""
    call = call_for(request.user, public_id)
    if request.method == "POST":
        return _tie(request, call)
    return _call_page(request, call, TieForm())


@loggers_only
def _tie(request: AgentRequest, call: Call) -> HttpResponseBase:
    form = TieForm(request.POST)
    if form.is_valid():
        try:
            demande = tie(call, reference=form.cleaned_data["reference"], by=request.user)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            said = _("Appel rattaché à la demande %(reference)s.")
            messages.success(request, said % {"reference": demande.reference})
            return redirect("call", call.public_id)
    return _call_page(request, call, form, status=422)


def _call_page(request: AgentRequest, call: Call, form: TieForm, status: int = 200) -> HttpResponse:
    ring_ms = ring_ms_of(call.organisation_id)
    own = Call.objects.filter(organisation=call.organisation_id, pk=call.pk)
    call.rings = with_rings(own, ring_ms).get().rings  # type: ignore[attr-defined]
    [line] = _lines(request, [call])
    context = {"line": line, "call": call, "form": form, **_doors(request)}
    return render(request, "telephony/call.html", context, status=status)
