"""The rooms as those who answer for a service keep them: settings and public links."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.requests import AgentRequest
from directory.views.doors import done, form_page, sent
from waiting import actions
from waiting.access import rooms_of
from waiting.enums import Link
from waiting.forms import RoomForm
from waiting.models import WaitingRoom
from waiting.views.doors import managers_only, room_for

ROUTES = {Link.TABLET: "queue_tablet", Link.SCREEN: "queue_screen"}


@require_safe
@managers_only
def index(request: AgentRequest) -> HttpResponse:
    return render(request, "waiting/rooms.html", {"rooms": rooms_of(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def new(request: AgentRequest) -> HttpResponseBase:
    form = RoomForm(sent(request), agent=request.user)

    def create() -> None:
        actions.save_room(form.instance)

    if done(request, form, create, _("File d’attente créée.")):
        return redirect("queue_room", form.instance.public_id)
    return form_page(request, "waiting/room.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def edit(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    room = room_for(request.user, public_id)
    name, links = room.name, [_link(room, one) for one in Link]
    form = RoomForm(sent(request), instance=room, agent=request.user)

    def change() -> None:
        actions.save_room(room)

    if done(request, form, change, _("File d’attente enregistrée.")):
        return redirect("queue_room", public_id)
    return form_page(request, "waiting/room.html", form, room=room, name=name, links=links)


@require_POST
@managers_only
def renew(request: AgentRequest, public_id: UUID, link: str) -> HttpResponseBase:
    room = room_for(request.user, public_id)
    actions.renew_link(room, _named(link))
    messages.success(request, _("Nouveau lien créé : le précédent ne mène plus nulle part."))
    return redirect("queue_room", public_id)


@require_POST
@managers_only
def revoke(request: AgentRequest, public_id: UUID, link: str) -> HttpResponseBase:
    room = room_for(request.user, public_id)
    actions.revoke_link(room, _named(link))
    messages.success(request, _("Lien retiré : la page ne s’ouvre plus."))
    return redirect("queue_room", public_id)


def _named(link: str) -> Link:
    if link not in Link.values:
        raise Http404
    return Link(link)


def _link(room: WaitingRoom, link: Link) -> dict[str, object]:
    code = room.code_of(link)
    path = reverse(ROUTES[link], args=[code]) if code else ""
    return {"kind": link, "url": f"{settings.PUBLIC_BASE_URL}{path}" if path else ""}
