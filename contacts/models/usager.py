"""The person who asks; a demande may have none."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation


class Usager(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    full_name = models.CharField(_("nom"), max_length=160, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    # E.164, or the digits of a short number (3939): see `contacts.phones`.
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)

    class Meta:
        verbose_name = _("usager")
        indexes = [
            models.Index(fields=["organisation", "email"], name="usager_by_email"),
            models.Index(fields=["organisation", "phone"], name="usager_by_phone"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email or self.phone or str(_("Usager sans nom"))
