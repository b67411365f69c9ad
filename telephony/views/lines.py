"""Lines: which called number or queue reaches which service."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory.requests import AgentRequest
from directory.views.doors import done, form_page, sent
from telephony import numbers
from telephony.access import lines_of
from telephony.actions.settings import save_line
from telephony.forms.lines import LineForm, as_seconds
from telephony.views.doors import keepers_only, line_for


@require_safe
@keepers_only
def index(request: AgentRequest) -> HttpResponse:
    shown = [
        (line, numbers.shown(line.number), as_seconds(line.ring_ms))
        for line in lines_of(request.user).for_list()
    ]
    return render(request, "telephony/lines.html", {"lines": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_only
def new(request: AgentRequest) -> HttpResponseBase:
    typed = {"number": request.GET.get("numero", "")[:80]}
    form = LineForm(sent(request), organisation=request.user.organisation, initial=typed)
    if done(request, form, lambda: save_line(form.instance), _("Ligne ajoutée.")):
        return redirect("call_lines")
    return form_page(request, "telephony/line_form.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers_only
def edit(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    line = line_for(request.user, public_id)
    name = str(line)
    form = LineForm(sent(request), instance=line, organisation=request.user.organisation)
    if done(request, form, lambda: save_line(line), _("Ligne enregistrée.")):
        return redirect("call_lines")
    return form_page(request, "telephony/line_form.html", form, line=line, name=name)
