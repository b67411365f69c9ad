"""Where a full rebuild of the tallies stands, so that it resumes where it was stopped."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation


class Rebuilding(models.Model):
    """One rebuild of one organisation; `done` holds the first day of each month finished."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    done = ArrayField(models.DateField(), default=list)
    # Cells that were not what the raw rows say, though nothing had marked them.
    differences = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("reconstruction des décomptes")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(finished_at__isnull=True),
                name="rebuilding_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.started_at}"
