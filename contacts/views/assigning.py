"""Giving, taking and giving back a demande."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts import actions
from contacts.errors import Refusal
from contacts.forms import AssignForm
from contacts.models import Demande
from contacts.views.acting import perform, seen_by
from contacts.views.doors import demande_for, handlers_only
from contacts.views.leaving import tells_where_it_went
from directory.requests import AgentRequest


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
@tells_where_it_went
def assign(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    return perform(
        request,
        demande,
        AssignForm(request.POST or None, service=demande.service, initial=seen_by(demande)),
        act=_assign,
        template="contacts/assign.html",
        done=_("Demande attribuée."),
    )


def _assign(request: AgentRequest, form: forms.Form, demande: Demande, now: datetime) -> Demande:
    actions.assign(demande, to=form.cleaned_data["agent"], by=request.user, at=now)
    return demande


@require_POST
@handlers_only
def take(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    try:
        actions.take(demande, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Cette demande vous est attribuée."))
    return redirect("demande", demande.public_id)


@require_POST
@handlers_only
def release(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    actions.release(demande, by=request.user, at=timezone.now())
    messages.success(request, _("Cette demande n’est plus attribuée à personne."))
    return redirect("demande", demande.public_id)
