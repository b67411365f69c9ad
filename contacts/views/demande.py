"""The page of a demande, and what an agent does with it."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts import actions
from contacts.access import demandes_of, may_handle
from contacts.complaints import complaint_of
from contacts.delays import counted_weeks, delays_of
from contacts.enums import Channel, CloseReason, ReplyKind
from contacts.errors import Refusal
from contacts.forms import CloseForm, ItemsForm, MessageForm, ReplyForm, TransferForm
from contacts.models import Demande
from contacts.queries import awaits_items, rounds_of, timeline_of
from contacts.views.doors import demande_for, handlers_only, tell
from contacts.views.wording import SEARCHED, filled_form, found_for, is_picking
from directory.requests import AgentRequest
from knowledge.access import chosen_sheets


@require_safe
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    demande = demande_for(request.user, public_id)
    today = demande.service.calendar.day_of(timezone.now())
    context = {
        "demande": demande,
        "delays": delays_of(demande, today=today),
        "weeks": counted_weeks(demande, today=today),
        "timeline": timeline_of(demande),
        "rounds": list(rounds_of(demande)),
        "overdue": demande.is_overdue(today),
        "may_handle": may_handle(request.user),
        "complaint": complaint_of(demande),
        "awaits_items": demande.is_open and awaits_items(demande),
        "reply_form": ReplyForm(initial={"channel": demande.channel, "replied_on": today}),
    }
    with timezone.override(demande.service.calendar.zone):
        return render(request, "contacts/demande.html", context)


# An act receives the valid form, the demande, the present and its day for dating, and answers with
# the demande to show next.
Act = Callable[[AgentRequest, forms.Form, Demande, datetime], Demande]


def _perform(
    request: AgentRequest,
    demande: Demande,
    form: forms.Form,
    *,
    act: Act,
    template: str,
    done: str,
) -> HttpResponseBase:
    """Form → action → redirect; a refusal comes back at its field with everything typed."""
    if request.method == "POST" and form.is_valid():
        try:
            shown = act(request, form, demande, timezone.now())
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, done)
            return _next_page(request, shown)
    context = {"demande": demande, "form": form}
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _next_page(request: AgentRequest, demande: Demande) -> HttpResponseBase:
    """The demande, or the list when it has left the agent's services."""
    if demandes_of(request.user).filter(pk=demande.pk).exists():
        return redirect("demande", demande.public_id)
    return redirect("to_handle")


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
def reply(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    initial: dict[str, object] = {"channel": demande.channel, "replied_on": _today(demande)}
    asked = request.POST or request.GET
    if is_picking(asked):
        return _picking(request, demande, initial)
    form = ReplyForm(request.POST or None, initial=initial)
    return _perform(
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
        at=_instant(demande, data["replied_on"], now),
        now=now,
        text=data["text"],
        channel=Channel(data["channel"]),
        announced_on=data["announced_on"],
        requests_items=data["requests_items"],
        forwarded_to=data["forwarded_to"],
        close_it=not data["keep_open"],
        sheets=chosen_sheets(request.user, data["sheet"]),
        key=data["key"],
    )
    return demande


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
def transfer(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    return _perform(
        request,
        demande,
        TransferForm(request.POST or None, agent=request.user),
        act=_transfer,
        template="contacts/transfer.html",
        done=_("Demande transférée ; son délai continue de courir."),
    )


def _transfer(request: AgentRequest, form: forms.Form, demande: Demande, now: datetime) -> Demande:
    actions.transfer(
        demande,
        to_service=form.cleaned_data["to_service"],
        reason=form.cleaned_data["reason"],
        by=request.user,
        at=now,
    )
    return demande


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
def close(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    return _perform(
        request,
        demande,
        CloseForm(request.POST or None),
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
def message(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    initial = {"channel": demande.channel, "received_on": _today(demande)}
    return _perform(
        request,
        demande,
        MessageForm(request.POST or None, initial=initial),
        act=_message,
        template="contacts/message.html",
        done=_("Message enregistré."),
    )


def _message(request: AgentRequest, form: forms.Form, demande: Demande, now: datetime) -> Demande:
    data = form.cleaned_data
    return actions.record_message(
        demande,
        by=request.user,
        at=_instant(demande, data["received_on"], now),
        now=now,
        channel=Channel(data["channel"]),
        text=data["text"],
        asks_something=data["asks_something"],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
def items(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    return _perform(
        request,
        demande,
        ItemsForm(request.POST or None, initial={"received_on": _today(demande)}),
        act=_items,
        template="contacts/items.html",
        done=_("Pièces enregistrées, nouvelle date annoncée."),
    )


def _items(request: AgentRequest, form: forms.Form, demande: Demande, now: datetime) -> Demande:
    data = form.cleaned_data
    actions.receive_items(
        demande,
        by=request.user,
        at=_instant(demande, data["received_on"], now),
        now=now,
        announced_on=data["announced_on"],
        text=data["text"],
    )
    return demande


def _today(demande: Demande) -> date:
    return demande.service.calendar.day_of(timezone.now())


def _instant(demande: Demande, day: date, now: datetime) -> datetime:
    return actions.instant_on(day, demande.service.calendar, after=demande.received_at, now=now)
