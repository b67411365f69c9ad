"""How an organisation counts and dials: one row at most, defaults without one."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation
from telephony.dialling import DIAL_TEMPLATE

# Seconds per ring are kept in milliseconds: the boundary of a ring is then a whole number.
DEFAULT_RING_MS = 5000
SHORTEST_RING_MS, LONGEST_RING_MS = 1000, 15000
RING_RANGE = _("Une sonnerie dure de 1 à 15 secondes.")


class TelephonySetting(models.Model):
    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="telephony")
    ring_ms = models.PositiveSmallIntegerField(_("durée d’une sonnerie"), default=DEFAULT_RING_MS)
    dial_template = models.CharField(_("adresse d’appel"), max_length=200, default="tel:{number}")
    # The address of the webhook, and what its secret is made from (`telephony.signing`).
    webhook_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook_salt = models.CharField(max_length=64, default="", blank=True, editable=False)

    class Meta:
        verbose_name = _("réglage du téléphone")
        constraints = [
            models.CheckConstraint(
                condition=Q(ring_ms__gte=SHORTEST_RING_MS, ring_ms__lte=LONGEST_RING_MS),
                name="telephony_ring_ms",
                violation_error_message=RING_RANGE,
            ),
            models.CheckConstraint(
                condition=Q(dial_template__regex=DIAL_TEMPLATE),
                name="telephony_dial_template",
                violation_error_message=_("Cette adresse d’appel n’est pas permise."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Téléphone"))
