"""Notes between agents, and the mentions an agent has not seen."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import actions
from contacts.access import mentions_of
from contacts.forms import NoteForm
from contacts.mentions import unseen_of
from contacts.models import Demande
from contacts.views.acting import perform
from contacts.views.doors import demande_for, handlers_only
from contacts.views.leaving import tells_where_it_went
from directory.requests import AgentRequest

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
@tells_where_it_went
def note(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    form = NoteForm(
        request.POST or None, request.FILES or None, service=demande.service, agent=request.user
    )
    return perform(
        request,
        demande,
        form,
        act=_note,
        template="contacts/note.html",
        done=_("Note interne enregistrée."),
    )


def _note(request: AgentRequest, form: forms.Form, demande: Demande, now: datetime) -> Demande:
    data = form.cleaned_data
    actions.add_note(
        demande,
        by=request.user,
        at=now,
        text=data["text"],
        telling=data["telling"],
        files=data["pieces"],
    )
    return demande


@require_safe
def mentions(request: AgentRequest) -> HttpResponse:
    page = Paginator(unseen_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "contacts/mentions.html", {"page": page})


@require_POST
def seen(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    mention = get_object_or_404(mentions_of(request.user), public_id=public_id)
    actions.see_mention(mention, at=timezone.now())
    return redirect("mentions")
