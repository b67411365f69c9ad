"""Distributions of delays by day and by month, and the cells of them that must be recounted.

All derived: dropped and rebuilt, they come out the same to the unit.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from contacts.enums import Channel, Measure, Nature
from directory.models import Organisation, Service

# In a month's roll-up: every nature, every family of motifs.
ALL_NATURES = ""
ALL_FAMILIES = -1
NO_FAMILY = 0


class Cell(models.Model):
    """One service, channel, nature and family of motifs.

    `family` is the id of the motif at the head of the family, 0 when a demande has no motif. None
    of the three references is checked by the database: a mark outlives what it names, and every row
    of a rebuild would be checked twice.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    service = models.ForeignKey(
        Service, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    nature = models.CharField(max_length=12, choices=Nature.choices)
    family = models.BigIntegerField()

    class Meta:
        abstract = True


class Distribution(Cell):
    """How the delays of a cell are spread: `cumulative[i]` demandes took `values[i]` working days
    or fewer, `values` strictly rising. `open` more have not stopped yet.

    The share within a limit and any percentile are then one search in a sorted array, and
    distributions of disjoint cells add up exactly.
    """

    measure = models.CharField(max_length=12, choices=Measure.choices)
    values = ArrayField(models.SmallIntegerField())
    cumulative = ArrayField(models.IntegerField())
    open = models.PositiveIntegerField(db_default=0)

    class Meta:
        abstract = True


class DayTally(Distribution):
    """The demandes of a cell received on one day."""

    pk = models.CompositePrimaryKey(
        "organisation_id", "measure", "received_on", "service_id", "channel", "nature", "family"
    )
    received_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(
                fields=["organisation", "measure", "service", "received_on"],
                condition=Q(open__gt=0),
                name="day_tally_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.received_on}: {self.values} {self.cumulative}"


class MonthTally(Distribution):
    """The demandes of a cell received in the month that begins on `month`.

    Kept at three levels: by nature and family, by nature for all families together
    (`ALL_FAMILIES`), and for all natures together (`ALL_NATURES`).
    """

    pk = models.CompositePrimaryKey(
        "organisation_id", "measure", "nature", "month", "service_id", "channel", "family"
    )
    month = models.DateField()

    def __str__(self) -> str:
        return f"{self.measure} {self.month}: {self.values} {self.cumulative}"


class StaleTally(Cell):
    """A day's cell touched by a write; appended in the writer's transaction.

    `attempts` counts the recounts begun, before they begin: a mark whose recount kills its worker
    is set aside like one whose recount fails.
    """

    received_on = models.DateField()
    marked_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(db_default=0)
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "received_on"], name="stale_tally_month"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.channel} {self.nature} {self.received_on}"
