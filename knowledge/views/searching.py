"""The search of answer sheets from another screen: a fragment, or a page without script."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.requests import AgentRequest
from knowledge.queries import search
from knowledge.views.doors import this_day


@require_safe
def search_sheets(request: AgentRequest) -> HttpResponse:
    """`?q=&service=&motif=` → the eight sheets that answer best, in at most two statements.

    For the entry screen: with `fragment=1` the list alone, to be put in the screen, without it the
    same list as a page. `service` and `motif` are the values of that screen's own selects; they
    weigh on the order and exclude nothing. The button of a result carries the text and the public
    id of its sheet (static/knowledge/picker.js puts both in the form that surrounds it); the
    screen then counts it with `knowledge.actions.use` in the transaction that registers.
    """
    asked, today = request.GET, this_day()
    found = search(
        request.user.organisation_id,
        asked.get("q", ""),
        today=today,
        service=_number(asked.get("service")),
        motif=_number(asked.get("motif")),
    )
    template = "knowledge/_found.html" if "fragment" in asked else "knowledge/search.html"
    context = {
        "found": [(sheet, sheet.is_expired(today)) for sheet in found],
        "q": asked.get("q", ""),
    }
    return render(request, template, context)


def _number(text: str | None) -> int | None:
    """The value of a select; what is none weighs nothing."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
