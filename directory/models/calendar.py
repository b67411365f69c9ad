"""Working calendars, their exceptions, and the running count that makes a delay a subtraction."""

import uuid
import zoneinfo
from datetime import date, datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from directory.enums import Territory
from directory.models.organisation import Organisation

MONDAY_TO_FRIDAY = 0b0011111


def valid_time_zone(name: str) -> None:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(
            _("Fuseau horaire inconnu : %(name)s."), params={"name": name}
        ) from error


class WorkingCalendar(models.Model):
    """Days a service works: weekdays, minus holidays and closings, plus exceptional openings."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="calendars")
    name = models.CharField(_("nom"), max_length=120)
    territory = models.CharField(
        _("territoire"), max_length=40, choices=Territory.choices, default=Territory.METROPOLE
    )
    time_zone = models.CharField(
        _("fuseau horaire"), max_length=64, default="Europe/Paris", validators=[valid_time_zone]
    )
    # Bit 0 is Monday, bit 6 is Sunday.
    weekday_mask = models.PositiveSmallIntegerField(_("jours travaillés"), default=MONDAY_TO_FRIDAY)

    class Meta:
        verbose_name = _("calendrier de travail")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "name",
                name="calendar_name_unique",
                violation_error_message=_("Un calendrier porte déjà ce nom."),
            ),
            models.CheckConstraint(
                condition=Q(weekday_mask__gte=1, weekday_mask__lte=127),
                name="calendar_weekdays",
                violation_error_message=_("Choisissez au moins un jour travaillé par semaine."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def weekdays(self) -> frozenset[int]:
        """Worked weekdays, Monday = 0."""
        return frozenset(day for day in range(7) if self.weekday_mask >> day & 1)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def day_of(self, at: datetime) -> date:
        """The local day of an instant: the only day that counts for a delay."""
        return at.astimezone(self.zone).date()


class Closing(models.Model):
    """Days on which a calendar does not work though it normally would (pont, fête patronale…)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    calendar = models.ForeignKey(WorkingCalendar, models.CASCADE, related_name="closings")
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"))
    label = models.CharField(_("motif de la fermeture"), max_length=120)

    class Meta:
        verbose_name = _("fermeture")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="closing_ends_after_it_starts",
                violation_error_message=_("Le dernier jour précède le premier."),
            ),
            ExclusionConstraint(
                name="closing_no_overlap",
                expressions=[
                    ("calendar", RangeOperators.EQUAL),
                    (
                        Func(
                            "first_day",
                            "last_day",
                            models.Value("[]"),
                            function="daterange",
                            output_field=models.Field(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Une fermeture couvre déjà une partie de ces jours."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ExceptionalOpening(models.Model):
    """A day worked though the calendar would not (journée de solidarité, samedi de rentrée)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    calendar = models.ForeignKey(WorkingCalendar, models.CASCADE, related_name="openings")
    day = models.DateField(_("jour"))
    label = models.CharField(_("motif de l’ouverture"), max_length=120)

    class Meta:
        verbose_name = _("ouverture exceptionnelle")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                "calendar",
                "day",
                name="opening_day_unique",
                violation_error_message=_("Ce jour est déjà une ouverture exceptionnelle."),
            )
        ]

    def __str__(self) -> str:
        return self.label


class WorkingDay(models.Model):
    """One row per calendar and date since 2000, with the running count of working days.

    `count` is the number of working days in ]1999-12-31, day]; so the working days in
    ]received, replied] are `count(replied) - count(received)` (counting rule 2).
    """

    pk = models.CompositePrimaryKey("calendar_id", "day")
    calendar = models.ForeignKey(WorkingCalendar, models.CASCADE, related_name="days")
    day = models.DateField()
    count = models.IntegerField()
    is_working = models.BooleanField()

    class Meta:
        verbose_name = _("jour de calendrier")
        indexes = [
            # The Nth working day after a receipt is one probe of this index.
            models.Index(
                fields=["calendar", "count"],
                condition=Q(is_working=True),
                include=["day"],
                name="working_day_nth",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} ({self.count})"
