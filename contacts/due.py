"""How soon something is owed, in working days left, as rules over rows.

A rule names days read once by calendar, so that nothing is looked up row by row; a count and the
list behind it are the same rule.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from directory.models import WorkingCalendar, WorkingDay


class Due(models.TextChoices):
    """When an open demande is owed; the values are those of addresses."""

    AT_RISK = "risque", _("En retard ou pour aujourd’hui")
    LATE = "retard", _("En retard")
    TODAY = "aujourdhui", _("Pour aujourd’hui")
    SOON = "bientot", _("Dans un ou deux jours ouvrés")
    LATER = "plus-tard", _("Plus tard")
    NONE = "sans", _("Sans échéance")
    ANNOUNCED = "annonce", _("Date annoncée passée ou proche")


@dataclass(frozen=True)
class Horizon:
    """What a calendar's day is judged by: its last working day so far, the next and the third."""

    last: date
    first: date
    third: date


# Calendars of an organisation by what their day is judged by: one group, nearly always.
Horizons = dict[Horizon, list[int]]


def horizons_of(organisation_id: int, *, on: date) -> Horizons:
    worked = WorkingDay.objects.filter(calendar=OuterRef("pk"), is_working=True).values("day")
    behind = worked.filter(day__lte=on).order_by("-day")
    ahead = worked.filter(day__gt=on).order_by("day")
    calendars = WorkingCalendar.objects.filter(organisation=organisation_id).order_by()
    found: Horizons = defaultdict(list)
    for pk, *days in calendars.values_list(
        "pk", Subquery(behind[:1]), Subquery(ahead[:1]), Subquery(ahead[2:3])
    ):
        if all(days):
            found[Horizon(*days)].append(pk)
    return dict(found)


RULES: dict[Due, Callable[[Horizon], Q]] = {
    Due.AT_RISK: lambda day: Q(due_on__lt=day.first),
    Due.LATE: lambda day: Q(due_on__lt=day.last),
    Due.TODAY: lambda day: Q(due_on__gte=day.last, due_on__lt=day.first),
    Due.SOON: lambda day: Q(due_on__gte=day.first, due_on__lt=day.third),
    Due.LATER: lambda day: Q(due_on__gte=day.third),
    # After a holding reply, what is owed is the date it announced.
    Due.ANNOUNCED: lambda day: Q(due_on__lt=day.third, first_reply_on__isnull=False),
}


def due_rule(horizons: Horizons, due: Due) -> Q:
    """What makes an open demande one of these."""
    if due == Due.NONE:
        return Q(due_on__isnull=True)
    if len(horizons) == 1:
        return RULES[due](*horizons)
    found = Q(pk__in=[])
    for horizon, calendars in horizons.items():
        found |= RULES[due](horizon) & Q(service__calendar__in=calendars)
    return found
