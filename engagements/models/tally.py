"""Histogram of delays, and the cells of it that must be recounted.

Both are derived: dropped and rebuilt, they come out the same to the unit.
"""

from django.db import models
from django.db.models.functions import Now

from contacts.enums import Channel, Measure, Nature
from directory.models import Organisation, Service


class Cell(models.Model):
    """What a recount replaces as a whole: one service, channel, nature and day of receipt."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    service = models.ForeignKey(Service, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    nature = models.CharField(max_length=12, choices=Nature.choices)
    received_on = models.DateField()

    class Meta:
        abstract = True


class Tally(Cell):
    """How many demandes of a cell have a delay of `value` working days; null: not stopped yet."""

    measure = models.CharField(max_length=12, choices=Measure.choices)
    value = models.SmallIntegerField(null=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "organisation",
                    "measure",
                    "service",
                    "channel",
                    "nature",
                    "received_on",
                    "value",
                ],
                include=["count"],
                nulls_distinct=False,
                name="tally_cell_value",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.received_on} {self.value}: {self.count}"


class StaleTally(Cell):
    """A cell touched by a write; appended in the writer's transaction, never updated."""

    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["organisation", "id"], name="stale_tally_claim")]

    def __str__(self) -> str:
        return f"{self.service_id} {self.channel} {self.nature} {self.received_on}"
