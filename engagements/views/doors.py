"""What every page of figures asks first, and the scope it was asked for."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from contacts.queries import today_of
from directory.requests import AgentRequest
from directory.views.doors import allowed
from engagements import referential
from engagements.access import may_see_figures
from engagements.forms import ScopeForm
from engagements.referential import Engagement, Indicator

# Agents who answer do not steer by figures, within the organisation or not.
figures_only = allowed(may_see_figures)


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
