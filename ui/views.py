"""The gallery: every component in every state, with its contract."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ui import gallery as showroom


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    if not (settings.DEBUG or getattr(settings, "UI_GALLERY", False)):
        raise Http404
    return render(request, "ui/gallery.html", showroom.context())
