"""Contacts and repeat contacts by day (counting rule 18); derived, and counted again by a job."""

from django.db import models

from contacts.enums import Channel
from directory.models import Motif, Organisation, Service


class RepeatTally(models.Model):
    """Of the contacts of identified usagers on a motif that day, how many were repeats."""

    pk = models.CompositePrimaryKey("organisation_id", "service_id", "day", "motif_id", "channel")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    service = models.ForeignKey(
        Service, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    day = models.DateField()
    motif = models.ForeignKey(
        Motif, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    contacts = models.PositiveIntegerField()
    repeats = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(repeats__lte=models.F("contacts")), name="repeats_are_contacts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.repeats}/{self.contacts}"
