"""« Journal »: who changed what the figures are counted by, when and why."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.access import changes_of
from directory.journal import differences
from directory.requests import AgentRequest
from directory.views.doors import managers_only

LINES_PER_PAGE = 50


@require_safe
@managers_only
def index(request: AgentRequest) -> HttpResponse:
    changes = changes_of(request.user).select_related("by")
    page = Paginator(changes, LINES_PER_PAGE).get_page(request.GET.get("page"))
    lines = [(change, differences(change)) for change in page.object_list]
    return render(request, "directory/journal.html", {"page": page, "lines": lines})
