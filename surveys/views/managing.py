"""Surveys as agents keep them: list, page, notice, opening and closing, posters, links."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.access import demandes_of
from contacts.errors import Refusal
from directory.requests import AgentRequest
from surveys import actions
from surveys.access import may_manage_surveys, result_services_of, surveys_of
from surveys.enums import Privacy
from surveys.forms import AdoptForm, AnswerForm, NoticeForm
from surveys.links import qr_drawing, qr_url
from surveys.models import QrCode, Survey
from surveys.queries import posters, survey_for_invitations
from surveys.views.doors import managers_only, readers_only, survey_for


@require_safe
@readers_only
def index(request: AgentRequest) -> HttpResponse:
    surveys = surveys_of(request.user)
    context = {"surveys": surveys, "may_manage": may_manage_surveys(request.user)}
    return render(request, "surveys/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def adopt(request: AgentRequest) -> HttpResponseBase:
    form = AdoptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            survey = actions.adopt_ready_survey(
                request.user.organisation,
                by=request.user,
                at=timezone.now(),
                title=form.cleaned_data["title"],
                privacy=Privacy(form.cleaned_data["privacy"]),
            )
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect("survey", survey.public_id)
    hints = {privacy.value: privacy.said_to_usager for privacy in Privacy}
    status = 422 if form.errors else 200
    return render(request, "surveys/adopt.html", {"form": form, "hints": hints}, status=status)


@require_safe
@readers_only
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    survey = survey_for(request.user, public_id)
    context = {
        "survey": survey,
        "questions": survey.questions.all(),
        "missing": survey.missing(),
        "posters": posters(survey, result_services_of(request.user)),
        "privacy_words": Privacy(survey.privacy).said_to_usager,
        "may_manage": may_manage_surveys(request.user),
    }
    return render(request, "surveys/survey.html", context)


@require_safe
@readers_only
def preview(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """The questions as an usager meets them; nothing can be sent."""
    survey = survey_for(request.user, public_id)
    context = {
        "survey": survey,
        "form": AnswerForm(questions=survey.questions.all()),
        "privacy_words": Privacy(survey.privacy).said_to_usager,
    }
    return render(request, "surveys/preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def notice(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    survey = survey_for(request.user, public_id)
    form = NoticeForm(request.POST or None, instance=survey)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_notice(survey, form.cleaned_data, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("La mention d’information est enregistrée."))
            return redirect("survey", survey.public_id)
    context = {"form": form, "survey": survey}
    return render(request, "surveys/notice.html", context, status=422 if form.errors else 200)


@require_POST
@managers_only
def open_it(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    survey = survey_for(request.user, public_id)
    try:
        actions.open_survey(survey, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("L’enquête est ouverte."))
    return redirect("survey", survey.public_id)


@require_POST
@managers_only
def close_it(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    survey = survey_for(request.user, public_id)
    try:
        actions.close_survey(survey, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("L’enquête est fermée : plus aucune réponse n’est acceptée."))
    return redirect("survey", survey.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@readers_only
def poster(request: AgentRequest, public_id: UUID, service_id: UUID) -> HttpResponseBase:
    """A service's printable poster; a POST makes its QR code, for those who manage surveys."""
    survey = survey_for(request.user, public_id)
    service = get_object_or_404(result_services_of(request.user), public_id=service_id)
    if request.method == "POST":
        return _make_poster(request, survey, service)
    qr = get_object_or_404(QrCode, survey=survey, service=service)
    url = qr_url(qr.code)
    context = {"survey": survey, "service": service, "url": url, "drawing": qr_drawing(url)}
    return render(request, "surveys/poster.html", context)


@managers_only
def _make_poster(request: AgentRequest, survey: Survey, service: Any) -> HttpResponseBase:
    try:
        actions.make_qr(survey, service=service, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.info(request, str(refusal))
    return redirect("survey_poster", survey.public_id, service.public_id)


@require_POST
def invite(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    """A personal link for the usager of a demande; shown now and never again."""
    demande = get_object_or_404(demandes_of(request.user).for_list(), public_id=public_id)
    survey = survey_for_invitations(demande.organisation_id)
    context: dict[str, object] = {"demande": demande, "survey": survey}
    status = 409
    try:
        if survey:
            invited = actions.invite(demande, survey=survey, by=request.user, at=timezone.now())
            status = 200
            context |= {"invited": invited, "drawing": qr_drawing(invited.url)}
    except Refusal as refusal:
        context["refusal"] = str(refusal)
    response = render(request, "surveys/invite.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
