"""The register: its lines, the latest number first."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.access import sees_whole_organisation, services_of
from directory.models import Agent
from directory.requests import AgentRequest
from letters.access import letters_of, may_bring_in, may_register
from letters.forms.lists import RegisterFilter
from letters.models import Letter
from letters.models.letter import LetterQuerySet
from letters.queries import delays_of
from letters.register import exporting
from ui.exports import csv_response

PER_PAGE = 50


@dataclass(frozen=True)
class Line:
    """`delay` null: not known; `opens` false: registered for a service that is not the agent's."""

    letter: Letter
    delay: int | None
    opens: bool


@require_safe
def index(request: AgentRequest) -> HttpResponse:
    form = RegisterFilter(request.GET, agent=request.user)
    letters = form.chosen(letters_of(request.user)).for_list().by_chrono()
    page = Paginator(letters, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "lines": _lines(list(page.object_list), request.user),
        "query": query.urlencode(),
        "may_register": may_register(request.user),
        "may_bring_in": may_bring_in(request.user),
    }
    return render(request, "letters/register.html", context)


@require_safe
def csv_file(request: AgentRequest) -> StreamingHttpResponse:
    """The lines of the page, all of them, under the same filters."""
    return csv_response(exporting.csv_rows(_chosen(request)), "registre-du-courrier")


@require_safe
def workbook(request: AgentRequest) -> HttpResponse:
    return exporting.workbook_response(_chosen(request), "registre-du-courrier")


def _chosen(request: AgentRequest) -> LetterQuerySet:
    form = RegisterFilter(request.GET, agent=request.user)
    return form.chosen(letters_of(request.user))


def _lines(letters: list[Letter], agent: Agent) -> list[Line]:
    delays = delays_of(letters)
    everything = sees_whole_organisation(agent)
    own = set() if everything else set(services_of(agent).values_list("pk", flat=True))
    return [
        Line(one, delays.get(one.pk), everything or one.demande.service_id in own)
        for one in letters
    ]
