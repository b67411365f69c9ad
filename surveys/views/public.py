"""What every page of usagers has in common: no login, no cookie, no trace, one language."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from directory.context import clothed_as
from directory.views.links import P, View, open_by_link
from surveys.models import Survey
from surveys.models.survey import FIRST_LANGUAGE


def public_page(view: View[P]) -> View[P]:
    """A page of usagers: what is neither read nor sent is refused before it is opened."""
    methods = require_http_methods(["GET", "HEAD", "POST"])
    return methods(open_by_link(_elsewhere)(view))


def _elsewhere(request: HttpRequest) -> HttpResponseBase:
    return told(request, "elsewhere", status=403)


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
