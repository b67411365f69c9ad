"""Files that come with a demande, and what the antivirus said of them."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0012_notes"),
        ("directory", "0005_merged_services"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=160, verbose_name="nom")),
                ("stored_as", models.CharField(max_length=160, unique=True)),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("size", models.PositiveBigIntegerField(verbose_name="taille")),
                ("media_type", models.CharField(max_length=100, verbose_name="type")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("not_scanned", "Antivirus non configuré"),
                            ("waiting", "Analyse en attente"),
                            ("clean", "Aucun virus trouvé"),
                            ("infected", "Virus trouvé, fichier détruit"),
                        ],
                        max_length=12,
                        verbose_name="analyse",
                    ),
                ),
                (
                    "signature",
                    models.CharField(blank=True, max_length=200, verbose_name="virus reconnu"),
                ),
                ("scanned_at", models.DateTimeField(null=True, verbose_name="analysée le")),
                ("attempts", models.PositiveIntegerField(default=0, verbose_name="essais")),
                ("next_try_at", models.DateTimeField(verbose_name="prochain essai le")),
                (
                    "last_error",
                    models.CharField(blank=True, max_length=500, verbose_name="dernière erreur"),
                ),
                ("removed_at", models.DateTimeField(null=True, verbose_name="retirée le")),
                ("at", models.DateTimeField(verbose_name="ajoutée le")),
                (
                    "agent",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="contacts.contact",
                    ),
                ),
                (
                    "demande",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="contacts.demande",
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="contacts.note",
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
                (
                    "reply",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="contacts.reply",
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce jointe",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("removed_at__isnull", True), ("state__in", ("not_scanned", "waiting"))
                        ),
                        fields=["state", "next_try_at"],
                        name="attachment_to_scan",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)),
                        name="attachment_not_empty",
                        violation_error_message="Ce fichier est vide.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["not_scanned", "waiting", "clean", "infected"])
                        ),
                        name="attachment_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("contact", None), ("reply", None)),
                            models.Q(("contact", None), ("note", None)),
                            models.Q(("note", None), ("reply", None)),
                            _connector="OR",
                        ),
                        name="attachment_of_one_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "infected"), ("signature", ""), _connector="OR"
                        ),
                        name="attachment_signature_is_of_a_virus",
                    ),
                ],
            },
        ),
    ]
