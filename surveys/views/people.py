"""What one usager answered, where the survey was announced as nominative, and there alone."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts.views.doors import handlers_only, usager_for
from directory.requests import AgentRequest
from surveys.people import opinions_of
from surveys.views.doors import readers_only


@require_safe
@handlers_only
@readers_only
def answers(request: AgentRequest, public_id: UUID) -> HttpResponse:
    usager = usager_for(request.user, public_id)
    context = {"usager": usager, "opinions": opinions_of(usager, request.user)}
    return render(request, "surveys/usager.html", context)
