"""Incoming calls: the exchange's signed webhook, and the banner of the agents who asked for it."""

import json
import re
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from directory.requests import AgentRequest
from telephony import signing
from telephony.actions.incoming import Ringing, announce
from telephony.errors import AlreadyTold, Refusal
from telephony.limits import is_flooding
from telephony.models import TelephonySetting
from telephony.ringing import ringing_for
from telephony.views.doors import loggers_only

LARGEST_BODY = 4096
# A message older or further ahead than this is refused: clocks differ, replays are late.
WINDOW = timedelta(minutes=5)
EPOCH = re.compile(r"\d{10}", re.ASCII)
# The banner is a choice of this agent on this computer, for this session.
FOLLOWS = "incoming_calls"


@login_not_required
@csrf_exempt
@require_POST
def webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponseBase:
    """Signature first: nothing of a message that is not signed is read or told."""
    now = timezone.now()
    if is_flooding(str(webhook_id), _address(request), at=now):
        return _told(_("Trop d’appels annoncés en une minute."), status=429)
    setting = get_object_or_404(TelephonySetting.objects.all(), webhook_id=webhook_id)
    body = _body(request)
    if body is None:
        return _told(_("Message de plus de 4 Ko."), status=413)
    signature = _checked_signature(request, setting, body, now)
    if not signature:
        return _told(_("Signature absente, fausse ou trop ancienne."), status=403)
    return _announced(setting, body, signature, now)


def _address(request: HttpRequest) -> str:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def _body(request: HttpRequest) -> bytes | None:
    """The bytes, unless the sender says or shows that there are too many."""
    length = request.headers.get("Content-Length", "0")
    if not length.isdecimal() or int(length[:12] or 0) > LARGEST_BODY:
        return None
    try:
        body = request.body
    except RequestDataTooBig:
        return None
    return body if len(body) <= LARGEST_BODY else None


def _checked_signature(
    request: HttpRequest, setting: TelephonySetting, body: bytes, now: datetime
) -> str:
    """The signature when it is right and fresh, else nothing."""
    timestamp = request.headers.get("X-Marianne-Timestamp", "")
    given = request.headers.get("X-Marianne-Signature", "")
    if not setting.webhook_salt or not EPOCH.fullmatch(timestamp):
        return ""
    secret = signing.secret_of(setting.organisation_id, setting.webhook_salt)
    if not signing.is_signed(given, secret, timestamp, body):
        return ""
    age = abs(now.timestamp() - int(timestamp))
    return given.removeprefix(signing.PREFIX) if age <= WINDOW.total_seconds() else ""


def _announced(
    setting: TelephonySetting, body: bytes, signature: str, now: datetime
) -> HttpResponseBase:
    ringing = _ringing(body)
    if ringing is None:
        return _told(_('Attendu : {"caller": "…", "called": "…"}.'), status=422)
    try:
        announce(ringing, setting, signature=signature, now=now)
    except AlreadyTold as refusal:
        return _told(str(refusal), status=409)
    except Refusal as refusal:
        return _told(str(refusal), status=422)
    return JsonResponse({"status": "ok"}, status=201)


def _ringing(body: bytes) -> Ringing | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    caller, called = told.get("caller", ""), told.get("called")
    if not isinstance(caller, str) or not isinstance(called, str) or not called.strip():
        return None
    return Ringing(caller, called)


def _told(message: str, *, status: int) -> JsonResponse:
    return JsonResponse({"error": message}, status=status)


@require_safe
@loggers_only
def now_ringing(request: AgentRequest) -> HttpResponse:
    """What the banner holds, asked every few seconds; it writes nothing, not even the session."""
    calls = ringing_for(request.user, now=timezone.now())
    response = render(request, "telephony/_ringing.html", {"calls": calls})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@loggers_only
def follow(request: AgentRequest) -> HttpResponseBase:
    """Turn the banner on or off, on this computer."""
    wanted = request.POST.get("follow") == "on"
    if wanted:
        request.session[FOLLOWS] = True
        messages.success(request, _("Les appels entrants de vos services s’afficheront ici."))
    else:
        request.session.pop(FOLLOWS, None)
        messages.success(request, _("Les appels entrants ne s’affichent plus."))
    return redirect("calls")
