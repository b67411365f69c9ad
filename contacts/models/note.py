"""What agents write to each other about a demande, which its usager never reads."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.demande import Demande
from directory.models import Agent, Organisation


class Note(models.Model):
    """An internal note; written once, never changed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    demande = models.ForeignKey(Demande, models.CASCADE, related_name="notes")
    agent = models.ForeignKey(Agent, models.SET_NULL, related_name="+", null=True, db_index=False)
    at = models.DateTimeField(_("date"))
    text = models.TextField(_("note"))

    class Meta:
        verbose_name = _("note interne")
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="note_says_something",
                violation_error_message=_("Une note interne ne peut pas être vide."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Mention(models.Model):
    """A colleague named in a note; seen when they have said so, or answered by a note."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    note = models.ForeignKey(Note, models.CASCADE, related_name="mentions")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+", db_index=False)
    seen_at = models.DateTimeField(_("vue le"), null=True)

    class Meta:
        verbose_name = _("mention")
        constraints = [models.UniqueConstraint("note", "agent", name="mention_once")]
        indexes = [
            models.Index(
                fields=["organisation", "agent", "-id"],
                condition=Q(seen_at__isnull=True),
                name="mention_list_unseen",
            )
        ]

    def __str__(self) -> str:
        return str(self.agent)
