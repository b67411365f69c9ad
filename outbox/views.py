"""« Envois » : what waits to leave, and what an administrateur decides of what could not."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from directory.errors import Refusal
from directory.requests import AgentRequest
from directory.views.doors import managers_only
from outbox import actions
from outbox.access import messages_of
from outbox.models import OutgoingMessage
from outbox.queries import state_of

PER_PAGE = 50


@require_safe
@managers_only
def index(request: AgentRequest) -> HttpResponse:
    now = timezone.now()
    state = state_of(request.user.organisation, now=now)
    aside = messages_of(request.user).set_aside().order_by("-set_aside_at", "-pk")
    context = {
        "state": state,
        "late": state.is_late(now),
        "minutes": state.minutes(now),
        "page": Paginator(aside, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "outbox/index.html", context)


@require_POST
@managers_only
def retry(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    said = _("Ce message repart dans les secondes qui viennent.")
    return _decide(request, public_id, actions.retry, said)


@require_POST
@managers_only
def abandon(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    return _decide(request, public_id, actions.abandon, _("Message abandonné : il ne partira pas."))


# An act on one message, with the present.
Act = Callable[..., None]


def _decide(request: AgentRequest, public_id: UUID, act: Act, said: str) -> HttpResponseBase:
    message: OutgoingMessage = get_object_or_404(messages_of(request.user), public_id=public_id)
    now: datetime = timezone.now()
    try:
        act(message, now=now)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("outbox")


@require_POST
@managers_only
def retry_all(request: AgentRequest) -> HttpResponseBase:
    count = actions.retry_all(request.user.organisation, now=timezone.now())
    said = ngettext(
        "%(count)s message repart dans les secondes qui viennent.",
        "%(count)s messages repartent dans les minutes qui viennent.",
        count,
    )
    messages.success(request, said % {"count": count})
    return redirect("outbox")
