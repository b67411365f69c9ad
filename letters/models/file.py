"""A register on its way in: the file as it was sent, until it is brought in or forgotten."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models import Agent, Organisation


class RegisterFile(models.Model):
    """Kept between two steps of the assistant, one day at most; `content` goes once brought in."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    sent_by = models.ForeignKey(Agent, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(_("fichier"), max_length=200)
    content = models.BinaryField()
    sent_at = models.DateTimeField(_("envoyé le"))
    # What the columns were said to be, as the form of the assistant sends it.
    mapping = models.JSONField(_("correspondance"), default=dict)
    brought_in_at = models.DateTimeField(_("repris le"), null=True)
    outcome = models.JSONField(_("résultat"), default=dict)

    class Meta:
        verbose_name = _("registre envoyé")

    def __str__(self) -> str:
        return self.name
