"""Importing call records in the browser: deposit, look, confirm."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.views.doors import tell
from directory.requests import AgentRequest
from telephony.access import may_keep_lines, records_of
from telephony.actions.importing import confirm, deposit, drop, look_at, sent_of
from telephony.errors import Refusal
from telephony.forms.records import RecordForm
from telephony.models import RecordFile
from telephony.views.doors import importers_only, record_for

PER_PAGE = 50
# What a page tells of a file; the counts are of all of it.
SHOWN_BROKEN, SHOWN_NUMBERS = 200, 30


@require_safe
@importers_only
def index(request: AgentRequest) -> HttpResponse:
    records = records_of(request.user).select_related("uploaded_by").order_by("-uploaded_at", "-pk")
    page = Paginator(records, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "telephony/records.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@importers_only
def new(request: AgentRequest) -> HttpResponseBase:
    if request.method != "POST":
        return render(request, "telephony/record_form.html", {"form": RecordForm()})
    form = RecordForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            file = deposit(
                form.sent(), request.user.organisation, by=request.user, now=timezone.now()
            )
        except Refusal as refusal:
            tell(form, refusal)
        else:
            return redirect("call_record", file.public_id)
    return render(request, "telephony/record_form.html", {"form": form}, status=422)


@require_safe
@importers_only
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """What the file would do, or what it did."""
    file = record_for(request.user, public_id)
    if file.imported_at:
        return render(request, "telephony/record_done.html", {"file": file})
    return render(request, "telephony/record.html", _preview(request, file))


def _preview(request: AgentRequest, file: RecordFile) -> dict[str, object]:
    placed = look_at(sent_of(file), request.user.organisation, now=timezone.now())
    return {
        "file": file,
        "placed": placed,
        "broken": placed.broken[:SHOWN_BROKEN],
        "broken_count": len(placed.broken),
        "new_count": len(placed.new),
        "services": sorted(placed.by_service.items()),
        "numbers": placed.other_lines.most_common(SHOWN_NUMBERS),
        "may_keep_lines": may_keep_lines(request.user),
    }


@require_POST
@importers_only
def confirm_one(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    file = record_for(request.user, public_id)
    try:
        placed = confirm(file, by=request.user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("Relevé importé : %(count)d appels repris.") % {"count": len(placed.new)}
        messages.success(request, said)
    return redirect("call_record", file.public_id)


@require_POST
@importers_only
def drop_one(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    file = record_for(request.user, public_id)
    try:
        drop(file)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("call_record", file.public_id)
    messages.success(request, _("Relevé abandonné : rien n’a été enregistré."))
    return redirect("call_records")
