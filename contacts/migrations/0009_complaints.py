"""The register of réclamations and suggestions."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0008_team_and_register"),
        ("directory", "0006_preferences"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "family",
                    models.CharField(
                        choices=[
                            ("delay", "Délai"),
                            ("reception", "Accueil"),
                            ("accessibility", "Accessibilité"),
                            ("handling", "Erreur de traitement"),
                            ("information", "Information inexacte"),
                            ("premises", "Locaux"),
                            ("digital", "Numérique"),
                            ("other", "Autre"),
                        ],
                        max_length=16,
                        verbose_name="famille",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("organisation", "Organisation ou procédure"),
                            ("staffing", "Effectifs ou absence"),
                            ("training", "Formation ou documentation"),
                            ("tool", "Outil ou équipement"),
                            ("provider", "Prestataire ou autre administration"),
                            ("rule", "Règle appliquée, mal comprise ou mal acceptée"),
                            ("unknown", "Cause non trouvée"),
                        ],
                        max_length=16,
                        verbose_name="cause",
                    ),
                ),
                ("cause_text", models.TextField(blank=True, verbose_name="précision sur la cause")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("founded", "Fondée"),
                            ("partly", "Fondée en partie"),
                            ("unfounded", "Non fondée"),
                        ],
                        max_length=12,
                        verbose_name="conclusion",
                    ),
                ),
                ("remedy", models.TextField(blank=True, verbose_name="remède apporté")),
                (
                    "action_reference",
                    models.CharField(blank=True, max_length=300, verbose_name="action décidée"),
                ),
                (
                    "qualified_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="qualifiée le",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne du registre des réclamations",
            },
        ),
        migrations.CreateModel(
            name="ComplaintCategory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "family",
                    models.CharField(
                        choices=[
                            ("delay", "Délai"),
                            ("reception", "Accueil"),
                            ("accessibility", "Accessibilité"),
                            ("handling", "Erreur de traitement"),
                            ("information", "Information inexacte"),
                            ("premises", "Locaux"),
                            ("digital", "Numérique"),
                            ("other", "Autre"),
                        ],
                        max_length=16,
                        verbose_name="famille",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="intitulé")),
                (
                    "is_active",
                    models.BooleanField(default=True, verbose_name="proposée à la saisie"),
                ),
            ],
            options={
                "verbose_name": "catégorie de réclamation",
                "ordering": ["family", "name"],
            },
        ),
        migrations.AlterField(
            model_name="journalentry",
            name="verb",
            field=models.CharField(
                choices=[
                    ("logged", "Enregistrée"),
                    ("replied", "Réponse donnée"),
                    ("items_received", "Pièces reçues"),
                    ("message", "Message de l’usager"),
                    ("transferred", "Transférée"),
                    ("closed", "Close"),
                    ("reopened", "Rouverte"),
                    ("qualified", "Qualifiée au registre"),
                    ("requalified", "Requalifiée"),
                ],
                max_length=16,
                verbose_name="acte",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="demande",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="complaint",
                to="contacts.demande",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="directory.organisation",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="qualified_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="complaintcategory",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="directory.organisation",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="category",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contacts.complaintcategory",
                verbose_name="catégorie",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintcategory",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                models.F("family"),
                models.F("name"),
                name="complaint_category_unique",
                violation_error_message="Une catégorie porte déjà ce nom dans cette famille.",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintcategory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "family__in",
                        [
                            "delay",
                            "reception",
                            "accessibility",
                            "handling",
                            "information",
                            "premises",
                            "digital",
                            "other",
                        ],
                    )
                ),
                name="complaint_category_family",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "family__in",
                        [
                            "delay",
                            "reception",
                            "accessibility",
                            "handling",
                            "information",
                            "premises",
                            "digital",
                            "other",
                        ],
                    )
                ),
                name="complaint_family",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "cause__in",
                        [
                            "",
                            "organisation",
                            "staffing",
                            "training",
                            "tool",
                            "provider",
                            "rule",
                            "unknown",
                        ],
                    )
                ),
                name="complaint_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", "founded", "partly", "unfounded"])),
                name="complaint_outcome",
            ),
        ),
    ]
