"""One call of an usager, whatever the number of telephones that rang for it."""

import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contacts.models import Demande
from contacts.models.demande import ONE_MINUTE
from directory.models import Agent, Organisation, Service
from telephony.enums import ANSWERED, HoursBasis, Outcome, Source
from telephony.models.line import Line
from telephony.models.record import RecordFile

FIRST_DAY = date(2000, 1, 1)
MOST_RINGS = 200
LONGEST_WAIT_MS = 24 * 3600 * 1000


class CallQuerySet(models.QuerySet["Call"]):
    def in_period(self, first: date | None, last: date | None) -> Self:
        """By day of the service's calendar, both ends included."""
        since = self.filter(started_on__gte=first) if first else self
        return since.filter(started_on__lte=last) if last else since

    def for_list(self) -> Self:
        shown = self.select_related("service__calendar", "line", "demande")
        return shown.order_by("-started_at", "-pk")


class Call(models.Model):
    """`wait_ms` runs from the first ring to the pick-up, or to the end when nobody picked up.

    Rings are computed when read (`telephony.queries`), so that the figure always agrees with the
    seconds per ring printed beside it; `rings_told` is what a person counted, and stands as told.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("service"), related_name="+", db_index=False
    )
    line = models.ForeignKey(
        Line, models.SET_NULL, verbose_name=_("ligne"), related_name="+", null=True, blank=True
    )
    source = models.CharField(_("origine"), max_length=10, choices=Source.choices)
    external_key = models.CharField(_("identifiant"), max_length=120)
    # E.164 or short digits when it is a number, else as the telephone system wrote it.
    caller = models.CharField(_("appelant"), max_length=40, blank=True)

    started_at = models.DateTimeField(_("début"))
    started_on = models.DateField(_("jour"))
    wait_ms = models.PositiveIntegerField(_("attente"), null=True, blank=True)
    rings_told = models.PositiveSmallIntegerField(_("sonneries comptées"), null=True, blank=True)
    answered_at = models.DateTimeField(_("décroché"), null=True, blank=True)
    ended_at = models.DateTimeField(_("fin"), null=True, blank=True)
    outcome = models.CharField(_("issue"), max_length=12, choices=Outcome.choices)
    in_hours = models.BooleanField(_("pendant les horaires"))
    hours_basis = models.CharField(max_length=5, choices=HoursBasis.choices)

    note = models.CharField(_("note"), max_length=250, blank=True)
    demande = models.ForeignKey(
        Demande, models.SET_NULL, related_name="+", null=True, blank=True, editable=False
    )
    record_file = models.ForeignKey(
        RecordFile, models.SET_NULL, related_name="+", null=True, db_index=False, editable=False
    )
    recorded_at = models.DateTimeField(_("enregistré le"), db_default=Now())
    recorded_by = models.ForeignKey(
        Agent, models.SET_NULL, related_name="+", null=True, db_index=False, editable=False
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("appel")
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "source",
                "external_key",
                name="telephony_call_key_unique",
                violation_error_message=_("Cet appel est déjà enregistré."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="telephony_call_outcome"
            ),
            models.CheckConstraint(
                condition=Q(source__in=Source.values), name="telephony_call_source"
            ),
            models.CheckConstraint(
                condition=Q(hours_basis__in=HoursBasis.values), name="telephony_call_hours_basis"
            ),
            models.CheckConstraint(
                # A null would make the comparison null, which a check lets through.
                condition=Q(wait_ms__isnull=False, wait_ms__lte=LONGEST_WAIT_MS)
                | Q(wait_ms=None, rings_told__isnull=False),
                name="telephony_call_waited",
                violation_error_message=_("Indiquez les sonneries, ou les secondes d’attente."),
            ),
            models.CheckConstraint(
                condition=Q(rings_told=None) | Q(rings_told__gte=1, rings_told__lte=MOST_RINGS),
                name="telephony_call_rings",
                violation_error_message=_("Un appel a de 1 à 200 sonneries."),
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None)
                | Q(answered_at__gte=F("started_at"), outcome__in=[one.value for one in ANSWERED]),
                name="telephony_call_answered_after_start",
                violation_error_message=_("L’appel est décroché avant son début."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="telephony_call_ended_after_start",
                violation_error_message=_("L’appel finit avant son début."),
            ),
            models.CheckConstraint(
                condition=Q(started_on__gte=FIRST_DAY),
                name="telephony_call_since_2000",
                violation_error_message=_("La date de l’appel est antérieure à l’an 2000."),
            ),
            models.CheckConstraint(
                condition=Q(started_at__lte=F("recorded_at") + ONE_MINUTE),
                name="telephony_call_not_in_future",
                violation_error_message=_("L’appel est daté dans le futur."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "service", "started_on"], name="telephony_call_figures"
            ),
            models.Index(fields=["organisation", "-started_at", "-id"], name="telephony_call_list"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.started_at:%d/%m/%Y %H:%M}"

    @property
    def local_time(self) -> str:
        """The hour at the service, overseas as elsewhere."""
        return self._clock(self.started_at, "%H:%M")

    @property
    def answered_time(self) -> str:
        return self._clock(self.answered_at, "%H:%M:%S")

    @property
    def ended_time(self) -> str:
        return self._clock(self.ended_at, "%H:%M:%S")

    def _clock(self, at: datetime | None, shape: str) -> str:
        return at.astimezone(self.service.calendar.zone).strftime(shape) if at else ""
