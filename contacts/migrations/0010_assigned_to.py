"""Who handles a demande."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0009_complaints"),
        ("directory", "0005_merged_services"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="demande",
            name="assigned_to",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="attribuée à",
            ),
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
                    ("assigned", "Attribuée"),
                    ("released", "Rendue au service"),
                    ("noted", "Note interne ajoutée"),
                    ("attached", "Pièce jointe ajoutée"),
                    ("detached", "Pièce jointe retirée"),
                    ("infected", "Pièce jointe infectée, détruite"),
                    ("united", "Réunie avec une autre demande"),
                    ("separated", "Séparée d’une autre demande"),
                ],
                max_length=16,
                verbose_name="acte",
            ),
        ),
    ]
