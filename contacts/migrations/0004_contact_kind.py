"""Why the usager came, and the key of a message that may be sent twice."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "0003_open_announced")]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="key",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="contact",
            name="kind",
            field=models.CharField(
                choices=[
                    ("request", "Demande"),
                    ("message", "Message"),
                    ("items", "Pièces demandées"),
                ],
                db_default="request",
                default="request",
                max_length=8,
                verbose_name="sorte",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["request", "message", "items"])),
                name="contact_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key__isnull", False)),
                fields=("organisation", "key"),
                name="contact_recorded_once",
            ),
        ),
    ]
