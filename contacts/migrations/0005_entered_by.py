"""What an agent entered last: the motifs proposed first at the next entry."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built while people go on writing.
    atomic = False

    dependencies = [("contacts", "0004_contact_kind")]

    operations = [
        AddIndexConcurrently(
            model_name="demande",
            index=models.Index(
                condition=models.Q(("created_by__isnull", False)),
                fields=["organisation", "created_by", "-id"],
                name="demande_entered_by",
            ),
        ),
    ]
