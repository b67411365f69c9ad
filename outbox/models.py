"""What waits to leave, and how far it got."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation

WAITING = Q(sent_at__isnull=True, set_aside_at__isnull=True)
SET_ASIDE = Q(set_aside_at__isnull=False, abandoned_at__isnull=True)


class OutgoingMessageQuerySet(models.QuerySet["OutgoingMessage"]):
    def waiting(self) -> Self:
        return self.filter(WAITING)

    def due(self, at: datetime) -> Self:
        return self.waiting().filter(next_try_at__lte=at)

    def set_aside(self) -> Self:
        """Left to a human, who has not decided yet."""
        return self.filter(SET_ASIDE)


class OutgoingMessage(models.Model):
    """One e-mail to one address, written in the transaction that made it due.

    `key` says what the message is about, once: written twice, it leaves once. `attempts` counts the
    tries begun, before they begin; after the last one the message is set aside for a human. When it
    is over, its address, its subject and its text are emptied after some time (`purged_at`).
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
    abandoned_at = models.DateTimeField(_("abandonné le"), null=True)
    purged_at = models.DateTimeField(_("effacé le"), null=True)

    objects = OutgoingMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message à envoyer")
        constraints = [
            models.UniqueConstraint("organisation", "key", name="outgoing_message_once"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(set_aside_at__isnull=True),
                name="outgoing_message_sent_or_set_aside",
            ),
            models.CheckConstraint(
                condition=Q(abandoned_at__isnull=True) | Q(set_aside_at__isnull=False),
                name="outgoing_message_abandoned_was_set_aside",
            ),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True)
                | (
                    Q(to="", subject="", body="", last_error="")
                    & (Q(sent_at__isnull=False) | Q(abandoned_at__isnull=False))
                ),
                name="outgoing_message_purged_is_over_and_empty",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "next_try_at"],
                condition=WAITING,
                name="outgoing_message_due",
            ),
            models.Index(
                fields=["organisation", "-set_aside_at"],
                condition=SET_ASIDE,
                name="outgoing_message_set_aside",
            ),
            models.Index(
                fields=["organisation", "sent_at"],
                condition=Q(sent_at__isnull=False, purged_at__isnull=True),
                name="outgoing_message_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.key
