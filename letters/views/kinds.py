"""Bringing in kinds of letters as motifs, from a file."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from contacts.intake.errors import Unusable
from directory.requests import AgentRequest
from letters.forms.uploads import KindsForm
from letters.kinds import Report, bring_in_kinds, read_kinds
from letters.register.uploads import on_disk
from letters.views.doors import managers_only


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def bring_in(request: AgentRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _page(request, KindsForm())
    form = KindsForm(request.POST, request.FILES)
    report = _brought_in(request, form) if form.is_valid() else None
    return _page(request, form, report)


def _brought_in(request: AgentRequest, form: KindsForm) -> Report | None:
    try:
        with on_disk(form.cleaned_data["file"].name, form.content) as path:
            kinds, refused = read_kinds(path)
    except Unusable as error:
        form.add_error("file", ValidationError(str(error)))
        return None
    return bring_in_kinds(
        request.user.organisation,
        kinds,
        refused,
        by=request.user,
        dry_run=form.cleaned_data["dry_run"],
    )


def _page(request: AgentRequest, form: KindsForm, report: Report | None = None) -> HttpResponse:
    context = {"form": form, "report": report}
    wrong = form.is_bound and report is None
    return render(request, "letters/kinds.html", context, status=422 if wrong else 200)
