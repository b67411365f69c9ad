"""Which demande a duplicate leads to; what holds it is checked on new rows first."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0014_transfer_told")]

    operations = [
        migrations.AddField(
            model_name="demande",
            name="united_with",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contacts.demande",
                verbose_name="réunie avec",
            ),
        ),
        AddConstraintNotValid(
            model_name="demande",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("united_with__isnull", True),
                    models.Q(("close_reason", "duplicate"), ("closed_on__isnull", False)),
                    _connector="OR",
                ),
                name="demande_united_is_a_duplicate",
                violation_error_message="Une demande réunie avec une autre est un doublon clos.",
            ),
        ),
        AddConstraintNotValid(
            model_name="demande",
            constraint=models.CheckConstraint(
                condition=models.Q(("united_with", models.F("id")), _negated=True),
                name="demande_not_united_with_itself",
            ),
        ),
    ]
