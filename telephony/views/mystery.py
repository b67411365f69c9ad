"""Mystery-call campaigns: the list, one campaign with its result, and its calls."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.requests import AgentRequest
from directory.views.doors import done, form_page, sent
from telephony.access import (
    call_services_of,
    campaigns_of,
    may_run_campaigns,
    mystery_calls_of,
)
from telephony.actions.mystery import record_call, save_campaign
from telephony.forms.mystery import CampaignForm, MysteryCallForm
from telephony.models import MysteryCampaign
from telephony.mystery import MysteryFigures, mystery_figures
from telephony.queries import CallQuery
from telephony.views.doors import campaign_for, campaigners_only, readers_only

PER_PAGE = 50


@require_safe
@readers_only
def index(request: AgentRequest) -> HttpResponse:
    campaigns = campaigns_of(request.user).annotate(call_count=Count("calls", distinct=True))
    ordered = campaigns.order_by("-first_day", "-pk")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_run": may_run_campaigns(request.user)}
    return render(request, "telephony/campaigns.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@campaigners_only
def new(request: AgentRequest) -> HttpResponseBase:
    return _edited(request, CampaignForm(sent(request), organisation=request.user.organisation))


@require_http_methods(["GET", "HEAD", "POST"])
@campaigners_only
def edit(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    campaign = campaign_for(request.user, public_id)
    title = campaign.title
    form = CampaignForm(sent(request), instance=campaign, organisation=request.user.organisation)
    return _edited(request, form, campaign=campaign, title=title)


def _edited(request: AgentRequest, form: CampaignForm, **context: object) -> HttpResponseBase:
    def save() -> None:
        save_campaign(form.instance, list(form.cleaned_data["services"]))

    if done(request, form, save, _("Campagne enregistrée.")):
        return redirect("mystery_campaign", form.instance.public_id)
    return form_page(request, "telephony/campaign_form.html", form, **context)


@require_safe
@readers_only
def show(request: AgentRequest, public_id: UUID) -> HttpResponse:
    """Its result beside that of the calls received by the same services on the same days."""
    campaign = campaign_for(request.user, public_id)
    calls = mystery_calls_of(request.user, campaign)
    found = mystery_figures(calls)
    services = call_services_of(request.user) & set(campaign.services.values_list("pk", flat=True))
    asked = CallQuery.of(campaign.organisation_id, services, campaign.first_day, campaign.last_day)
    shown = calls.select_related("service__calendar")
    context = {
        "campaign": campaign,
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "figures": found,
        "mean": _mean_words(found),
        "mean_detail": _mean_detail(found),
        "received": asked.figures(),
        "services": campaign.services.filter(pk__in=services),
        "may_run": may_run_campaigns(request.user),
    }
    return render(request, "telephony/campaign.html", context)


def _mean_words(found: MysteryFigures) -> str | None:
    return None if found.mean is None else number_format(round(found.mean, 1), 1, use_l10n=True)


def _mean_detail(found: MysteryFigures) -> str:
    """What the mean rests on; one mark, or marks all equal, say nothing of the spread."""
    basis = f"n = {found.marked}"
    if found.mean_bounds is None:
        return basis
    low, high = (number_format(round(one, 1), 1, use_l10n=True) for one in found.mean_bounds)
    return f"{basis} · " + _("IC 95 %% : %(low)s–%(high)s") % {"low": low, "high": high}


@require_http_methods(["GET", "HEAD", "POST"])
@campaigners_only
def add_call(request: AgentRequest, public_id: UUID) -> HttpResponseBase:
    campaign, now = campaign_for(request.user, public_id), timezone.now()
    form = MysteryCallForm(sent(request), campaign=campaign)

    def record() -> None:
        record_call(campaign, form.told(), by=request.user, now=now)

    if done(request, form, record, _("Appel mystère enregistré.")):
        return redirect("mystery_call_new", campaign.public_id)
    return form_page(request, "telephony/mystery_call_form.html", form, campaign=campaign)


@require_POST
@campaigners_only
def remove_call(request: AgentRequest, public_id: UUID, call_id: UUID) -> HttpResponseBase:
    """A slip of the keyboard leaves the sample; sent twice, the second finds nothing (404)."""
    campaign: MysteryCampaign = campaign_for(request.user, public_id)
    get_object_or_404(mystery_calls_of(request.user, campaign), public_id=call_id).delete()
    messages.success(request, _("Appel mystère retiré."))
    return redirect("mystery_campaign", campaign.public_id)
