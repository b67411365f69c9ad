"""Services of the organisation: the tree, a new one, a change."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory import actions
from directory.access import calendars_of, services_of
from directory.forms.services import ServiceForm
from directory.queries import service_tree
from directory.requests import AgentRequest
from directory.views.doors import done, form_page, managers_only, sent


@require_safe
@managers_only
def index(request: AgentRequest) -> HttpResponse:
    context = {
        "branches": service_tree(services_of(request.user)),
        "has_calendar": calendars_of(request.user).exists(),
    }
    return render(request, "directory/services.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def new(request: AgentRequest) -> HttpResponseBase:
    form = ServiceForm(sent(request), organisation=request.user.organisation)

    def create() -> None:
        actions.save_service(form.instance, by=request.user)

    if done(request, form, create, _("Service créé.")):
        return redirect("services")
    return form_page(request, "directory/service_form.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def edit(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    service = get_object_or_404(services_of(request.user), public_id=public_id)
    name = service.name
    form = ServiceForm(sent(request), instance=service, organisation=request.user.organisation)

    def change() -> None:
        actions.save_service(service, by=request.user, why=form.cleaned_data["why"])

    if done(request, form, change, _("Service enregistré.")):
        return redirect("services")
    return form_page(request, "directory/service_form.html", form, service=service, name=name)
