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
    # Fingerprint of the logo, in the address that every page names; empty without a logo.
    logo_version = models.CharField(max_length=16, default="", blank=True, editable=False)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)

    class Meta:
        verbose_name = _("organisation")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Logo(models.Model):
    """The picture at the head of every page, apart so that no page reads it with the name."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="logo")
    media_type = models.CharField(max_length=20)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("logo")

    def __str__(self) -> str:
        return f"{self.organisation} ({self.media_type})"
