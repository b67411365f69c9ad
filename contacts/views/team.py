"""« Mon équipe » : what a responsable's services carry, by state and channel, and how it moves."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts import team
from contacts.access import demandes_of
from contacts.day import holder, owed_by_service, total
from contacts.due import horizons_of
from contacts.forms.team import TeamFilter
from contacts.models.demande import DemandeQuerySet
from contacts.queries import today_of
from contacts.views.lists import COLUMNS, lines_of
from directory.access import may_see_figures, services_of
from directory.models import Service
from directory.requests import AgentRequest


@require_safe
def show(request: AgentRequest) -> HttpResponse:
    if not may_see_figures(request.user):
        raise PermissionDenied
    form = TeamFilter(request.GET, agent=request.user)
    if not form.is_valid():
        return render(request, "contacts/team.html", {"form": form}, status=422)
    today = today_of(request.user.organisation_id, timezone.now())
    horizons = horizons_of(request.user.organisation_id, on=today)
    services, demandes = services_of(request.user), demandes_of(request.user)
    chosen: Service | None = form.cleaned_data["service"]
    if chosen:
        services, demandes = services.filter(pk=chosen.pk), demandes.filter(service=chosen)
    waiting = demandes.open()
    owing = owed_by_service(waiting, horizons)
    flow = team.flow_of(demandes, services, today=today)
    context = {
        "form": form,
        "chosen": chosen,
        "today": today,
        "loads": team.loads(owing, team.unassigned_by_service(waiting), flow),
        "owed": total(owing),
        "channels": team.owed_by_channel(waiting, horizons),
        "flow": flow,
        "held": _held(request, waiting, today) if chosen else None,
        "held_shown": team.HELD_SHOWN,
    }
    return render(request, "contacts/team.html", context)


def _held(request: AgentRequest, waiting: DemandeQuerySet, today: date) -> list[team.Held]:
    """Who follows what in one service; for several it would be a table of people."""
    followed = waiting.annotate(holder=holder()).by_urgency()[: team.HELD_SHOWN]
    rows = list(followed.values(*COLUMNS, "holder"))
    return team.held_by_person(lines_of(rows, today), request.user.organisation_id)
