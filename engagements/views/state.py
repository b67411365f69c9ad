"""« État » : what an administrateur looks at when a figure surprises."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from directory.requests import AgentRequest
from directory.views.doors import managers_only
from engagements import health, recount


@require_safe
@managers_only
def show(request: AgentRequest) -> HttpResponse:
    now = timezone.now()
    found = health.health(request.user.organisation, now=now)
    context = {
        "health": found,
        "late": found.backlog.is_late(now),
        "minutes": found.backlog.minutes(now),
    }
    return render(request, "engagements/state.html", context)


@require_POST
@managers_only
def try_again(request: AgentRequest) -> HttpResponseBase:
    """What was set aside is tried again by the next worker."""
    count = recount.try_again(request.user.organisation)
    said = ngettext(
        "%(count)s décompte sera repris dans les secondes qui viennent.",
        "%(count)s décomptes seront repris dans les secondes qui viennent.",
        count,
    )
    messages.success(request, said % {"count": count})
    return redirect("state")
