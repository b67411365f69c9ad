"""The demandes closed lately, which the team's view counts, and those that the register lists."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built while people go on writing.
    atomic = False

    dependencies = [("contacts", "0007_usager_search_index")]

    operations = [
        AddIndexConcurrently(
            model_name="demande",
            index=models.Index(
                condition=models.Q(("closed_on__isnull", False)),
                fields=["organisation", "closed_on"],
                name="demande_team_closed",
            ),
        ),
        AddIndexConcurrently(
            model_name="demande",
            index=models.Index(
                condition=models.Q(("nature__in", ["reclamation", "suggestion"])),
                fields=["organisation", "-received_on", "-id"],
                name="demande_register",
            ),
        ),
    ]
