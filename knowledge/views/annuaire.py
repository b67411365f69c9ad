"""« Annuaire »: how to reach each service and when it is open, ready to be read out."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from directory.access import may_manage_directory
from directory.requests import AgentRequest
from knowledge.access import may_use, services_in_annuaire
from knowledge.annuaire import cards_of, find
from knowledge.queries import FOUND_AT_MOST

PER_PAGE = 50


@require_safe
def index(request: AgentRequest) -> HttpResponse:
    q, own = request.GET.get("q", "").strip(), request.user.organisation_id
    found = find(services_in_annuaire(request.user), q, own=own)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "q": q,
        "page": page,
        "cards": cards_of(page.object_list, own=own, now=timezone.now()),
        "may_use": may_use(request.user),
        "manages": may_manage_directory(request.user),
    }
    return render(request, "knowledge/annuaire.html", context)


@require_safe
def search_annuaire(request: AgentRequest) -> HttpResponse:
    """`?q=` → the first services found, for the entry screen: a list whose buttons carry the card
    as a text, as those of `sheet_search` do."""
    q, own = request.GET.get("q", "").strip(), request.user.organisation_id
    found = find(services_in_annuaire(request.user), q, own=own)[:FOUND_AT_MOST]
    context = {"q": q, "cards": cards_of(found, own=own, now=timezone.now())}
    return render(request, "knowledge/_cards_found.html", context)
