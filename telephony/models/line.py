"""What is called: a number, an extension or a queue, and the service that it reaches."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation, Service
from telephony.models.setting import LONGEST_RING_MS, RING_RANGE, SHORTEST_RING_MS


class LineQuerySet(models.QuerySet["Line"]):
    def for_list(self) -> "LineQuerySet":
        return self.select_related("service").order_by("service__name", "number")


class Line(models.Model):
    """A call counts when it reached one of these; any other called number is not ours to count."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    # As `telephony.numbers.called` writes it: E.164, short digits, or the name of a queue.
    number = models.CharField(_("numéro ou file"), max_length=80)
    label = models.CharField(_("libellé"), max_length=120, blank=True)
    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("service"), related_name="+"
    )
    ring_ms = models.PositiveSmallIntegerField(
        _("durée d’une sonnerie"), null=True, blank=True, editable=False
    )
    is_voice_server = models.BooleanField(_("décrochée par un serveur vocal"), default=False)
    is_active = models.BooleanField(_("en service"), default=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne")
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "number",
                name="telephony_line_unique",
                violation_error_message=_("Une ligne porte déjà ce numéro ou ce nom de file."),
            ),
            models.CheckConstraint(condition=~Q(number=""), name="telephony_line_number"),
            models.CheckConstraint(
                condition=Q(ring_ms=None)
                | Q(ring_ms__gte=SHORTEST_RING_MS, ring_ms__lte=LONGEST_RING_MS),
                name="telephony_line_ring_ms",
                violation_error_message=RING_RANGE,
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.number
