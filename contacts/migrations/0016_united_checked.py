"""The same on all rows, and the index of the page of the demande that was kept."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    # Done while people go on writing.
    atomic = False

    dependencies = [("contacts", "0015_united")]

    operations = [
        AddIndexConcurrently(
            model_name="demande",
            index=models.Index(
                condition=models.Q(("united_with__isnull", False)),
                fields=["organisation", "united_with"],
                name="demande_page_united",
            ),
        ),
        ValidateConstraint(model_name="demande", name="demande_united_is_a_duplicate"),
        ValidateConstraint(model_name="demande", name="demande_not_united_with_itself"),
    ]
