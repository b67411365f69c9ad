"""Closed bilans, kept as they were written."""

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEEP = """
CREATE TRIGGER engagements_bilan_stays BEFORE UPDATE OR DELETE ON engagements_bilan
    FOR EACH ROW EXECUTE FUNCTION directory_keep_as_written('closed_by_id');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0005_merged_services"),
        ("engagements", "0004_stale_families"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bilan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.DateField(verbose_name="premier jour")),
                ("last", models.DateField(verbose_name="dernier jour")),
                ("closed_at", models.DateTimeField(verbose_name="arrêté le")),
                (
                    "figures",
                    models.JSONField(
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="chiffres",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "bilan",
                "ordering": ["-last", "-first"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"),
                        models.F("first"),
                        models.F("last"),
                        name="bilan_once_a_period",
                        violation_error_message="Le bilan de cette période est déjà arrêté.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))),
                        name="bilan_period",
                        violation_error_message="La fin de la période précède son début.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEP, "DROP TRIGGER engagements_bilan_stays ON engagements_bilan"),
    ]
