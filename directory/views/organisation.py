"""The organisation's own name and colour, and the stylesheet that gives it to every page."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from directory import actions
from directory.forms.services import OrganisationForm
from directory.models import Logo, Organisation
from directory.requests import AgentRequest
from directory.views.doors import done, form_page, managers_only, sent
from ui import theme as colours


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def edit(request: AgentRequest) -> HttpResponseBase:
    # Another copy than the one at the head of the page, which must not show what is refused.
    organisation = Organisation.objects.get(pk=request.user.organisation_id)
    form = OrganisationForm(sent(request), request.FILES or None, instance=organisation)

    def change() -> None:
        with transaction.atomic():
            actions.change_organisation(organisation)
            if form.cleaned_data["logo"] or form.cleaned_data["remove_logo"]:
                actions.set_logo(organisation, form.cleaned_data["logo"])

    if done(request, form, change, _("Organisation enregistrée.")):
        return redirect("organisation")
    kept = request.user.organisation.primary_colour
    contrast = colours.contrast(colours.parse(kept), colours.WHITE)
    return form_page(request, "directory/organisation.html", form, kept=kept, contrast=contrast)


@login_not_required
@require_safe
@cache_control(private=True, max_age=24 * 3600)
def logo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The logo of an organisation, worn by the pages its usagers see too."""
    found = get_object_or_404(Logo, organisation__public_id=public_id)
    return HttpResponse(bytes(found.content), content_type=found.media_type)


@login_not_required
@require_safe
@cache_control(private=True, max_age=24 * 3600)
def theme(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The colours of an organisation, also worn by the pages its usagers see: nothing secret."""
    organisation = get_object_or_404(Organisation, public_id=public_id)
    return HttpResponse(
        colours.stylesheet(organisation.primary_colour), content_type="text/css; charset=utf-8"
    )
