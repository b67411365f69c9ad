"""Motifs of the organisation: the tree, a new one, a change."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory import actions
from directory.access import motifs_of
from directory.forms.services import MotifForm
from directory.queries import motif_tree
from directory.requests import AgentRequest
from directory.views.doors import done, form_page, managers_only, sent


@require_safe
@managers_only
def index(request: AgentRequest) -> HttpResponse:
    return render(
        request, "directory/motifs.html", {"branches": motif_tree(motifs_of(request.user))}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def new(request: AgentRequest) -> HttpResponseBase:
    form = MotifForm(sent(request), organisation=request.user.organisation)

    def create() -> None:
        actions.save_motif(form.instance, by=request.user)

    if done(request, form, create, _("Motif créé.")):
        return redirect("motifs")
    return form_page(request, "directory/motif_form.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def edit(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    motif = get_object_or_404(motifs_of(request.user), public_id=public_id)
    name = motif.name
    form = MotifForm(sent(request), instance=motif, organisation=request.user.organisation)

    def change() -> None:
        actions.save_motif(motif, by=request.user, why=form.cleaned_data["why"])

    if done(request, form, change, _("Motif enregistré.")):
        return redirect("motifs")
    return form_page(request, "directory/motif_form.html", form, motif=motif, name=name)
