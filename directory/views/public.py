"""Pages open to everyone: is the product up, how accessible it is, who answers for it."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directory.access import contacts_shown_to_all, organisation_shown_to
from directory.context import clothed_as


@login_not_required
@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """For the supervisor: « ok » when the database answers. Redis may be away, work goes on."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database unreachable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return _statement(request, "legal/accessibility.html")


@login_not_required
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    return _statement(request, "legal/legal.html")


def _statement(request: HttpRequest, template: str) -> HttpResponse:
    organisation = organisation_shown_to(request.user)
    context: dict[str, object] = {}
    if organisation:
        contacts = contacts_shown_to_all(organisation)
        context = {**clothed_as(organisation), "contacts": contacts}
    return render(request, template, context)
