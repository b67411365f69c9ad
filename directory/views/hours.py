"""Opening hours of a calendar: one line a day, with the week they make."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory import actions
from directory.access import calendars_of
from directory.forms.calendars import HoursForm
from directory.models import WorkingCalendar
from directory.opening_hours import week_in_words, week_of
from directory.requests import AgentRequest
from directory.views.doors import done, managers_only, sent


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def edit(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    calendar = get_object_or_404(calendars_of(request.user), public_id=public_id)
    form = HoursForm(sent(request), calendar=calendar)
    only_shown = "preview" in request.POST

    def change() -> None:
        actions.set_hours(calendar, form.week, by=request.user, why=form.cleaned_data["why"])

    if not only_shown and done(request, form, change, _("Horaires enregistrés.")):
        return redirect("calendar", public_id)
    if only_shown and form.is_valid():
        return _page(request, calendar, form, status=200)
    return _page(request, calendar, form, status=422 if form.is_bound else 200)


def _page(
    request: AgentRequest, calendar: WorkingCalendar, form: HoursForm, *, status: int
) -> HttpResponse:
    """The form, and below it the week as it was typed, or as it is stored."""
    week = form.week if form.is_bound else week_of(calendar)
    refused = [day for day in WEEKDAYS if f"day_{day}" in form.errors]
    context = {
        "form": form,
        "calendar": calendar,
        "week": week_in_words(week, calendar.weekdays, refused),
    }
    return render(request, "directory/hours_form.html", context, status=status)
