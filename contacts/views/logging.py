"""Logging a contact: the screen agents live in."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts.access import demandes_of
from contacts.actions import log_contact, record_message
from contacts.entry import AlreadyAsked, already_asked, usagers_like
from contacts.enums import Channel, Nature
from contacts.errors import KeyTaken, Refusal
from contacts.forms import KnownForm, LogForm, Outcome
from contacts.models import Demande
from contacts.queries import today_of
from contacts.views.doors import demande_for, handlers_only, tell
from directory.access import works_on
from directory.models import Agent, Motif
from directory.requests import AgentRequest

CHANNEL_ICONS = {
    Channel.GUICHET: "user",
    Channel.PHONE: "phone",
    Channel.MAIL: "mail",
    Channel.EMAIL: "inbox",
    Channel.ONLINE: "globe",
}
# What is usually answered in front of the person.
ANSWERED_AT_ONCE = (Channel.GUICHET, Channel.PHONE)
# Folded away until one of them is wrong.
DETAILS = ("nature", "subject", "answer")


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
def log(request: AgentRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _page(request, LogForm(agent=request.user, initial=_initial(request)))
    form = LogForm(request.POST, agent=request.user)
    if form.is_valid():
        now = timezone.now()
        proposed = _proposed(request, form, now=now)
        if proposed:
            return _page(request, form, proposed=proposed, status=422)
        try:
            demande = _recorded(request, form, now=now)
        except KeyTaken as refusal:
            # Sent again as it stands, it is a new entry.
            _change(form, key=str(uuid.uuid4()))
            tell(form, refusal)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            return _logged(request, demande)
    return _page(request, form, status=422)


def _recorded(request: AgentRequest, form: LogForm, *, now: datetime) -> Demande:
    if form.cleaned_data["attach"]:
        known = demande_for(request.user, form.cleaned_data["attach"])
        return record_message(known, by=request.user, now=now, **form.message(known, now=now))
    intake = form.intake()
    return log_contact(intake, organisation=intake.service.organisation, by=request.user, now=now)


def _proposed(request: AgentRequest, form: LogForm, *, now: datetime) -> list[AlreadyAsked]:
    """What the agent has not been shown yet, and may be the same demande."""
    data = form.cleaned_data
    if data["attach"] or data["seen"]:
        return []
    # Sent again after an answer that was lost: what it made is no other demande.
    made = data["key"]
    asked = _already_asked(
        request.user, email=data["email"], phone=data["phone"], motif=data["motif"], now=now
    )
    if any(one.demande.public_id == made for one in asked):
        return []
    return [one for one in asked if one.is_open]


def _already_asked(
    agent: Agent, *, email: str, phone: str, motif: Motif | None, now: datetime
) -> list[AlreadyAsked]:
    if not email and not phone:
        return []
    organisation_id = agent.organisation_id
    return already_asked(
        demandes_of(agent),
        usagers_like(organisation_id, email=email, phone=phone),
        motif=motif,
        today=today_of(organisation_id, now),
    )


@require_safe
@handlers_only
def known(request: AgentRequest) -> HttpResponse:
    """A part of the entry screen: what the person being typed already asked."""
    form = KnownForm(request.GET, agent=request.user)
    asked = (
        _already_asked(request.user, **form.cleaned_data, now=timezone.now())
        if form.is_valid()
        else []
    )
    return render(request, "contacts/_already_asked.html", {"asked": asked})


def _change(form: LogForm, **values: str) -> None:
    """Another value for a field of a form that comes back."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    for name, value in values.items():
        data[name] = value
    form.data = data


def _initial(request: AgentRequest) -> dict[str, object]:
    """The channel of the last entry comes back: a telephone desk logs calls one after the other."""
    asked = request.GET.get("canal", "")
    channel = Channel(asked) if asked in Channel.values else Channel.GUICHET
    return {
        "key": _key_of_ticket(request.GET.get("ticket", "")),
        "phone": request.GET.get("telephone", ""),
        "channel": channel,
        "nature": Nature.INFORMATION,
        "received_on": today_of(request.user.organisation_id, timezone.now()),
        "outcome": Outcome.ANSWERED if channel in ANSWERED_AT_ONCE else Outcome.TO_HANDLE,
    }


def _key_of_ticket(ticket: str) -> uuid.UUID:
    """A demande logged from a ticket of the guichet has its public id: one ticket, one demande."""
    try:
        return uuid.UUID(ticket)
    except ValueError:
        return uuid.uuid4()


def _page(
    request: AgentRequest,
    form: LogForm,
    *,
    proposed: Sequence[AlreadyAsked] = (),
    status: int = 200,
) -> HttpResponse:
    if proposed:
        _change(form, seen="1")
    context = {
        "form": form,
        "channel_icons": CHANNEL_ICONS,
        "asked": proposed,
        "details_open": any(name in form.errors for name in DETAILS),
    }
    return render(request, "contacts/log.html", context, status=status)


def _logged(request: AgentRequest, demande: Demande) -> HttpResponseBase:
    """The page to show next; its address alone to a script that sends what was kept offline."""
    said = _("Contact enregistré pour le service %(service)s, référence %(reference)s.")
    if request.POST.get("attach"):
        said = _("Contact rattaché à la demande %(reference)s, service %(service)s.")
    names = {"service": demande.service.name, "reference": demande.reference}
    messages.success(request, said % names)
    shown = reverse("demande", args=[demande.public_id])
    if not demande.is_open or not works_on(request.user, demande.service):
        shown = f"{reverse('log_contact')}?canal={demande.channel}"
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"location": shown}, status=201)
    return redirect(shown)
