"""The journal of the annuaire, which the database never lets anyone rewrite."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# One rule for every table of things that happened. The argument names the one column that may be
# emptied: who did it, when the account is lost. An organisation's rows leave only with it, in a
# transaction that says so.
KEEP = """
CREATE FUNCTION directory_keep_as_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF current_setting('marianne.erasing', true) = OLD.organisation_id::text THEN
            RETURN OLD;
        END IF;
    ELSIF to_jsonb(NEW) = to_jsonb(OLD) || jsonb_build_object(TG_ARGV[0], NULL) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A row of % stays as it was written.', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER directory_change_stays BEFORE UPDATE OR DELETE ON directory_change
    FOR EACH ROW EXECUTE FUNCTION directory_keep_as_written('by_id');
"""

FORGET = """
DROP TRIGGER directory_change_stays ON directory_change;
DROP FUNCTION directory_keep_as_written();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0003_opening_hours"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="date"
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("calendar_opened", "Calendrier créé"),
                            ("calendar_changed", "Calendrier modifié"),
                            ("hours_set", "Horaires modifiés"),
                            ("days_closed", "Fermeture ajoutée"),
                            ("day_opened", "Ouverture ajoutée"),
                            ("closing_cancelled", "Fermeture retirée"),
                            ("opening_cancelled", "Ouverture retirée"),
                            ("service_created", "Service créé"),
                            ("service_moved", "Service modifié"),
                            ("services_merged", "Services fusionnés"),
                            ("motif_moved", "Motif changé de famille"),
                            ("target_set", "Délai cible fixé"),
                            ("target_ended", "Délai cible arrêté"),
                            ("target_taken_back", "Délai cible retiré"),
                        ],
                        max_length=24,
                        verbose_name="acte",
                    ),
                ),
                ("what", models.CharField(max_length=400, verbose_name="objet")),
                ("why", models.CharField(blank=True, max_length=250, verbose_name="raison")),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="détails")),
            ],
            options={
                "verbose_name": "acte du journal de l’annuaire",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="change",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="directory.organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["organisation", "-at", "-id"], name="change_page"),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "verb__in",
                        [
                            "calendar_opened",
                            "calendar_changed",
                            "hours_set",
                            "days_closed",
                            "day_opened",
                            "closing_cancelled",
                            "opening_cancelled",
                            "service_created",
                            "service_moved",
                            "services_merged",
                            "motif_moved",
                            "target_set",
                            "target_ended",
                            "target_taken_back",
                        ],
                    )
                ),
                name="change_verb",
            ),
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
