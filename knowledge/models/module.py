"""Text modules: paragraphs that agents write again and again, with places to fill."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation, Service
from knowledge.enums import ModuleKind


class TextModuleQuerySet(models.QuerySet["TextModule"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class TextModule(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(_("nom"), max_length=120)
    kind = models.CharField(
        _("pour"), max_length=16, choices=ModuleKind.choices, default=ModuleKind.REPLY
    )
    # Null is every service of the organisation.
    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("service"), related_name="+", null=True, blank=True
    )
    # Its places to fill are those of `knowledge.placeholders`.
    body = models.TextField(_("texte"))
    is_active = models.BooleanField(_("proposé dans les réponses"), default=True)

    objects = TextModuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("modèle de texte")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "name",
                name="module_name_unique",
                violation_error_message=_("Un modèle porte déjà ce nom."),
            ),
            models.CheckConstraint(condition=Q(kind__in=ModuleKind.values), name="module_kind"),
            models.CheckConstraint(
                condition=~Q(body=""),
                name="module_has_words",
                violation_error_message=_("Un modèle a un texte."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
