"""The page of a demande, and what an agent does with it."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts import actions
from contacts.access import may_handle
from contacts.complaints import complaint_of
from contacts.delays import counted_weeks, delays_of
from contacts.enums import Channel, CloseReason, ReplyKind, Told
from contacts.forms import CloseForm, ItemsForm, MessageForm, ReplyForm, TransferForm
from contacts.models import Demande
from contacts.queries import attachments_on, awaits_items, rounds_of, timeline_of, united_with
from contacts.views.acting import instant_at, perform, seen_by, today_at
from contacts.views.doors import demande_for, handlers_only
from contacts.views.leaving import tells_where_it_went
from contacts.views.wording import SEARCHED, filled_form, found_for, is_picking
from directory.requests import AgentRequest
from knowledge.access import chosen_sheets

# Attachments listed on the page itself; a page of their own has them all.
SHOWN = 20


@require_safe
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    demande = demande_for(request.user, public_id)
    today = demande.service.calendar.day_of(timezone.now())
    context = {
        "demande": demande,
        "delays": delays_of(demande, today=today),
        "weeks": counted_weeks(demande, today=today),
        "timeline": timeline_of(demande),
        "attachments": list(attachments_on(demande)[: SHOWN + 1]),
        "shown": SHOWN,
        "duplicates": list(united_with(demande)),
        "rounds": list(rounds_of(demande)),
        "overdue": demande.is_overdue(today),
        "may_handle": may_handle(request.user),
        "complaint": complaint_of(demande),
        "awaits_items": demande.is_open and awaits_items(demande),
        "reply_form": ReplyForm(
            initial=seen_by(demande) | {"channel": demande.channel, "replied_on": today}
        ),
    }
    with timezone.override(demande.service.calendar.zone):
        return render(request, "contacts/demande.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
@tells_where_it_went
def reply(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    initial = seen_by(demande) | {"channel": demande.channel, "replied_on": today_at(demande)}
    asked = request.POST or request.GET
    if is_picking(asked):
        return _picking(request, demande, initial)
    form = ReplyForm(request.POST or None, request.FILES or None, initial=initial)
    return perform(
        request,
        demande,
        form,
        act=_reply,
        template="contacts/reply.html",
        done=_("Réponse enregistrée."),
    )


def _picking(
    request: AgentRequest, demande: Demande, initial: dict[str, object]
) -> HttpResponseBase:
    """A press in « Fiche ou modèle », where no script ran: the same form, nothing sent."""
    asked, now = request.POST or request.GET, timezone.now()
    form = filled_form(asked, demande, by=request.user, now=now, initial=initial)
    context: dict[str, object] = {"demande": demande, "form": form}
    if SEARCHED in asked:
        context |= found_for(request.user, demande, asked.get("q", ""), now)
        context["picker_open"] = True
    return render(request, "contacts/reply.html", context)


def _reply(request: AgentRequest, form: forms.Form, demande: Demande, now: datetime) -> Demande:
    data = form.cleaned_data
    actions.reply(
        demande,
        kind=ReplyKind(data["kind"]),
        by=request.user,
        at=instant_at(demande, data["replied_on"], now),
        now=now,
        text=data["text"],
        channel=Channel(data["channel"]),
        announced_on=data["announced_on"],
        requests_items=data["requests_items"],
        forwarded_to=data["forwarded_to"],
        close_it=not data["keep_open"],
        sheets=chosen_sheets(request.user, data["sheet"]),
        key=data["key"],
        files=data["pieces"],
    )
    return demande


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
@tells_where_it_went
def transfer(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    form = TransferForm(
        request.POST or None,
        agent=request.user,
        usager=demande.usager,
        initial=seen_by(demande),
    )
    return perform(
        request,
        demande,
        form,
        act=_transfer,
        template="contacts/transfer.html",
        done=_("Demande transférée ; son délai continue de courir."),
    )


def _transfer(request: AgentRequest, form: forms.Form, demande: Demande, now: datetime) -> Demande:
    told = form.cleaned_data.get("told")
    actions.transfer(
        demande,
        to_service=form.cleaned_data["to_service"],
        reason=form.cleaned_data["reason"],
        told=Told(told) if told else None,
        by=request.user,
        at=now,
    )
    return demande


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
@tells_where_it_went
def close(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    return perform(
        request,
        demande,
        CloseForm(request.POST or None, initial=seen_by(demande)),
        act=_close,
        template="contacts/close.html",
        done=_("Demande close."),
    )


def _close(request: AgentRequest, form: forms.Form, demande: Demande, now: datetime) -> Demande:
    reason = CloseReason(form.cleaned_data["reason"])
    actions.close(demande, by=request.user, at=now, now=now, reason=reason)
    return demande


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
@tells_where_it_went
def message(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    initial = seen_by(demande) | {"channel": demande.channel, "received_on": today_at(demande)}
    return perform(
        request,
        demande,
        MessageForm(request.POST or None, request.FILES or None, initial=initial),
        act=_message,
        template="contacts/message.html",
        done=_("Message enregistré."),
    )


def _message(request: AgentRequest, form: forms.Form, demande: Demande, now: datetime) -> Demande:
    data = form.cleaned_data
    return actions.record_message(
        demande,
        by=request.user,
        at=instant_at(demande, data["received_on"], now),
        now=now,
        channel=Channel(data["channel"]),
        text=data["text"],
        asks_something=data["asks_something"],
        files=data["pieces"],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
@tells_where_it_went
def items(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    initial = seen_by(demande) | {"received_on": today_at(demande)}
    return perform(
        request,
        demande,
        ItemsForm(request.POST or None, request.FILES or None, initial=initial),
        act=_items,
        template="contacts/items.html",
        done=_("Pièces enregistrées, nouvelle date annoncée."),
    )


def _items(request: AgentRequest, form: forms.Form, demande: Demande, now: datetime) -> Demande:
    data = form.cleaned_data
    actions.receive_items(
        demande,
        by=request.user,
        at=instant_at(demande, data["received_on"], now),
        now=now,
        announced_on=data["announced_on"],
        text=data["text"],
        files=data["pieces"],
    )
    return demande
