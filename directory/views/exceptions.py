"""Days that leave the rule of a calendar: closings and exceptional openings, added and removed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from directory import actions
from directory.access import calendars_of, closings_of, openings_of
from directory.forms.calendars import ClosingForm, OpeningForm
from directory.models import Closing, ExceptionalOpening
from directory.requests import AgentRequest
from directory.views.doors import done, form_page, managers_only, sent


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def add_closing(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    calendar = get_object_or_404(calendars_of(request.user), public_id=public_id)
    today = timezone.localdate()
    form = ClosingForm(sent(request), calendar=calendar, today=today)

    def close() -> None:
        data = form.cleaned_data
        actions.close_days(
            calendar,
            first=data["first_day"],
            last=data["last_day"],
            label=data["label"],
            today=today,
            by=request.user,
        )

    if done(request, form, close, _("Fermeture ajoutée ; les délais ont été recomptés.")):
        return redirect("calendar", public_id)
    return form_page(request, "directory/closing_form.html", form, calendar=calendar)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def add_opening(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    calendar = get_object_or_404(calendars_of(request.user), public_id=public_id)
    today = timezone.localdate()
    form = OpeningForm(sent(request), calendar=calendar, today=today)

    def open_it() -> None:
        actions.open_day(calendar, **form.cleaned_data, today=today, by=request.user)

    if done(request, form, open_it, _("Ouverture ajoutée ; les délais ont été recomptés.")):
        return redirect("calendar", public_id)
    return form_page(request, "directory/opening_form.html", form, calendar=calendar)


@require_POST
@managers_only
def remove_closing(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    closing = get_object_or_404(closings_of(request.user), public_id=public_id)
    return _remove(request, closing, _("Fermeture retirée ; les délais ont été recomptés."))


@require_POST
@managers_only
def remove_opening(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    opening = get_object_or_404(openings_of(request.user), public_id=public_id)
    return _remove(request, opening, _("Ouverture retirée ; les délais ont été recomptés."))


def _remove(
    request: AgentRequest, exception: Closing | ExceptionalOpening, said: str
) -> HttpResponseBase:
    actions.cancel_exception(exception, today=timezone.localdate(), by=request.user)
    messages.success(request, said)
    return redirect("calendar", exception.calendar.public_id)
