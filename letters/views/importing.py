"""The assistant that brings in an existing register: file, columns, dry run, confirmation."""

from uuid import UUID

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.errors import Refusal
from contacts.intake.errors import Unusable
from directory.requests import AgentRequest
from letters.access import register_files_of
from letters.actions.importing import bring_in_file, keep_file, try_file
from letters.forms.importing import MappingForm, columns_of
from letters.forms.uploads import FileForm
from letters.models import RegisterFile
from letters.register.bringing_in import Outcome
from letters.register.uploads import on_disk, open_file
from letters.views.doors import managers_only


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def send(request: AgentRequest) -> HttpResponseBase:
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        name = form.cleaned_data["file"].name
        file = keep_file(name, form.content, by=request.user, now=timezone.now())
        return redirect("letters_import_file", file.public_id)
    status = 422 if form.is_bound else 200
    return render(request, "letters/import_send.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def assistant(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    file = _file(request, public_id)
    if file.brought_in_at:
        return render(request, "letters/import_done.html", {"file": file})
    try:
        form = _form(request, file)
        outcome = None
        if form.is_bound and form.is_valid():
            outcome = try_file(file, form.mapping(), now=timezone.now())
    except Unusable as error:
        return _unusable(request, str(error))
    return _page(request, file, form, outcome)


@require_POST
@managers_only
def confirm(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    file = _file(request, public_id)
    if not file.mapping:
        messages.error(request, _("Dites d’abord ce que sont les colonnes, puis vérifiez."))
        return redirect("letters_import_file", public_id)
    try:
        bring_in_file(file, now=timezone.now())
    except (Refusal, Unusable) as refusal:
        messages.error(request, str(refusal))
    except DatabaseError:
        messages.error(
            request, _("La base a refusé ce registre, rien n’est entré : vérifiez-le à nouveau.")
        )
    return redirect("letters_import_file", public_id)


def _file(request: AgentRequest, public_id: UUID) -> RegisterFile:
    files = register_files_of(request.user).select_related("organisation")
    return get_object_or_404(files, public_id=public_id)


def _form(request: AgentRequest, file: RegisterFile) -> MappingForm:
    with on_disk(file.name, bytes(file.content)) as path:
        columns = columns_of(open_file(path))
    data = request.POST if request.method == "POST" else None
    return MappingForm(data, columns=columns, agent=request.user)


def _page(
    request: AgentRequest, file: RegisterFile, form: MappingForm, outcome: Outcome | None
) -> HttpResponse:
    context = {"file": file, "form": form, "outcome": outcome}
    wrong = form.is_bound and outcome is None
    return render(request, "letters/import_file.html", context, status=422 if wrong else 200)


def _unusable(request: AgentRequest, why: str) -> HttpResponse:
    """The file can no longer be used as it was understood: back to the first step."""
    context = {"form": FileForm(), "why": why}
    return render(request, "letters/import_send.html", context, status=422)
