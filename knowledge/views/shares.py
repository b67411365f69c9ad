"""Annuaires shown to other organisations, and theirs shown here."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from directory.errors import Refusal
from directory.requests import AgentRequest
from directory.views.doors import done, managers_only, sent
from knowledge import actions
from knowledge.access import shares_of
from knowledge.forms import ShareForm

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def index(request: AgentRequest) -> HttpResponseBase:
    """What is shared, proposed and withdrawn; the form proposes."""
    form = ShareForm(sent(request))

    def propose() -> None:
        name = form.cleaned_data["name"]
        actions.propose_share(name=name, by=request.user, at=timezone.now())

    if done(request, form, propose, _("Proposition envoyée : elle attend d’être acceptée.")):
        return redirect("annuaire_shares")
    shares = shares_of(request.user).select_related(
        "organisation", "shown_to", "proposed_by", "accepted_by", "withdrawn_by"
    )
    context = {"form": form, "shares": shares[:SHOWN]}
    status = 422 if form.is_bound else 200
    return render(request, "knowledge/shares.html", context, status=status)


@require_POST
@managers_only
def accept(request: AgentRequest, public_id: UUID) -> HttpResponse:
    share = get_object_or_404(shares_of(request.user), public_id=public_id)
    if share.shown_to_id != request.user.organisation_id:
        raise PermissionDenied
    now = timezone.now()
    return _settle(
        request,
        lambda: actions.accept_share(share, by=request.user, at=now),
        _("Partage accepté : vos agents lisent cet annuaire."),
    )


@require_POST
@managers_only
def withdraw(request: AgentRequest, public_id: UUID) -> HttpResponse:
    share = get_object_or_404(shares_of(request.user), public_id=public_id)
    now = timezone.now()
    return _settle(
        request,
        lambda: actions.withdraw_share(share, by=request.user, at=now),
        _("Partage retiré, dès maintenant."),
    )


def _settle(request: AgentRequest, act: Callable[[], None], said: str) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("annuaire_shares")
