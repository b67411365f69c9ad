"""Uniting two demandes that are one, and separating them again."""

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
from contacts.access import demandes_of
from contacts.errors import NoSuchDemande, Refusal
from contacts.forms import UniteForm
from contacts.models import Demande
from contacts.queries import same_usager
from contacts.views.acting import perform, seen_by
from contacts.views.doors import demande_for, handlers_only
from contacts.views.leaving import tells_where_it_went
from directory.requests import AgentRequest


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
@tells_where_it_went
def unite(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    return perform(
        request,
        demande,
        UniteForm(request.POST or None, initial=seen_by(demande)),
        act=_unite,
        template="contacts/unite.html",
        done=_("Demandes réunies : voici celle qui est gardée."),
        candidates=same_usager(demande, among=demandes_of(request.user)),
    )


def _unite(request: AgentRequest, form: forms.Form, demande: Demande, now: datetime) -> Demande:
    named = demandes_of(request.user).filter(reference=form.cleaned_data["reference"])
    other = named.order_by("-round").first()
    if other is None:
        raise NoSuchDemande
    return actions.unite(demande, other, by=request.user, at=now)


@require_POST
@handlers_only
def separate(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    try:
        actions.separate(demande, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Demandes séparées : celle-ci est de nouveau ouverte."))
    return redirect("demande", demande.public_id)
