"""What every page of figures asks first, and the scope it was asked for."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from contacts.queries import today_of
from directory.requests import AgentRequest
from engagements import referential
from engagements.access import may_see_figures
from engagements.forms import ScopeForm
from engagements.referential import Engagement, Indicator

P = ParamSpec("P")
View = Callable[Concatenate[AgentRequest, P], HttpResponseBase]


def figures_only(view: View[P]) -> View[P]:
    """Agents who answer do not steer by figures: 403, within the organisation or not."""

    @wraps(view)
    def checked(request: AgentRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may_see_figures(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def scope_form(request: AgentRequest) -> ScopeForm:
    today = today_of(request.user.organisation_id, timezone.now())
    return ScopeForm(request.GET, agent=request.user, today=today)


def refused(
    request: AgentRequest, form: ScopeForm, template: str, **context: object
) -> HttpResponse:
    """The page with the fault of the filter and no figure: one that was not asked would mislead."""
    context |= {"form": form, "refused": True, "querystring": "", "state": ""}
    return render(request, template, context, status=422)


def engagement_or_404(number: int) -> Engagement:
    found = referential.load().engagement(number)
    if found is None:
        raise Http404
    return found


def indicator_or_404(number: int, key: str) -> tuple[Engagement, Indicator]:
    engagement = engagement_or_404(number)
    indicator = engagement.indicator(key)
    if indicator is None:
        raise Http404
    return engagement, indicator
