"""The tenant: a mairie, a prefecture, a CAF; every other row belongs to one."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

colour = RegexValidator(
    r"^#[0-9a-fA-F]{6}\Z",
    _("Une couleur s’écrit avec six chiffres hexadécimaux, par exemple #1f4e79."),
)


class Organisation(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(
        _("nom"),
        max_length=200,
        unique=True,
        error_messages={"unique": _("Une organisation porte déjà ce nom.")},
    )
    primary_colour = models.CharField(
        _("couleur principale"), max_length=7, default="#1f4e79", validators=[colour]
    )
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)

    class Meta:
        verbose_name = _("organisation")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
