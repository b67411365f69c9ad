"""The register of letters: their numbers, their counters, and registers on their way in."""

import datetime
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contacts", "0003_open_announced"),
        ("directory", "0005_merged_services"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200, verbose_name="fichier")),
                ("content", models.BinaryField()),
                ("sent_at", models.DateTimeField(verbose_name="envoyé le")),
                ("mapping", models.JSONField(default=dict, verbose_name="correspondance")),
                ("brought_in_at", models.DateTimeField(null=True, verbose_name="repris le")),
                ("outcome", models.JSONField(default=dict, verbose_name="résultat")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.organisation",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "registre envoyé",
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("sender", models.CharField(blank=True, max_length=160, verbose_name="expéditeur")),
                (
                    "registered_on",
                    models.DateField(blank=True, null=True, verbose_name="enregistré le"),
                ),
                (
                    "demande",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letter",
                        to="contacts.demande",
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
                "verbose_name": "courrier",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"),
                        models.F("year"),
                        models.F("number"),
                        name="letter_chrono_unique",
                        violation_error_message="Un courrier porte déjà ce numéro.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("year__gte", 2000),
                            ("year__lte", 2099),
                            ("number__gte", 1),
                            ("number__lte", 9999999),
                        ),
                        name="letter_chrono",
                        violation_error_message="Ce numéro d’enregistrement n’est pas possible.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("registered_on__isnull", True),
                            ("registered_on__gte", datetime.date(2000, 1, 1)),
                            _connector="OR",
                        ),
                        name="letter_registered_since_2000",
                        violation_error_message="La date d’enregistrement est antérieure à l’an 2000.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Numbering",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="dernier numéro")),
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
                "verbose_name": "numérotation du courrier",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"), models.F("year"), name="numbering_once_a_year"
                    )
                ],
            },
        ),
    ]
