"""Logging a contact: the screen agents live in."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.actions import log_contact
from contacts.enums import Channel, Nature
from contacts.errors import KeyTaken, Refusal
from contacts.forms import LogForm, Outcome
from contacts.models import Demande
from contacts.queries import today_of
from contacts.views.doors import handlers_only, tell
from directory.access import works_on
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


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
def log(request: AgentRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _page(request, LogForm(agent=request.user, initial=_initial(request)))
    form = LogForm(request.POST, agent=request.user)
    if form.is_valid():
        intake, now = form.intake(), timezone.now()
        try:
            demande = log_contact(
                intake, organisation=intake.service.organisation, by=request.user, now=now
            )
        except KeyTaken as refusal:
            # Sent again as it stands, it is a new entry.
            data = request.POST.copy()
            data["key"] = str(uuid.uuid4())
            form.data = data
            tell(form, refusal)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            return _logged(request, demande)
    return _page(request, form, status=422)


def _initial(request: AgentRequest) -> dict[str, object]:
    """The channel of the last entry comes back: a telephone desk logs calls one after the other."""
    asked = request.GET.get("canal", "")
    channel = Channel(asked) if asked in Channel.values else Channel.GUICHET
    return {
        "channel": channel,
        "nature": Nature.INFORMATION,
        "received_on": today_of(request.user.organisation_id, timezone.now()),
        "outcome": Outcome.ANSWERED if channel in ANSWERED_AT_ONCE else Outcome.TO_HANDLE,
    }


def _page(request: AgentRequest, form: LogForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "channel_icons": CHANNEL_ICONS}
    return render(request, "contacts/log.html", context, status=status)


def _logged(request: AgentRequest, demande: Demande) -> HttpResponseBase:
    message = _("Contact enregistré pour le service %(service)s, référence %(reference)s.") % {
        "service": demande.service.name,
        "reference": demande.reference,
    }
    messages.success(request, message)
    if not demande.is_open or not works_on(request.user, demande.service):
        return redirect(f"{reverse('log_contact')}?canal={demande.channel}")
    return redirect("demande", demande.public_id)
