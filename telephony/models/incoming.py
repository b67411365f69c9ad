"""A call that is ringing now, told by the exchange; forgotten the next day."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation
from telephony.models.line import Line


class IncomingCall(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    line = models.ForeignKey(Line, models.CASCADE, related_name="+")
    caller = models.CharField(_("appelant"), max_length=40, blank=True)
    received_at = models.DateTimeField(_("reçu à"))
    # What refuses a replay: the same words signed at the same second are the same message.
    signature = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("appel entrant")
        constraints = [
            models.UniqueConstraint("organisation", "signature", name="telephony_incoming_once"),
        ]
        indexes = [
            models.Index(fields=["organisation", "-received_at"], name="telephony_incoming_now"),
        ]

    def __str__(self) -> str:
        return self.caller or str(_("numéro masqué"))
