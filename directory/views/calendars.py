"""Working calendars: the list, the page of one with its year and its calculator, changes."""

from datetime import date
from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory import actions
from directory.access import calendars_of
from directory.forms.calendars import CalculatorForm, CalendarForm
from directory.models import WorkingCalendar
from directory.opening_hours import week_in_words, week_of, with_hours
from directory.queries import in_tree_order
from directory.requests import AgentRequest
from directory.views.doors import done, form_page, managers_only, sent
from directory.workdays import (
    CountedDay,
    DayOutOfCalendar,
    count_day_by_day,
    nth_working_day,
)
from directory.years import covered_year, weekdays_in_words, year_of

Calculation = tuple[date, list[CountedDay]]


@require_safe
@managers_only
def index(request: AgentRequest) -> HttpResponse:
    calendars = (
        calendars_of(request.user).annotate(service_count=Count("services")).order_by("name")
    )
    lines = [(calendar, weekdays_in_words(calendar)) for calendar in calendars]
    return render(request, "directory/calendars.html", {"lines": lines})


@require_safe
@managers_only
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    calendar = get_object_or_404(calendars_of(request.user), public_id=public_id)
    today = calendar.day_of(timezone.now())
    number = covered_year(request.GET.get("year", ""), today=today)
    asked = request.GET if "days" in request.GET else None
    calculator = CalculatorForm(asked, initial={"received_on": today, "days": 15})
    context = {
        "calendar": calendar,
        "weekdays": weekdays_in_words(calendar),
        "services": [branch.node for branch in in_tree_order(calendar.services.all())],
        "week": week_in_words(week_of(calendar), calendar.weekdays),
        "closings": calendar.closings.order_by("-first_day"),
        "openings": with_hours(calendar.openings.order_by("-day")),
        "year": year_of(calendar, number, today=today),
        "today": today,
        "calculator": calculator,
        "calculation": _calculation(calendar, calculator),
    }
    return render(request, "directory/calendar.html", context)


def _calculation(calendar: WorkingCalendar, form: CalculatorForm) -> Calculation | None:
    """The deadline and how it is counted; a date that no calendar covers is said at its field."""
    if not form.is_bound or not form.is_valid():
        return None
    received = form.cleaned_data["received_on"]
    try:
        deadline = nth_working_day(calendar, received, form.cleaned_data["days"])
    except DayOutOfCalendar as error:
        form.add_error("received_on", str(error))
        return None
    return deadline, count_day_by_day(calendar, received, deadline)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def new(request: AgentRequest) -> HttpResponseBase:
    organisation = request.user.organisation
    form = CalendarForm(sent(request), organisation=organisation)

    def create() -> None:
        actions.open_calendar(
            organisation,
            name=form.cleaned_data["name"],
            territory=form.cleaned_data["territory"],
            time_zone=form.cleaned_data["time_zone"],
            weekday_mask=form.instance.weekday_mask,
            today=timezone.localdate(),
            by=request.user,
            why=form.cleaned_data["why"],
        )

    if done(request, form, create, _("Calendrier créé.")):
        return redirect("calendars")
    return form_page(request, "directory/calendar_form.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def edit(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    calendar = get_object_or_404(calendars_of(request.user), public_id=public_id)
    name = calendar.name
    form = CalendarForm(sent(request), instance=calendar, organisation=request.user.organisation)

    def change() -> None:
        actions.change_calendar(
            calendar,
            today=timezone.localdate(),
            by=request.user,
            why=form.cleaned_data["why"],
        )

    if done(request, form, change, _("Calendrier enregistré ; les délais ont été recomptés.")):
        return redirect("calendar", public_id)
    return form_page(request, "directory/calendar_form.html", form, calendar=calendar, name=name)
