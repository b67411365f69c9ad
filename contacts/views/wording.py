"""Inserting a sheet or a text module in a reply: without a script, the form comes back filled."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from contacts.forms import ReplyForm
from contacts.models import Demande
from contacts.views.doors import demande_for, handlers_only
from contacts.wording import filled, module_chosen, offered, sheet_chosen
from directory.models import Agent
from directory.requests import AgentRequest
from knowledge.views.doors import asked_id

# Buttons of the picker, and what an address may ask for.
SEARCHED, SHEET, MODULE = "chercher", "fiche", "modele"
PICKED = (SEARCHED, SHEET, MODULE)


@require_safe
@handlers_only
def wordings(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """`?q=` → the list that the picker of a reply shows."""
    demande = demande_for(request.user, public_id)
    context = found_for(request.user, demande, request.GET.get("q", ""), timezone.now())
    return render(request, "contacts/_wordings.html", context)


def found_for(agent: Agent, demande: Demande, q: str, now: datetime) -> dict[str, object]:
    sheets, modules = offered(demande, q, by=agent, now=now)
    today = demande.service.calendar.day_of(now)
    return {
        "q": q,
        "found": [(sheet, sheet.is_expired(today)) for sheet in sheets],
        "modules": modules,
    }


def is_picking(asked: QueryDict) -> bool:
    return any(name in asked for name in PICKED)


def filled_form(
    asked: QueryDict, demande: Demande, *, by: Agent, now: datetime, initial: dict[str, object]
) -> ReplyForm:
    """The form with all that was typed, and what was picked added to its text: nothing is sent."""
    typed = ReplyForm(asked)
    kept = {**initial, **{name: typed[name].data for name in typed.fields if name in asked}}
    sheet = sheet_chosen(by, asked_id(asked.get(SHEET)))
    added = sheet.answer if sheet else _module_text(asked, demande, by=by, now=now)
    if added:
        kept["text"] = "\n\n".join(part for part in (str(kept.get("text") or ""), added) if part)
    if sheet:
        kept["sheet"] = [*asked.getlist("sheet"), str(sheet.public_id)]
    return ReplyForm(initial=kept)


def _module_text(asked: QueryDict, demande: Demande, *, by: Agent, now: datetime) -> str:
    module = module_chosen(demande, by, asked_id(asked.get(MODULE)))
    if module is None:
        return ""
    announced = _day(asked.get("announced_on"))
    return filled([module], demande, by=by, now=now, announced_on=announced)[0].text


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None
