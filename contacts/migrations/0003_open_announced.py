"""The open demandes with an announced date: few, and read as they stand by the figures."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built while people go on writing.
    atomic = False

    dependencies = [("contacts", "0002_replies_and_due_dates")]

    operations = [
        AddIndexConcurrently(
            model_name="demande",
            index=models.Index(
                condition=models.Q(
                    ("announced_on__isnull", False),
                    ("closed_on__isnull", True),
                    ("merits_on__isnull", True),
                ),
                fields=["organisation", "service", "received_on"],
                name="demande_open_announced",
            ),
        ),
    ]
