"""Months keep their open demandes too. Those of before are marked stale: read from the rows until
they have been recounted, so that no figure is wrong meanwhile."""

from django.db import migrations, models

MARK = """
    INSERT INTO engagements_staletally
        (organisation_id, service_id, channel, nature, family, received_on)
    SELECT DISTINCT organisation_id, service_id, channel, nature, family, received_on
    FROM engagements_daytally WHERE open > 0
"""


class Migration(migrations.Migration):
    dependencies = [("engagements", "0005_bilan")]

    operations = [
        migrations.AddField(
            model_name="monthtally",
            name="open",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AlterField(
            model_name="daytally",
            name="open",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
