"""Entering letters one after the other, as in a spreadsheet."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from contacts.errors import KeyTaken
from contacts.queries import today_of
from directory.requests import AgentRequest
from letters.actions import register_all
from letters.forms.batch import MORE, MOST, Batch, Desk, LineForm
from letters.models import Letter
from letters.views.doors import registrars_only


@require_http_methods(["GET", "HEAD", "POST"])
@registrars_only
def enter(request: AgentRequest) -> HttpResponseBase:
    now = timezone.now()
    desk = Desk.of(request.user, today_of(request.user.organisation_id, now))
    if request.method != "POST":
        return _page(request, Batch(desk))
    batch = Batch(desk, request.POST)
    if "plus" in request.POST:
        batch.unchecked()
        batch.add(MORE)
        return _page(request, batch)
    registered, refused = _register(request, batch.filled, now)
    if registered:
        messages.success(request, _said(registered))
    if registered and not refused:
        return redirect(f"{reverse('letters_batch')}?{_numbers(registered)}")
    nothing = not registered and not refused
    if nothing:
        batch.unchecked()
    else:
        batch.keep(refused)
    return _page(request, batch, nothing=nothing, status=422)


def _register(
    request: AgentRequest, lines: list[LineForm], now: datetime
) -> tuple[list[Letter], list[LineForm]]:
    """Letters that are registered, and lines that must be mended."""
    for line in lines:
        line.full_clean()
    good = [line for line in lines if not line.errors]
    found = register_all(
        [line.entry() for line in good],
        organisation=request.user.organisation,
        by=request.user,
        now=now,
    )
    for line in good:
        outcome = found[line.cleaned_data["key"]]
        if isinstance(outcome, Letter):
            continue
        line.tell(outcome)
        if isinstance(outcome, KeyTaken):
            line.renew_key()
    registered = {one.pk: one for one in found.values() if isinstance(one, Letter)}
    return list(registered.values()), [line for line in lines if line.errors]


def _said(letters: list[Letter]) -> str:
    words = ngettext(
        "%(count)s courrier enregistré : n° %(first)s.",
        "%(count)s courriers enregistrés : n° %(first)s à %(last)s.",
        len(letters),
    )
    return words % {"count": len(letters), "first": letters[0].chrono, "last": letters[-1].chrono}


def _numbers(letters: list[Letter]) -> str:
    """What the sheet of labels needs to print these."""
    first, last = letters[0], letters[-1]
    return urlencode({"annee": first.year, "de": first.number, "a": last.number})


def _page(
    request: AgentRequest, batch: Batch, *, nothing: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "batch": batch,
        "most": MOST,
        "nothing": nothing,
        "wrong": [line for line in batch.lines if line.is_bound and line.errors],
        "labels_query": request.GET.urlencode() if "de" in request.GET else "",
    }
    return render(request, "letters/batch.html", context, status=status)
