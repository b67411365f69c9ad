"""The list « à moi »: few rows, in the order in which they are handled."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built while people go on writing.
    atomic = False

    dependencies = [("contacts", "0010_assigned_to")]

    operations = [
        AddIndexConcurrently(
            model_name="demande",
            index=models.Index(
                condition=models.Q(("assigned_to__isnull", False), ("closed_on__isnull", True)),
                fields=["organisation", "assigned_to", "due_on", "id"],
                name="demande_list_mine",
            ),
        ),
    ]
