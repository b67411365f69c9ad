"""What every page of usagers has in common: no login, no cookie, no trace, one language."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from directory.context import clothed_as
from surveys.models import Survey
from surveys.models.survey import FIRST_LANGUAGE

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

HEADERS = {
    # The address is the key: it must not travel on to another site, a cache or an index.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
OWN_SITES = ("", "same-origin", "none")


def public_page(view: View[P]) -> View[P]:
    """Open to all. Without session there is nothing for a forged request to borrow, and the
    no-referrer policy makes browsers hide the origin that a CSRF check would compare; a form posted
    from another site is refused by what the browser says of it."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "") not in OWN_SITES:
            response: HttpResponseBase = told(request, "elsewhere", status=403)
        else:
            response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    methods = require_http_methods(["GET", "HEAD", "POST"])
    return login_not_required(csrf_exempt(methods(shown)))


@contextmanager
def speaking(request: HttpRequest, survey: Survey) -> Iterator[str]:
    """In the language asked for, else the browser's, among those of the survey."""
    wanted = (request.GET.get("langue"), translation.get_language())
    language = next((name for name in wanted if name in survey.languages), FIRST_LANGUAGE)
    with translation.override(language):
        yield str(language)


def told(
    request: HttpRequest, what: str, *, status: int = 200, **context: object
) -> HttpResponseBase:
    """A page that only tells: unknown, expired, closed, thanks…"""
    context["language"] = translation.get_language()
    return public_render(request, f"surveys/public/{what}.html", context, status=status)


def public_render(
    request: HttpRequest, template: str, context: dict[str, object], *, status: int
) -> HttpResponseBase:
    survey = context.get("survey")
    shared: dict[str, object] = {}
    if isinstance(survey, Survey):
        shared |= clothed_as(survey.organisation)
        shared["languages"] = [(name, _name_of(name)) for name in survey.languages]
    return render(request, template, shared | context, status=status)


def _name_of(language: str) -> str:
    return str(translation.get_language_info(language)["name_local"]).capitalize()
