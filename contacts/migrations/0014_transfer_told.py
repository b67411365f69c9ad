"""How the usager knows that their demande changed service."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0013_attachments")]

    operations = [
        migrations.AddField(
            model_name="transfer",
            name="told",
            field=models.CharField(
                blank=True,
                choices=[
                    ("email", "Par courriel"),
                    ("phone", "Par téléphone"),
                    ("guichet", "Au guichet"),
                    ("letter", "Par courrier"),
                    ("not_told", "Il n’est pas averti"),
                ],
                db_default="",
                max_length=10,
                verbose_name="usager averti",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("told__in", ["", "email", "phone", "guichet", "letter", "not_told"])
                ),
                name="transfer_told",
            ),
        ),
    ]
