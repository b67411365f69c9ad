"""« Fusionner » : the page of a service that another one takes over."""

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.merging import demandes_held_by
from contacts.queries import today_of
from directory.access import services_of
from directory.requests import AgentRequest
from directory.views.doors import done, form_page, managers_only, sent
from engagements.forms import MergeForm
from engagements.merging import merge_services


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def merge(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    service = get_object_or_404(services_of(request.user), public_id=public_id)
    today = today_of(service.organisation_id, timezone.now())
    form = MergeForm(sent(request), source=service)

    def act() -> None:
        data = form.cleaned_data
        merge_services(service, data["into"], by=request.user, why=data["why"], today=today)

    if done(request, form, act, _("Services fusionnés ; les délais ont été recomptés.")):
        return redirect("services")
    return form_page(
        request,
        "engagements/service_merge.html",
        form,
        service=service,
        demandes=demandes_held_by(service).count(),
    )
