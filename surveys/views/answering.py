"""The pages on which usagers answer, by personal link or by QR code. GET records nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase, UnreadablePostError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from contacts.errors import Refusal
from directory.models import Service
from surveys.access import invitation_of, qr_code_of
from surveys.actions import answer_invitation, answer_qr
from surveys.answers import Submission, Value, given_by
from surveys.enums import LinkState, Privacy
from surveys.forms import AnswerForm, as_typed
from surveys.limits import is_flooding
from surveys.models import AnswerSheet, Invitation, QrCode, Survey
from surveys.views.public import public_page, public_render, speaking, told

# Gone for good, or not there (yet): the same page is kind in both cases.
STATUSES = {LinkState.NOT_YET: 404, LinkState.CLOSED: 410, LinkState.EXPIRED: 410}


@dataclass(frozen=True)
class Questionnaire:
    """What is asked, to whom it says it, and what becomes of the answers."""

    survey: Survey
    service: Service
    privacy: Privacy
    language: str
    done_url: str
    record: Callable[[Submission], AnswerSheet]
    given: dict[str, Value] = field(default_factory=dict)
    corrects: bool = False


@public_page
def by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    invitation = invitation_of(token)
    if invitation is None:
        return told(request, "unknown", status=404)
    with speaking(request, invitation.survey) as language:
        return _invited(request, invitation, token=token, language=language, at=timezone.now())


def _invited(
    request: HttpRequest, invitation: Invitation, *, token: str, language: str, at: datetime
) -> HttpResponseBase:
    state = invitation.state(at)
    if state in STATUSES:
        return _closed_door(request, state, invitation)
    corrects = state == LinkState.CORRECTABLE and _wants_to_correct(request)
    if state != LinkState.READY and not corrects:
        return _thanks(request, invitation, state, at=at)
    return _ask(
        request,
        Questionnaire(
            survey=invitation.survey,
            service=invitation.service.standing,
            privacy=Privacy(invitation.survey.privacy),
            language=language,
            done_url=_with_language(reverse("survey_answer", args=[token]), request),
            record=lambda submission: answer_invitation(invitation, submission, at=at),
            given=given_by(invitation.sheet.pk) if corrects else {},
            corrects=corrects,
        ),
    )


def _wants_to_correct(request: HttpRequest) -> bool:
    return request.method == "POST" or "corriger" in request.GET


def _closed_door(
    request: HttpRequest, state: LinkState, door: Invitation | QrCode
) -> HttpResponseBase:
    """Not open yet, closed or expired: said with the way to reach the service all the same."""
    context = {"survey": door.survey, "service": door.service, "door": door}
    return told(request, state.value, status=STATUSES[state], **context)


def _thanks(
    request: HttpRequest, invitation: Invitation, state: LinkState, *, at: datetime
) -> HttpResponseBase:
    """Answers sent after the correction window are refused, without a reproach."""
    sheet = getattr(invitation, "sheet", None)
    return told(
        request,
        "thanks",
        status=409 if request.method == "POST" else 200,
        survey=invitation.survey,
        too_late=request.method == "POST",
        until=sheet.correctable_until if state == LinkState.CORRECTABLE and sheet else None,
        anonymous=sheet is None,
        correct_url="?" + urlencode({"corriger": 1, "langue": translation.get_language()}),
    )


@public_page
def by_qr(request: HttpRequest, code: str) -> HttpResponseBase:
    qr = qr_code_of(code)
    if qr is None:
        return told(request, "unknown", status=404)
    with speaking(request, qr.survey) as language:
        return _passing_by(request, qr, language=language, at=timezone.now())


def _passing_by(
    request: HttpRequest, qr: QrCode, *, language: str, at: datetime
) -> HttpResponseBase:
    state = qr.state()
    if state in STATUSES:
        return _closed_door(request, state, qr)
    address = _address(request)
    if request.method == "POST" and address and is_flooding(address, at=at):
        response = told(request, "flood", status=429, survey=qr.survey)
        response["Retry-After"] = "3600"
        return response
    return _ask(
        request,
        Questionnaire(
            survey=qr.survey,
            service=qr.service.standing,
            privacy=qr.privacy,
            language=language,
            done_url=_with_language(reverse("survey_qr_thanks", args=[qr.code]), request),
            record=lambda submission: answer_qr(qr, submission, at=at),
        ),
    )


@public_page
def qr_thanks(request: HttpRequest, code: str) -> HttpResponseBase:
    qr = qr_code_of(code)
    if qr is None:
        return told(request, "unknown", status=404)
    with speaking(request, qr.survey):
        return told(request, "thanks", survey=qr.survey, anonymous=True)


def _ask(request: HttpRequest, asked: Questionnaire) -> HttpResponseBase:
    """Form → action → redirect; what cannot be recorded comes back with everything typed."""
    form = AnswerForm(questions=asked.survey.asked(), initial=_initial(asked))
    if request.method == "POST":
        try:
            form = AnswerForm(request.POST, questions=asked.survey.asked())
        except (SuspiciousOperation, UnreadablePostError):
            return told(request, "too_big", status=413, survey=asked.survey)
        if form.is_valid() and _recorded(asked, form):
            return redirect(asked.done_url)
    context = {"form": form, "asked": asked, "survey": asked.survey, "language": asked.language}
    status = 422 if form.errors else 200
    return public_render(request, "surveys/public/form.html", context, status=status)


def _initial(asked: Questionnaire) -> dict[str, object]:
    version = asked.survey.notice.version if asked.survey.notice else None
    return {"_notice": version, **as_typed(asked.given)}


def _recorded(asked: Questionnaire, form: AnswerForm) -> bool:
    try:
        asked.record(form.submission(asked.language))
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True


def _with_language(url: str, request: HttpRequest) -> str:
    """The language chosen on the page goes on to the next one."""
    chosen = request.GET.get("langue", "")
    return f"{url}?langue={chosen}" if chosen.isalpha() and chosen.isascii() else url


def _address(request: HttpRequest) -> str:
    """The client's address as the login judges it, trusted proxies included; empty if unknown."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""
