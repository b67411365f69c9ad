"""Delay targets: the promise, in working days, that a demande is judged by."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from contacts.enums import Channel, Measure, Nature
from directory.models import Organisation, Service


class DelayTarget(models.Model):
    """A versioned limit for a service, channel and nature; an empty dimension means "all of them".

    The most specific target in force on the day of receipt judges a demande (counting rule 15).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="delay_targets")
    measure = models.CharField(
        _("mesure"), max_length=20, choices=Measure.choices, default=Measure.FIRST_REPLY
    )
    service = models.ForeignKey(
        Service, models.CASCADE, verbose_name=_("service"), related_name="+", null=True, blank=True
    )
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices, blank=True)
    nature = models.CharField(_("nature"), max_length=12, choices=Nature.choices, blank=True)
    limit = models.PositiveSmallIntegerField(_("délai en jours ouvrés"))
    valid_from = models.DateField(_("à partir du"))
    valid_to = models.DateField(_("jusqu’au"), null=True, blank=True)
    origin = models.CharField(_("origine du délai"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("délai cible")
        ordering = ["measure", "channel", "nature", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(limit__gte=1, limit__lte=250),
                name="target_limit",
                violation_error_message=_("Un délai cible va de 1 à 250 jours ouvrés."),
            ),
            models.CheckConstraint(
                condition=~Q(measure=Measure.ANNOUNCED),
                name="target_measure",
                violation_error_message=_("La date annoncée n’a pas de délai cible."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="target_period",
                violation_error_message=_("La fin de validité précède son début."),
            ),
            ExclusionConstraint(
                name="target_no_overlap",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("measure", RangeOperators.EQUAL),
                    (Coalesce("service", Value(0)), RangeOperators.EQUAL),
                    ("channel", RangeOperators.EQUAL),
                    ("nature", RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from",
                            "valid_to",
                            Value("[]"),
                            function="daterange",
                            output_field=models.Field(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_(
                    "Un autre délai cible est déjà en vigueur pour ce service, ce canal et cette "
                    "nature sur une partie de cette période."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(limit)s jours ouvrés")) % {"limit": self.limit}

    @property
    def in_words(self) -> str:
        """What it judges: « Première réponse, État civil, Courriel »."""
        dimensions = [self.service and self.service.name]
        dimensions += [self.get_channel_display(), self.get_nature_display()]
        measure = self.get_measure_display()
        return ", ".join([measure, *(str(word) for word in dimensions if word)])

    @property
    def specificity(self) -> tuple[int, bool, bool, bool]:
        """Sort key: more dimensions win; at equal number service, then nature, then channel."""
        has = (self.service_id is not None, bool(self.nature), bool(self.channel))
        return sum(has), *has
