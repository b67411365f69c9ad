"""The board: every engagement of the référentiel, measured or plainly not."""

from itertools import groupby

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from directory.enums import Role
from directory.requests import AgentRequest
from engagements import referential
from engagements.readings import board
from engagements.views.doors import figures_only, refused, scope_form
from engagements.views.shapes import TileView


@require_safe
def home(request: AgentRequest) -> HttpResponse:
    """Where each role begins: their day for those who answer, the board for the others."""
    answers = request.user.role in (Role.AGENT, Role.RESPONSABLE)
    return redirect("my_day" if answers else "dashboard")


@require_safe
@figures_only
def show(request: AgentRequest) -> HttpResponseBase:
    form, chosen = scope_form(request), referential.load()
    if not form.is_valid():
        return refused(request, form, "engagements/board.html", referential=chosen)
    scope = form.scope()
    tiles = [TileView.of(tile, scope) for tile in board(chosen.engagements, scope)]
    rubriques = [
        (rubrique, list(group))
        for rubrique, group in groupby(tiles, key=lambda tile: tile.engagement.rubrique)
    ]
    context = {
        "form": form,
        "scope": scope,
        "referential": chosen,
        "rubriques": rubriques,
        "measured": sum(tile.reading is not None for tile in tiles),
        "total": len(tiles),
        "querystring": request.GET.urlencode(),
    }
    return render(request, "engagements/board.html", context)
