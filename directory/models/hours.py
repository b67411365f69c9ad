"""Opening hours: of a weekday of a calendar, or of one exceptional opening."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from directory.models.calendar import ExceptionalOpening, WorkingCalendar
from directory.models.organisation import Organisation

DAY_MINUTES = 24 * 60
OVERLAP = _("Deux plages horaires d’un même jour se chevauchent.")


def _minutes() -> Func:
    return Func("opens", "closes", function="int4range", output_field=models.Field())


class OpeningHours(models.Model):
    """From `opens` to `closes`, in minutes since local midnight of the day they begin.

    A night ends past 1,440: 22:00 to 06:00 is 1,320 to 1,800. Open all day is 0 to 1,440.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    calendar = models.ForeignKey(WorkingCalendar, models.CASCADE, related_name="hours")
    # Exactly one of the two: a weekday (Monday is 0), or an opening whose usual hours they replace.
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    opening = models.ForeignKey(
        ExceptionalOpening, models.CASCADE, related_name="hours", null=True, blank=True
    )
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("horaire d’ouverture")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                # A null would make the comparison null, which a check lets through.
                condition=Q(weekday__isnull=False, weekday__lte=6, opening=None)
                | Q(weekday=None, opening__isnull=False),
                name="hours_of_a_weekday_or_an_opening",
                violation_error_message=_("Un horaire est celui d’un jour ou d’une ouverture."),
            ),
            models.CheckConstraint(
                condition=Q(
                    opens__lt=DAY_MINUTES,
                    closes__gt=F("opens"),
                    closes__lte=F("opens") + DAY_MINUTES,
                ),
                name="hours_end_within_a_day",
                violation_error_message=_("Un horaire finit après son début, sous 24 heures."),
            ),
            ExclusionConstraint(
                name="hours_no_overlap_weekday",
                expressions=[
                    ("calendar", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (_minutes(), RangeOperators.OVERLAPS),
                ],
                condition=Q(opening=None),
                violation_error_message=OVERLAP,
            ),
            ExclusionConstraint(
                name="hours_no_overlap_opening",
                expressions=[
                    ("opening", RangeOperators.EQUAL),
                    (_minutes(), RangeOperators.OVERLAPS),
                ],
                condition=Q(weekday=None),
                violation_error_message=OVERLAP,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opens}–{self.closes}"
