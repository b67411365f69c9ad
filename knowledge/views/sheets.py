"""Answer sheets: the lists, a sheet, writing it, and what keeps it right."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.errors import Refusal
from directory.requests import AgentRequest
from directory.views.doors import done, form_page, sent
from knowledge import actions
from knowledge.access import may_write_sheet, may_write_sheets, sheets_of
from knowledge.forms import ConfirmForm, SheetFilter, SheetForm
from knowledge.forms.sheets import next_review
from knowledge.models import Sheet
from knowledge.models.sheet import SheetQuerySet
from knowledge.queries import matching, uses_of
from knowledge.views.doors import sheet_for, sheet_to_write, this_day

PER_PAGE = 50


@require_safe
def index(request: AgentRequest) -> HttpResponse:
    return _list(request, sheets_of(request.user).current(), view="current")


@require_safe
def to_review(request: AgentRequest) -> HttpResponse:
    """« À revoir » (engagement 16): the reading is past, or the answer, or its owner has left."""
    stale = sheets_of(request.user).current().to_review(on=this_day())
    return _list(request, stale.order_by("review_on", "question", "pk"), view="to_review")


@require_safe
def proposed(request: AgentRequest) -> HttpResponse:
    return _list(request, sheets_of(request.user).proposed(), view="proposed")


def _list(request: AgentRequest, sheets: SheetQuerySet, *, view: str) -> HttpResponse:
    form, today = SheetFilter(request.GET, agent=request.user), this_day()
    page = Paginator(_filtered(sheets, form), PER_PAGE).get_page(request.GET.get("page"))
    shown: SheetQuerySet = page.object_list  # type: ignore[assignment]
    rows = [(sheet, sheet.reasons_to_review(today)) for sheet in shown.for_list(on=today)]
    context = {
        "view": view,
        "form": form,
        "page": page,
        "rows": rows,
        "writes": may_write_sheets(request.user),
    }
    return render(request, "knowledge/sheets.html", context)


def _filtered(sheets: SheetQuerySet, form: SheetFilter) -> SheetQuerySet:
    if not form.is_valid():
        return sheets.none()
    if form.cleaned_data["service"]:
        sheets = sheets.filter(service=form.cleaned_data["service"])
    return matching(sheets, form.cleaned_data["q"])


@require_safe
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    sheet = sheet_for(request.user, public_id)
    return _sheet_page(request, sheet, ConfirmForm(initial={"review_on": next_review(this_day())}))


def _sheet_page(request: AgentRequest, sheet: Sheet, form: ConfirmForm) -> HttpResponse:
    today = this_day()
    versions = sheet.versions.filter(organisation=sheet.organisation_id).select_related("by")
    context = {
        "sheet": sheet,
        "reasons": sheet.reasons_to_review(today) if sheet.is_current else [],
        "uses": uses_of(sheet, today=today),
        "versions": list(versions),
        "may_write": may_write_sheet(request.user, sheet),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "knowledge/sheet.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AgentRequest) -> HttpResponseBase:
    """Writers publish; the others propose, and a writer will read it."""
    publishes, now = may_write_sheets(request.user), timezone.now()
    initial = {"review_on": next_review(this_day())}
    form = SheetForm(sent(request), agent=request.user, initial=initial)

    def create() -> None:
        actions.write(form.instance, by=request.user, at=now, publish=publishes)

    said = _("Fiche publiée.") if publishes else _("Fiche proposée ; un responsable la relira.")
    if done(request, form, create, said):
        return redirect("sheet", form.instance.public_id)
    return form_page(request, "knowledge/sheet_form.html", form, publishes=publishes)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    sheet, now = sheet_to_write(request.user, public_id), timezone.now()
    question = sheet.question
    form = SheetForm(sent(request), instance=sheet, agent=request.user)

    def change() -> None:
        known = form.cleaned_data["known"] or 0
        actions.rewrite(sheet, known=known, by=request.user, at=now)

    if done(request, form, change, _("Fiche enregistrée.")):
        return redirect("sheet", public_id)
    context = {"sheet": sheet, "question": question, "publishes": True}
    return form_page(request, "knowledge/sheet_form.html", form, **context)


@require_POST
def archive(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    sheet = sheet_to_write(request.user, public_id)
    try:
        actions.archive(sheet, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Fiche archivée : elle n’est plus proposée."))
    return redirect("sheet", public_id)


@require_POST
def publish(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    sheet = sheet_to_write(request.user, public_id)
    try:
        actions.publish(sheet, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Fiche publiée."))
    return redirect("sheet", public_id)


@require_POST
def confirm(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    """« Relue ce jour »."""
    sheet = sheet_to_write(request.user, public_id)
    form = ConfirmForm(request.POST)

    def read() -> None:
        data = form.cleaned_data
        actions.confirm(sheet, by=request.user, on=this_day(), review_on=data["review_on"])

    if done(request, form, read, _("Relecture enregistrée.")):
        return redirect("sheet", public_id)
    return _sheet_page(request, sheet, form)
