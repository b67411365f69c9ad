"""What clock jobs remember between two wake-ups, and the canaries that workers bring back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jobs.enums import Queue


class PeriodicJob(models.Model):
    """One clock job: what it last did well decides what is due now, never the wake-up's hour."""

    name = models.CharField(max_length=120, primary_key=True)
    last_success_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)
    # Kind and message of the last failure, emptied by a success.
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("travail périodique")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Canary(models.Model):
    """When a worker last carried a row through a queue to its end: a pid proves nothing."""

    queue = models.CharField(max_length=10, choices=Queue.choices)
    worker = models.CharField(max_length=255)
    completed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("témoin de vie")
        constraints = [models.UniqueConstraint(fields=["queue", "worker"], name="canary_unique")]

    def __str__(self) -> str:
        return f"{self.queue} {self.worker}"
