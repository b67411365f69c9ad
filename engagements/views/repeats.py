"""The motifs that make people come back (counting rule 18)."""

from dataclasses import dataclass

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.entry import REPEAT_DAYS
from directory.models import Motif
from directory.requests import AgentRequest
from engagements.repeats import MotifRepeats, motifs_that_make_come_back
from engagements.scope import Scope
from engagements.views.doors import figures_only, refused, scope_form
from jobs.models import PeriodicJob
from ui.exports import csv_response, decimal_text


@dataclass(frozen=True)
class Row:
    """A motif with its family, and how often people come back for it."""

    motif: str
    family: str
    found: MotifRepeats


@require_safe
@figures_only
def show(request: AgentRequest) -> HttpResponseBase:
    form = scope_form(request)
    if not form.is_valid():
        return refused(request, form, "engagements/repeats.html")
    scope = form.scope()
    rows = _rows(scope)
    if request.GET.get("format") == "csv":
        return csv_response(_csv_rows(rows), f"reiterations-{scope.first}-{scope.last}")
    counted = PeriodicJob.objects.filter(name="count_recent_repeats").first()
    context = {
        "form": form,
        "scope": scope,
        "rows": rows,
        "repeats": sum(row.found.repeats for row in rows),
        "contacts": sum(row.found.contacts for row in rows),
        "days": REPEAT_DAYS,
        "counted_at": counted.last_success_at if counted else None,
        "querystring": request.GET.urlencode(),
    }
    return render(request, "engagements/repeats.html", context)


def _rows(scope: Scope) -> list[Row]:
    found = motifs_that_make_come_back(
        scope.organisation_id,
        first=scope.first,
        last=scope.last,
        services=scope.services,
        channels=scope.channels,
    )
    motifs = Motif.objects.filter(organisation=scope.organisation_id).select_related("parent")
    known = motifs.in_bulk([one.motif_id for one in found])
    return [
        Row(motif.name, motif.parent.name if motif.parent else "", one)
        for one in found
        if (motif := known.get(one.motif_id))
    ]


def _csv_rows(rows: list[Row]) -> list[tuple[object, ...]]:
    heading = (
        _("famille"),
        _("motif"),
        _("réitérations"),
        _("contacts"),
        _("taux"),
        _("IC 95 % bas"),
        _("IC 95 % haut"),
    )
    return [
        heading,
        *(
            (
                row.family,
                row.motif,
                row.found.repeats,
                row.found.contacts,
                *map(decimal_text, (row.found.rate, row.found.low, row.found.high)),
            )
            for row in rows
        ),
    ]
