"""Delay targets: what is promised, since when, and a new version of it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.access import may_set_targets, targets_of
from contacts.enums import Measure
from contacts.forms import TargetForm
from contacts.queries import today_of
from contacts.target_actions import TargetInForce, set_target, take_back
from directory.access import may_see_figures
from directory.requests import AgentRequest


@require_safe
def index(request: AgentRequest) -> HttpResponse:
    if not may_see_figures(request.user):
        raise PermissionDenied
    context = {
        "targets": targets_of(request.user).select_related("service"),
        "today": today_of(request.user.organisation_id, timezone.now()),
        "may_set": may_set_targets(request.user),
    }
    return render(request, "contacts/targets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AgentRequest) -> HttpResponseBase:
    if not may_set_targets(request.user):
        raise PermissionDenied
    today = today_of(request.user.organisation_id, timezone.now())
    form = TargetForm(
        request.POST or None, agent=request.user, today=today, initial={"valid_from": today}
    )
    if request.method == "POST" and form.is_valid():
        try:
            _set(request, form)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("Délai enregistré ; les demandes ouvertes suivent aussitôt.")
            )
            return redirect("targets")
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/target_form.html", {"form": form}, status=status)


@require_POST
def take_back_one(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    if not may_set_targets(request.user):
        raise PermissionDenied
    target = get_object_or_404(targets_of(request.user), public_id=public_id)
    today = today_of(request.user.organisation_id, timezone.now())
    try:
        take_back(target, today=today, by=request.user)
    except TargetInForce as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Délai retiré."))
    return redirect("targets")


def _set(request: AgentRequest, form: TargetForm) -> None:
    data = form.cleaned_data
    set_target(
        request.user.organisation,
        measure=Measure(data["measure"]),
        service=data["service"],
        channel=data["channel"],
        nature=data["nature"],
        limit=data["limit"],
        valid_from=data["valid_from"],
        origin=data["origin"],
        by=request.user,
        why=data["why"],
    )
