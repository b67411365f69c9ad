"""« Ma journée » : what is mine, what is at risk today, what my services owe."""

from datetime import date
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts.access import demandes_of, may_handle
from contacts.day import followed_by, owed_by_service, total, waiting_longest
from contacts.due import Due, due_rule, horizons_of
from contacts.models.demande import DemandeQuerySet
from contacts.queries import today_of
from contacts.views.lists import COLUMNS, Line, lines_of
from directory.requests import AgentRequest

MINE_PER_PAGE, URGENT, OLDEST = 50, 10, 5


@require_safe
def show(request: AgentRequest) -> HttpResponse:
    today = today_of(request.user.organisation_id, timezone.now())
    horizons = horizons_of(request.user.organisation_id, on=today)
    demandes = demandes_of(request.user).open()
    owing = owed_by_service(demandes, horizons)
    mine = Paginator(followed_by(request.user, demandes), MINE_PER_PAGE)
    page = mine.get_page(request.GET.get("page"))
    urgent = demandes.by_urgency()
    lists = _in_words(
        today,
        mine=cast(DemandeQuerySet, page.object_list),
        at_risk=urgent.filter(due_rule(horizons, Due.AT_RISK))[:URGENT],
        announced=urgent.filter(due_rule(horizons, Due.ANNOUNCED))[:URGENT],
        oldest=waiting_longest(demandes)[:OLDEST],
    )
    context = {
        "today": today,
        "page": page,
        "owing": owing,
        "owed": total(owing),
        "urgent_shown": URGENT,
        "may_handle": may_handle(request.user),
        **lists,
    }
    return render(request, "contacts/day.html", context)


def _in_words(today: date, **lists: DemandeQuerySet) -> dict[str, list[Line]]:
    """The lines of several lists, their working days left looked up together."""
    rows: list[Any] = []
    ends = {}
    for name, demandes in lists.items():
        rows += demandes.values(*COLUMNS)
        ends[name] = len(rows)
    lines, start, found = lines_of(rows, today), 0, {}
    for name, end in ends.items():
        found[name] = lines[start:end]
        start = end
    return found
