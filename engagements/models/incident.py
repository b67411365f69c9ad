"""What went wrong in the figures' engine, for an administrator to read."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation


class IncidentKind(models.TextChoices):
    DIFFERENCE = "difference", _("Décompte stocké différent des demandes")
    SET_ASIDE = "set_aside", _("Décompte mis de côté après plusieurs échecs")


class Incident(models.Model):
    """A stored figure that was not what the raw rows say, or a cell that could not be recounted."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=IncidentKind.choices)
    happened_at = models.DateTimeField(db_default=Now())
    # Null while nothing has mended it.
    repaired_at = models.DateTimeField(null=True)
    # How many cells are concerned; `details` names the first of them.
    cells = models.PositiveIntegerField()
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("incident")
        ordering = ["-happened_at", "-pk"]
        indexes = [
            models.Index(fields=["organisation", "-happened_at"], name="incident_list"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.cells})"
