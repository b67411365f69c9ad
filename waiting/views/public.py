"""The pages of a room that open by a secret link: the tablet's and the screen's. No name on any."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from directory.context import clothed_as
from directory.errors import Refusal
from directory.views.links import open_by_link
from waiting import actions
from waiting.access import room_behind
from waiting.actions.giving import doors_open
from waiting.enums import Link, Reason
from waiting.errors import TooManyTickets
from waiting.estimates import estimated_wait, people_before
from waiting.forms import TakeForm
from waiting.models import Ticket, WaitingRoom
from waiting.queries import board_of, calls_of


def _unknown(request: HttpRequest, *, status: int = 404) -> HttpResponseBase:
    return render(request, "waiting/public/unknown.html", status=status)


public_page = open_by_link(lambda request: _unknown(request, status=403))


@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def tablet(request: HttpRequest, code: str) -> HttpResponseBase:
    room = room_behind(Link.TABLET, code)
    if room is None:
        return _unknown(request)
    if request.method != "POST":
        return _tablet_page(request, room)
    form, now = TakeForm(request.POST), timezone.now()
    if not form.is_valid():
        return _tablet_page(request, room, status=422)
    data = form.cleaned_data
    try:
        ticket = actions.take_at_tablet(room, at=now, key=data["key"], reason=data["reason"])
    except Refusal as refusal:
        status = 429 if isinstance(refusal, TooManyTickets) else 409
        return _tablet_page(request, room, refusal=str(refusal), status=status)
    return redirect("queue_tablet_ticket", room.tablet_code, ticket.public_id)


def _tablet_page(
    request: HttpRequest, room: WaitingRoom, *, refusal: str = "", status: int = 200
) -> HttpResponseBase:
    now = timezone.now()
    board = board_of(room, now=now)
    context = {
        **clothed_as(room.organisation),
        "room": room,
        "form": TakeForm(),
        "reasons": Reason.choices,
        "refusal": refusal,
        "wrong": status == 422,
        "doors_open": doors_open(room, now),
        "waiting_count": board.waiting_count,
        "estimate": board.estimate,
    }
    return render(request, "waiting/public/tablet.html", context, status=status)


@require_safe
@public_page
def tablet_ticket(request: HttpRequest, code: str, ticket: UUID) -> HttpResponseBase:
    """The number and the estimated wait; nothing of it is kept by the tablet."""
    room, now = room_behind(Link.TABLET, code), timezone.now()
    if room is None:
        return _unknown(request)
    found = Ticket.objects.of_room(room, room.today(now)).filter(public_id=ticket).first()
    if found is None:
        return _unknown(request)
    found.room = room
    before = people_before(found)
    context = {
        **clothed_as(room.organisation),
        "room": room,
        "ticket": found,
        # Without its zone, or the page would show it in that of the server.
        "arrived_at": timezone.make_naive(found.arrived_at, room.service.calendar.zone),
        "before": before,
        "estimate": estimated_wait(room, before, now=now),
    }
    return render(request, "waiting/public/ticket.html", context)


@require_safe
@public_page
def screen(request: HttpRequest, code: str) -> HttpResponseBase:
    room, now = room_behind(Link.SCREEN, code), timezone.now()
    if room is None:
        return _unknown(request)
    context = {
        **clothed_as(room.organisation),
        "room": room,
        "calls": calls_of(room, now=now),
        "doors_open": doors_open(room, now),
    }
    return render(request, "waiting/public/screen.html", context)
