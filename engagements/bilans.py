"""Closing a bilan: every measured engagement of a period, read as a dashboard reads it, frozen."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contacts.enums import Measure
from contacts.queries import today_of
from contacts.targets import Segment, segments
from directory.errors import Refusal
from directory.models import Agent, Organisation
from engagements import referential
from engagements.figures import Figure
from engagements.models import Bilan
from engagements.readings import Reading, detail, reading_of_answers, reading_of_figure
from engagements.referential import Indicator
from engagements.reporting import service_names
from engagements.scope import Scope
from surveys.queries import distributions

# What a snapshot's keys mean; raised when they change, so that an old bilan stays readable.
FORMAT = 1


class PeriodNotOver(Refusal):
    message = _("Cette période n’est pas finie : un bilan s’arrête sur des jours passés.")
    field = "last"


class BilanEndsBeforeItStarts(Refusal):
    message = _("La fin de la période précède son début.")
    field = "last"


class BilanClosed(Refusal):
    message = _("Le bilan de cette période est déjà arrêté.")


@transaction.atomic
def close_bilan(
    organisation: Organisation, *, first: date, last: date, by: Agent | None, now: datetime
) -> Bilan:
    """Freeze the figures of the demandes received, and the answers given, in [first, last].

    Demandes still open and not yet due stay counted as such for ever. Raises a `Refusal`.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    today = today_of(organisation.pk, now)
    if last < first:
        raise BilanEndsBeforeItStarts
    if last >= today:
        raise PeriodNotOver
    if Bilan.objects.filter(organisation=organisation, first=first, last=last).exists():
        raise BilanClosed
    scope = Scope(organisation_id=organisation.pk, first=first, last=last, today=today)
    return Bilan.objects.create(
        organisation=organisation,
        first=first,
        last=last,
        closed_at=now,
        closed_by=by,
        figures=snapshot(scope),
    )


def snapshot(scope: Scope) -> dict[str, Any]:
    """Every measured indicator of the référentiel, in total and by service and channel."""
    adopted = referential.load()
    names = service_names(scope.organisation_id)
    limits = {measure: segments(scope.organisation_id, measure) for measure in Measure}
    return {
        "format": FORMAT,
        "referential": {"key": adopted.key, "version": adopted.version},
        "as_of": scope.today,
        "indicators": [
            {
                "engagement": engagement.number,
                "wording": engagement.short,
                "key": indicator.key,
                "label": indicator.label,
                "measure": indicator.measure,
                "rule": indicator.rule,
                **_figures(indicator, scope, names, limits),
            }
            for engagement in adopted.engagements
            for indicator in engagement.measured
        ],
    }


def _figures(
    indicator: Indicator,
    scope: Scope,
    names: dict[str, str],
    limits: dict[Measure, list[Segment]],
) -> dict[str, Any]:
    if indicator.is_counted:
        return _counted(indicator, scope, names)
    if not indicator.is_delay:
        return _opinions(indicator, scope, names)
    measure = Measure(indicator.measure)
    query = scope.query(measure, indicator)
    totals, cells = query.split([], ["service", "channel"])
    return {
        "total": _told(reading_of_figure(totals[0] if totals else Figure())),
        "cells": [
            {
                "service": int(one.key["service"]),
                "service_name": names[one.key["service"]],
                "channel": one.key["channel"],
                "limits": _limits(limits[measure], one, indicator, scope),
                **_told(reading_of_figure(one)),
            }
            for one in cells
        ],
    }


def _counted(indicator: Indicator, scope: Scope, names: dict[str, str]) -> dict[str, Any]:
    found = detail(indicator, scope)
    return {
        "total": {**_told(found.total), "apart": dict(found.apart)},
        "cells": [
            {
                "service": int(service),
                "service_name": names[service],
                "channel": "",
                "limits": [],
                **_told(reading),
            }
            for service, reading in sorted(found.by_service.items(), key=lambda one: int(one[0]))
            if service in names
        ],
    }


def _limits(
    known: Iterable[Segment], cell: Figure, indicator: Indicator, scope: Scope
) -> list[int]:
    """Every limit, in working days, that judged a day and a nature of this cell."""
    return sorted(
        {
            one.limit
            for one in known
            if str(one.service_id) == cell.key["service"]
            and one.channel == cell.key["channel"]
            and (indicator.natures is None or one.nature in indicator.natures)
            and one.first <= scope.last
            and one.last >= scope.first
        }
    )


def _opinions(indicator: Indicator, scope: Scope, names: dict[str, str]) -> dict[str, Any]:
    found = distributions(
        scope.organisation_id,
        indicator.question,
        first=scope.first,
        last=scope.last,
        channels=scope.channels_of(indicator),
        by=("service", "channel"),
    )
    total: dict[int, int] = {}
    for distribution in found.values():
        for value, count in distribution.items():
            total[value] = total.get(value, 0) + count
    return {
        "total": _told(reading_of_answers(indicator.question, total)),
        "cells": [
            {
                "service": service,
                "service_name": names[str(service)],
                "channel": channel,
                "limits": [],
                **_told(reading_of_answers(indicator.question, distribution)),
            }
            for (service, channel), distribution in sorted(found.items(), key=str)
        ],
    }


def _told(reading: Reading) -> dict[str, Any]:
    """Counts, and what is read from them: kept too, so that no later formula changes it."""
    return {
        "in_time": reading.hits,
        "late": reading.late,
        "overdue": reading.overdue,
        "pending": reading.pending,
        "n": reading.n,
        "rate": reading.rate,
        "low": reading.low,
        "high": reading.high,
        "median": reading.median,
        "p90": reading.p90,
        "histogram": {str(value): count for value, count in sorted(reading.histogram.items())},
    }
