"""« Mes préférences », and the page that a mail leads to for having no more of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from directory import preferences
from directory.context import clothed_as
from directory.forms.preferences import PreferencesForm
from directory.requests import AgentRequest


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AgentRequest) -> HttpResponseBase:
    form = PreferencesForm(
        request.POST if request.method == "POST" else None, instance=request.user
    )
    if form.is_valid():
        preferences.choose(request.user, **form.cleaned_data)
        messages.success(request, _("Préférences enregistrées."))
        return redirect("preferences")
    return render(request, "directory/preferences.html", {"form": form})


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_digest(request: HttpRequest, token: str) -> HttpResponse:
    """Asked for by a POST alone: a mail scanner that opens the link changes nothing.

    No session is used, so a forged request has nothing to borrow; the signed address is the right.
    """
    agent = preferences.agent_who_signed(token)
    if agent is None:
        raise Http404
    if request.method == "POST":
        preferences.stop_digest(agent)
    context = {"stopped": request.method == "POST", **clothed_as(agent.organisation)}
    response = render(request, "directory/digest_stop.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response
