"""A service that was merged into another knows which, and never works again."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_journal")]

    operations = [
        migrations.AddField(
            model_name="service",
            name="merged_into",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.service",
                verbose_name="fusionné avec",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", None), ("is_active", False), _connector="OR"),
                name="service_merged_is_closed",
                violation_error_message="Un service fusionné avec un autre ne peut pas être remis en activité.",
            ),
        ),
    ]
