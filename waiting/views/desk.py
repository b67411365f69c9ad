"""The queue as agents work it: give a ticket, call the next person, end."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.enums import Channel
from contacts.views.doors import tell
from directory.access import may_see_figures
from directory.errors import Refusal
from directory.requests import AgentRequest
from waiting import actions
from waiting.access import may_manage_rooms, rooms_of
from waiting.actions.giving import doors_open
from waiting.errors import CounterBusy, NobodyWaits
from waiting.forms import CallForm, GiveForm
from waiting.models import Ticket, WaitingRoom
from waiting.queries import Board, board_of
from waiting.views.doors import handlers_only, room_for, ticket_for

COUNTER = "guichet"  # in the session: said once, kept until the agent logs out


@require_safe
@handlers_only
def index(request: AgentRequest) -> HttpResponseBase:
    """The agent's rooms; the page of the only one opens at once."""
    rooms = list(rooms_of(request.user).in_use())
    if len(rooms) == 1:
        return redirect("queue", rooms[0].public_id)
    context = {"rooms": rooms, "may_manage": may_manage_rooms(request.user)}
    return render(request, "waiting/index.html", context)


@require_safe
@handlers_only
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    return _page(request, room_for(request.user, public_id), timezone.now())


@require_POST
@handlers_only
def give(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    room, now = room_for(request.user, public_id), timezone.now()
    form = GiveForm(request.POST)
    if not form.is_valid():
        return _page(request, room, now, give_form=form)
    try:
        data = form.cleaned_data
        ticket = actions.give(room, at=now, key=data["key"], reason=data["reason"])
    except Refusal as refusal:
        tell(form, refusal)
        return _page(request, room, now, give_form=form)
    messages.success(request, _("Ticket n° %(number)s donné.") % {"number": ticket.number})
    return _back(room, "donner")


@require_POST
@handlers_only
def call_next(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    room, now = room_for(request.user, public_id), timezone.now()
    form = CallForm(request.POST)
    if not form.is_valid():
        return _page(request, room, now, call_form=form)
    request.session[COUNTER] = form.cleaned_data["counter"]
    try:
        ticket = actions.call_next(room, served=form.served(), at=now)
    except (NobodyWaits, CounterBusy) as refusal:
        messages.info(request, str(refusal))
        return _back(room, "appeler")
    said = _("Le n° %(number)s est appelé au guichet %(counter)s.")
    messages.success(request, said % {"number": ticket.number, "counter": ticket.counter})
    return _back(room, "appeler")


@require_POST
@handlers_only
def call_again(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    return _act(request, public_id, actions.call_again, _("Le n° %(number)s est rappelé."))


@require_POST
@handlers_only
def end(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    """With `saisir`, on to the entry screen, which knows the channel and the ticket."""
    back = _act(request, public_id, actions.end, _("Le n° %(number)s est terminé."))
    if "saisir" not in request.POST:
        return back
    query = urlencode({"canal": Channel.GUICHET.value, "ticket": str(public_id)})
    return redirect(f"{reverse('log_contact')}?{query}")


@require_POST
@handlers_only
def gone(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    return _act(request, public_id, actions.gone, _("Le n° %(number)s est noté parti."))


@require_POST
@handlers_only
def put_back(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    said = _("Le n° %(number)s a repris sa place dans la file.")
    return _act(request, public_id, actions.put_back, said)


def _act(
    request: AgentRequest, public_id: UUID, act: Callable[..., None], said: str
) -> HttpResponseBase:
    ticket = ticket_for(request.user, public_id)
    try:
        act(ticket, at=timezone.now())
    except Refusal as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, said % {"number": ticket.number})
    return _back(ticket.room, "appeler")


def _back(room: WaitingRoom, focus: str) -> HttpResponseBase:
    """To the page of the room, on the button that was pressed: the next key acts again."""
    return redirect(f"{reverse('queue', args=[room.public_id])}#{focus}")


def _page(
    request: AgentRequest,
    room: WaitingRoom,
    now: datetime,
    *,
    give_form: GiveForm | None = None,
    call_form: CallForm | None = None,
) -> HttpResponse:
    board = board_of(room, now=now)
    counter = request.session.get(COUNTER, "")
    serving = _served_at(board, counter)
    initial = {"counter": counter, "serving": serving.public_id if serving else None}
    context = {
        "room": room,
        "board": board,
        "serving": serving,
        "counter": counter,
        "doors_open": doors_open(room, now),
        "give_form": give_form or GiveForm(),
        "call_form": call_form or CallForm(initial=initial),
        "may_manage": may_manage_rooms(request.user),
        "may_see_figures": may_see_figures(request.user),
    }
    status = 422 if give_form or call_form else 200
    return render(request, "waiting/queue.html", context, status=status)


def _served_at(board: Board, counter: str) -> Ticket | None:
    return next((one.ticket for one in board.served if one.ticket.counter == counter), None)
