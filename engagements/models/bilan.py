"""A closed bilan: the figures of a period as they stood, which nothing moves (rule 16)."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.models import Agent, Organisation


class Bilan(models.Model):
    """Written once by `engagements.bilans.close_bilan`; a trigger keeps it as it was written.

    `figures` holds names beside keys, limits beside delays: it is read without any other row.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    first = models.DateField(_("premier jour"))
    last = models.DateField(_("dernier jour"))
    closed_at = models.DateTimeField(_("arrêté le"))
    closed_by = models.ForeignKey(
        Agent, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    figures = models.JSONField(_("chiffres"), encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("bilan")
        ordering = ["-last", "-first"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "first",
                "last",
                name="bilan_once_a_period",
                violation_error_message=_("Le bilan de cette période est déjà arrêté."),
            ),
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="bilan_period",
                violation_error_message=_("La fin de la période précède son début."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first:%d/%m/%Y} – {self.last:%d/%m/%Y}"
