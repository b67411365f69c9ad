"""What the answers say: figures, comments, and both as files."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from directory.models import Agent
from directory.requests import AgentRequest
from surveys import tables
from surveys.access import result_services_of
from surveys.forms import ResultFilter
from surveys.models import Survey
from surveys.queries import Scope
from surveys.results import Cell, responses, results, sheets_by_mode
from surveys.views.doors import readers_only, survey_for

COMMENTS_PER_PAGE = 25


@require_safe
@readers_only
def figures(request: AgentRequest, public_id: UUID) -> HttpResponse:
    survey = survey_for(request.user, public_id)
    form, scope = _scope(request, survey)
    shown = results(scope)
    modes = sheets_by_mode(scope)
    context = {
        "survey": survey,
        "form": form,
        "results": shown,
        "grid": tables.result_grid(shown, survey.title),
        "responses": responses(scope),
        "modes": modes,
        "total": sum(count for _mode, count in modes),
        "is_small": any(result.is_small for result in shown),
        "query": _query(request),
    }
    return render(request, "surveys/results.html", context)


@require_safe
@readers_only
def figures_file(request: AgentRequest, public_id: UUID) -> HttpResponse:
    survey = survey_for(request.user, public_id)
    _form, scope = _scope(request, survey)
    head = [column.label for column in tables.result_columns()]
    return _file(survey, "resultats", head, tables.result_rows(results(scope)))


@require_safe
@readers_only
def comments(request: AgentRequest, public_id: UUID) -> HttpResponse:
    survey = survey_for(request.user, public_id)
    form, scope = _scope(request, survey)
    page = Paginator(scope.comments(), COMMENTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"survey": survey, "form": form, "page": page, "query": _query(request)}
    return render(request, "surveys/comments.html", context)


@require_safe
@readers_only
def comments_file(request: AgentRequest, public_id: UUID) -> HttpResponse:
    survey = survey_for(request.user, public_id)
    _form, scope = _scope(request, survey)
    rows = (tables.comment_row(answer) for answer in scope.comments())
    return _file(survey, "commentaires", tables.comment_head(), rows)


def _scope(request: AgentRequest, survey: Survey) -> tuple[ResultFilter, Scope]:
    """The filter as chosen and what it lets through; a wrong filter lets through nothing."""
    agent: Agent = request.user
    form = ResultFilter(request.GET, services=result_services_of(agent))
    if not form.is_valid():
        return form, Scope(survey, frozenset())
    chosen = form.cleaned_data
    services = result_services_of(agent)
    if chosen["service"]:
        services = services.and_below([chosen["service"].pk])
    return form, Scope(
        survey,
        frozenset(services.values_list("pk", flat=True)),
        first=chosen["first"],
        last=chosen["last"],
        channel=chosen["channel"],
    )


def _query(request: AgentRequest) -> str:
    """The filter in force, for the address of the file that shows the same."""
    chosen = request.GET.copy()
    chosen.pop("page", None)
    return f"?{chosen.urlencode()}" if chosen else ""


def _file(
    survey: Survey, what: str, head: Sequence[object], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{slugify(survey.title)[:60]}-{what}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    tables.write_csv(response, head, rows)  # type: ignore[arg-type]
    return response
