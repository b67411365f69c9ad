"""Categories of réclamations that an organisation adds below the families of everyone."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts.access import complaint_categories_of, may_set_targets
from contacts.enums import ComplaintFamily
from contacts.forms.complaints import CategoryForm
from directory.requests import AgentRequest
from directory.views.doors import allowed, done, form_page, sent

# Whoever sets the promises also keeps the words of the register.
keepers_only = allowed(may_set_targets)


@require_safe
@keepers_only
def index(request: AgentRequest) -> HttpResponse:
    own = list(complaint_categories_of(request.user))
    tree = [(family, [one for one in own if one.family == family]) for family in ComplaintFamily]
    return render(request, "contacts/complaint_categories.html", {"tree": tree})


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_only
def new(request: AgentRequest) -> HttpResponseBase:
    form = CategoryForm(sent(request), organisation=request.user.organisation)
    if done(request, form, form.save, _("Catégorie créée.")):
        return redirect("complaint_categories")
    return form_page(request, "contacts/complaint_category_form.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_only
def edit(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    category = get_object_or_404(complaint_categories_of(request.user), public_id=public_id)
    name = category.name
    organisation = request.user.organisation
    form = CategoryForm(sent(request), instance=category, organisation=organisation)
    # Its lines say its family too: it never moves to another.
    form.fields["family"].disabled = True
    if done(request, form, form.save, _("Catégorie enregistrée.")):
        return redirect("complaint_categories")
    return form_page(request, "contacts/complaint_category_form.html", form, name=name)
