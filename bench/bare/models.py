"""One table and the two lists it refers to: the fields that an agent fills in, as one row."""

from django.db import models


class Desk(models.Model):
    name = models.CharField(max_length=160)

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    name = models.CharField(max_length=160)

    def __str__(self) -> str:
        return self.name


class Ticket(models.Model):
    desk = models.ForeignKey(Desk, models.PROTECT)
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True)
    channel = models.CharField(max_length=10)
    nature = models.CharField(max_length=12)
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField(blank=True)
    full_name = models.CharField(max_length=160, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    received_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    is_open = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=models.Q(is_open=True),
                name="ticket_open",
            )
        ]

    def __str__(self) -> str:
        return self.subject
