"""What waits to leave, and how far it got."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation


class OutgoingMessage(models.Model):
    """One e-mail to one address, written in the transaction that made it due.

    `key` says what the message is about, once: written twice, it leaves once. `attempts` counts the
    tries begun, before they begin; after the last one the message is set aside for a human.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=120)
    to = models.EmailField(_("destinataire"))
    subject = models.CharField(_("objet"), max_length=250)
    body = models.TextField(_("texte"))
    written_at = models.DateTimeField(_("écrit le"), db_default=Now())
    next_try_at = models.DateTimeField(_("prochain essai le"))
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    last_error = models.TextField(_("dernière erreur"), blank=True)
    sent_at = models.DateTimeField(_("envoyé le"), null=True)
    set_aside_at = models.DateTimeField(_("mis de côté le"), null=True)

    class Meta:
        verbose_name = _("message à envoyer")
        constraints = [
            models.UniqueConstraint("organisation", "key", name="outgoing_message_once"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(set_aside_at__isnull=True),
                name="outgoing_message_sent_or_set_aside",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(sent_at__isnull=True, set_aside_at__isnull=True),
                name="outgoing_message_due",
            )
        ]

    def __str__(self) -> str:
        return self.subject
