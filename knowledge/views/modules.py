"""Text modules: the list, a new one, a change, with what they give on sample values."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory.requests import AgentRequest
from directory.views.doors import done, sent
from knowledge import actions
from knowledge.access import may_write_module, modules_of
from knowledge.forms import TextModuleForm
from knowledge.models import TextModule
from knowledge.placeholders import PLACES, fill, samples
from knowledge.views.doors import keepers_only

PER_PAGE = 50


@require_safe
@keepers_only
def index(request: AgentRequest) -> HttpResponse:
    modules = modules_of(request.user).select_related("service").order_by("-is_active", "name")
    page = Paginator(modules, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "knowledge/modules.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_only
def new(request: AgentRequest) -> HttpResponseBase:
    form = TextModuleForm(sent(request), agent=request.user)
    return _write(request, form, _("Modèle créé."), name="")


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_only
def edit(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    module = get_object_or_404(
        modules_of(request.user).select_related("service"), public_id=public_id
    )
    if not may_write_module(request.user, module):
        raise PermissionDenied
    form = TextModuleForm(sent(request), instance=module, agent=request.user)
    return _write(request, form, _("Modèle enregistré."), name=module.name)


def _write(
    request: AgentRequest, form: TextModuleForm, said: str, *, name: str
) -> HttpResponseBase:
    """« Aperçu » shows what is typed and writes nothing."""
    only_shown = "preview" in request.POST
    module: TextModule = form.instance
    if not only_shown and done(request, form, lambda: actions.save_module(module), said):
        return redirect("text_modules")
    refused = form.is_bound and not (only_shown and form.is_valid())
    context = {"form": form, "name": name, "places": PLACES.items(), "preview": _preview(form)}
    return render(request, "knowledge/module_form.html", context, status=422 if refused else 200)


def _preview(form: TextModuleForm) -> str:
    """The text as typed, or as stored, on sample values."""
    return fill(str(form["body"].value() or ""), samples())
