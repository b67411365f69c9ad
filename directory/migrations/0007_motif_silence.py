"""A motif says what silence is worth, after how long, and its usual processing time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0006_preferences"),
    ]

    operations = [
        migrations.AddField(
            model_name="motif",
            name="processing_days",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="délai de traitement indicatif, en jours"
            ),
        ),
        migrations.AddField(
            model_name="motif",
            name="silence",
            field=models.CharField(
                blank=True,
                choices=[
                    ("acceptance", "Le silence vaut acceptation"),
                    ("rejection", "Le silence vaut rejet"),
                    ("none", "Aucune décision n’est attendue"),
                ],
                max_length=10,
                verbose_name="silence",
            ),
        ),
        migrations.AddField(
            model_name="motif",
            name="silence_months",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="délai du silence, en mois"
            ),
        ),
        migrations.AddConstraint(
            model_name="motif",
            constraint=models.CheckConstraint(
                condition=models.Q(("silence__in", ["", "acceptance", "rejection", "none"])),
                name="motif_silence",
            ),
        ),
        migrations.AddConstraint(
            model_name="motif",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("silence__in", ("acceptance", "rejection")),
                        ("silence_months__gte", 1),
                        ("silence_months__lte", 60),
                    ),
                    models.Q(("silence__in", ["", "none"]), ("silence_months__isnull", True)),
                    _connector="OR",
                ),
                name="motif_silence_months",
                violation_error_message="Le délai du silence va de 1 à 60 mois, et seulement quand le silence vaut acceptation ou rejet.",
            ),
        ),
    ]
