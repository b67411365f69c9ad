"""Attachments of a demande: added, listed, given back, taken away."""

import logging
from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts import actions
from contacts.access import attachments_of, may_handle
from contacts.attachments import storage
from contacts.forms import AttachForm
from contacts.models import Demande
from contacts.queries import attachments_on
from contacts.views.acting import perform
from contacts.views.doors import demande_for, handlers_only
from contacts.views.leaving import tells_where_it_went
from directory.requests import AgentRequest

logger = logging.getLogger(__name__)
PER_PAGE = 50
# Nothing that was sent to us runs here, should a browser open it all the same.
SANDBOX = "sandbox; default-src 'none'"


@require_safe
def index(request: AgentRequest, public_id: UUID) -> HttpResponse:
    demande = demande_for(request.user, public_id)
    page = Paginator(attachments_on(demande), PER_PAGE).get_page(request.GET.get("page"))
    context = {"demande": demande, "page": page, "may_handle": may_handle(request.user)}
    return render(request, "contacts/attachments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@handlers_only
@tells_where_it_went
def new(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    demande = demande_for(request.user, public_id)
    return perform(
        request,
        demande,
        AttachForm(request.POST or None, request.FILES or None),
        act=_attach,
        template="contacts/attach.html",
        done=_("Pièces jointes enregistrées."),
    )


def _attach(request: AgentRequest, form: forms.Form, demande: Demande, now: datetime) -> Demande:
    actions.attach(demande, form.cleaned_data["pieces"], by=request.user, at=now)
    return demande


@require_safe
def show(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    """Always a download, under the name it came with: never a page of ours."""
    attachment = get_object_or_404(attachments_of(request.user), public_id=public_id)
    if not attachment.is_readable:
        raise PermissionDenied
    try:
        file = storage.read(attachment.stored_as)
    except FileNotFoundError as error:
        logger.exception("attachment %s has lost its file", attachment.public_id)
        raise Http404 from error
    response = FileResponse(
        file, as_attachment=True, filename=attachment.name, content_type=attachment.media_type
    )
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@handlers_only
def remove(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    attachment = get_object_or_404(attachments_of(request.user), public_id=public_id)
    actions.detach(attachment, by=request.user, at=timezone.now())
    messages.success(request, _("Pièce jointe retirée : %(name)s.") % {"name": attachment.name})
    # A duplicate may be in a service that this agent does not see.
    shown = attachment.demande.united_with or attachment.demande
    return redirect("demande_attachments", shown.public_id)
