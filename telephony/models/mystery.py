"""Mystery-call campaigns: calls made to see, entered by hand, never mixed with those received."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contacts.models.demande import ONE_MINUTE
from directory.models import Agent, Organisation, Service
from telephony.enums import MysteryOutcome
from telephony.models.call import MOST_RINGS

LOWEST_MARK, HIGHEST_MARK = 0, 10


class MysteryCampaign(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    title = models.CharField(_("intitulé"), max_length=160)
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"))
    services = models.ManyToManyField(Service, verbose_name=_("services appelés"), related_name="+")

    class Meta:
        verbose_name = _("campagne d’appels mystère")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day"), first_day__gte=date(2000, 1, 1)),
                name="telephony_campaign_period",
                violation_error_message=_("Le dernier jour précède le premier."),
            ),
            models.UniqueConstraint(
                "organisation",
                "title",
                name="telephony_campaign_title_unique",
                violation_error_message=_("Une campagne porte déjà cet intitulé."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MysteryCall(models.Model):
    """What one mystery caller met; rings are counted by ear, up to the pick-up or to giving up."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    campaign = models.ForeignKey(MysteryCampaign, models.CASCADE, related_name="calls")
    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("service appelé"), related_name="+"
    )
    called_at = models.DateTimeField(_("appelé à"))
    outcome = models.CharField(_("issue"), max_length=12, choices=MysteryOutcome.choices)
    rings = models.PositiveSmallIntegerField(_("sonneries"))
    mark = models.PositiveSmallIntegerField(_("note sur 10"), null=True, blank=True)
    note = models.CharField(_("remarque"), max_length=250, blank=True)
    recorded_at = models.DateTimeField(_("saisi le"), db_default=Now())
    recorded_by = models.ForeignKey(
        Agent, models.SET_NULL, related_name="+", null=True, db_index=False, editable=False
    )

    class Meta:
        verbose_name = _("appel mystère")
        ordering = ["-called_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=MysteryOutcome.values), name="telephony_mystery_outcome"
            ),
            models.CheckConstraint(
                condition=Q(rings__gte=1, rings__lte=MOST_RINGS),
                name="telephony_mystery_rings",
                violation_error_message=_("Un appel a de 1 à 200 sonneries."),
            ),
            models.CheckConstraint(
                condition=Q(mark=None) | Q(mark__lte=HIGHEST_MARK),
                name="telephony_mystery_mark",
                violation_error_message=_("Une note va de 0 à 10."),
            ),
            models.CheckConstraint(
                condition=Q(called_at__lte=F("recorded_at") + ONE_MINUTE),
                name="telephony_mystery_not_in_future",
                violation_error_message=_("L’appel est daté dans le futur."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.called_at:%d/%m/%Y}"

    @property
    def local_time(self) -> str:
        return f"{self.called_at.astimezone(self.service.calendar.zone):%H:%M}"

    @property
    def local_day(self) -> date:
        return self.service.calendar.day_of(self.called_at)
