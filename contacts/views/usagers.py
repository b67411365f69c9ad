"""Usagers: finding them, their page, the correction of their file, their consents."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts.access import usagers_of
from contacts.actions.usagers import Identity, correct, decide
from contacts.duplicates import lookalikes_of
from contacts.enums import ConsentKind, ConsentStep, SearchKind
from contacts.errors import Refusal, UsagerChanged
from contacts.forms.usagers import ConsentForm, IdentityForm, UsagerSearchForm
from contacts.models import Usager
from contacts.models.demande import DemandeQuerySet
from contacts.people import (
    agreements_of,
    count_of,
    demandes_by,
    journal_of,
    merges_to_undo,
    open_counts,
)
from contacts.queries import today_of
from contacts.usager_search import MOST, Found, search
from contacts.views.doors import handlers_only, tell, usager_for
from contacts.views.lists import COLUMNS, PER_PAGE, lines_of
from directory.requests import AgentRequest


@require_safe
@handlers_only
def index(request: AgentRequest) -> HttpResponse:
    """The search page; with `avec`, the result is to be merged with that usager."""
    form = UsagerSearchForm(request.GET)
    found = _found(request, form)
    context = {
        "form": form,
        "found": found,
        "lines": _with_open_counts(request, found) if found else [],
        "most": MOST,
        "twin": _twin(request),
    }
    return render(request, "contacts/usagers.html", context)


def _found(request: AgentRequest, form: UsagerSearchForm) -> Found | None:
    """Null while nothing was asked, or what was asked is no text."""
    if not form.is_valid() or not form.cleaned_data["q"]:
        return None
    return search(request.user.organisation_id, form.cleaned_data["q"])


def _twin(request: AgentRequest) -> Usager | None:
    asked = request.GET.get("avec", "")
    try:
        return usager_for(request.user, UUID(asked)) if asked else None
    except ValueError:
        return None


def _with_open_counts(request: AgentRequest, found: Found) -> list[tuple[Usager, int]]:
    counts = open_counts(request.user.organisation_id, found.usagers)
    return [(one, counts.get(one.pk, 0)) for one in found.usagers]


@require_safe
@handlers_only
def find(request: AgentRequest) -> HttpResponse:
    """The same search for a script: who is found, and how many of their demandes are open."""
    found = _found(request, UsagerSearchForm(request.GET)) or Found(SearchKind.NOTHING)
    results = [
        {
            "public_id": str(one.public_id),
            "name": one.full_name,
            "phone": one.phone,
            "email": one.email,
            "open": count,
        }
        for one, count in _with_open_counts(request, found)
    ]
    return JsonResponse({"kind": found.kind, "more": found.more, "results": results})


@require_safe
@handlers_only
def show(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    known = usagers_of(request.user).select_related("merged_into")
    usager = get_object_or_404(known, public_id=public_id)
    if usager.merged_into:
        return redirect("usager", usager.merged_into.public_id)
    today = today_of(request.user.organisation_id, timezone.now())
    demandes = demandes_by(usager, request.user)
    paginator = Paginator(demandes, PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    total, still_open = count_of(usager)
    context = {
        "usager": usager,
        "page": page,
        "lines": lines_of(list(cast(DemandeQuerySet, page.object_list).values(*COLUMNS)), today),
        "elsewhere": total - paginator.count,
        "open_count": still_open,
        "agreements": agreements_of(usager),
        "acts": journal_of(usager),
        "merges": merges_to_undo(usager),
        "pairs": lookalikes_of(usager),
    }
    return render(request, "contacts/usager.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
def edit(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    usager = usager_for(request.user, public_id)
    initial = Identity.of(usager).as_facts() | {"seen": usager.version}
    form = IdentityForm(request.POST if request.method == "POST" else None, initial=initial)
    changed = False
    if form.is_bound and form.is_valid():
        try:
            correct(
                usager,
                form.identity(),
                seen=form.cleaned_data["seen"],
                by=request.user,
                at=timezone.now(),
            )
        except UsagerChanged as refusal:
            changed = True
            usager.refresh_from_db()
            data = request.POST.copy()
            data["seen"] = str(usager.version)
            form.data = data
            tell(form, refusal)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Fiche enregistrée."))
            return redirect("usager", usager.public_id)
    context = {"usager": usager, "form": form, "changed": changed}
    status = 422 if form.is_bound else 200
    return render(request, "contacts/usager_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
def consent(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    """What the usager agrees to, or withdraws; `objet` and `decision` fill the form in advance."""
    usager = usager_for(request.user, public_id)
    initial = {
        "kind": request.GET.get("objet", ConsentKind.SURVEY_EMAIL),
        "step": request.GET.get("decision", ConsentStep.GIVEN),
    }
    form = ConsentForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            decide(
                usager,
                ConsentKind(form.cleaned_data["kind"]),
                ConsentStep(form.cleaned_data["step"]),
                how=form.cleaned_data["how"],
                by=request.user,
                at=timezone.now(),
            )
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Décision enregistrée."))
            return redirect("usager", usager.public_id)
    context = {"usager": usager, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "contacts/usager_consent.html", context, status=status)
