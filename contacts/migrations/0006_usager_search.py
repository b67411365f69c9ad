"""Usagers found by any word of their name, their consents, their journal and their merges.

Adding a stored column rewrites the table of usagers once: about ten seconds a million.
"""

import uuid

import django.contrib.postgres.search
import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The letters of a name without case nor accents, and what is no letter as a space. Immutable as
# it stands: `normalize` and the collation are PostgreSQL's own, whatever the locale of the base.
# NFKD leaves ligatures and barred letters, which are spelled out; marks that it takes apart go.
NAMES = r"""
CREATE FUNCTION contacts_plain_name(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(
    translate(replace(replace(replace(replace(
        lower(regexp_replace(
            normalize(name, NFKD),
            '[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]',
            '', 'g'
        ) COLLATE "pg_c_utf8"),
    'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'), 'þ', 'th'), 'łøđðı', 'loddi') COLLATE "pg_c_utf8",
    '[^[:alnum:]]+', ' ', 'g'
));

CREATE FUNCTION contacts_name_words(name text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN array_to_tsvector(string_to_array(contacts_plain_name(name), ' '));
"""
FORGET_NAMES = """
DROP FUNCTION contacts_name_words(text);
DROP FUNCTION contacts_plain_name(text);
"""

# As `directory_keep_as_written`, but rows change hands when two files are merged.
KEEP = """
CREATE FUNCTION contacts_keep_but_the_usager() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF current_setting('marianne.erasing', true) = OLD.organisation_id::text THEN
            RETURN OLD;
        END IF;
    ELSIF to_jsonb(NEW) - 'usager_id' IN (
        to_jsonb(OLD) - 'usager_id',
        to_jsonb(OLD) - 'usager_id' || jsonb_build_object('by_id', NULL)
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A row of % stays as it was written.', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER contacts_consent_stays BEFORE UPDATE OR DELETE ON contacts_consent
    FOR EACH ROW EXECUTE FUNCTION contacts_keep_but_the_usager();
CREATE TRIGGER contacts_usagerentry_stays BEFORE UPDATE OR DELETE ON contacts_usagerentry
    FOR EACH ROW EXECUTE FUNCTION contacts_keep_but_the_usager();
"""
FORGET_KEEP = """
DROP TRIGGER contacts_consent_stays ON contacts_consent;
DROP TRIGGER contacts_usagerentry_stays ON contacts_usagerentry;
DROP FUNCTION contacts_keep_but_the_usager();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0005_entered_by"),
        ("directory", "0005_merged_services"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(NAMES, FORGET_NAMES),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("survey_email", "Enquêtes de satisfaction par courriel"),
                            ("survey_sms", "Enquêtes de satisfaction par SMS"),
                            ("news_email", "Informations du service par courriel"),
                        ],
                        max_length=16,
                        verbose_name="objet",
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[("given", "Donné"), ("withdrawn", "Retiré")],
                        max_length=9,
                        verbose_name="décision",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="date")),
                ("how", models.CharField(max_length=200, verbose_name="recueilli comment")),
            ],
            options={
                "verbose_name": "consentement",
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("at", models.DateTimeField(verbose_name="date")),
                ("kept_before", models.JSONField(verbose_name="identité d’avant")),
                (
                    "moved",
                    models.JSONField(
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="lignes déplacées",
                    ),
                ),
                ("kept_version", models.PositiveIntegerField()),
                ("undone_at", models.DateTimeField(null=True, verbose_name="défaite le")),
            ],
            options={
                "verbose_name": "réunion de fiches",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="NotSame",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="date")),
            ],
            options={
                "verbose_name": "fiches distinctes",
            },
        ),
        migrations.CreateModel(
            name="UsagerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("corrected", "Fiche corrigée"),
                            ("consent_given", "Consentement donné"),
                            ("consent_withdrawn", "Consentement retiré"),
                            ("merged", "Fiches réunies"),
                            ("merge_undone", "Réunion défaite"),
                            ("not_same", "Fiches déclarées distinctes"),
                        ],
                        max_length=20,
                        verbose_name="acte",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="date")),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="détails")),
            ],
            options={
                "verbose_name": "acte sur une fiche d’usager",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="usager",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="merged",
                to="contacts.usager",
            ),
        ),
        migrations.AddField(
            model_name="usager",
            name="version",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddConstraint(
            model_name="usager",
            constraint=models.CheckConstraint(
                condition=models.Q(("phone__regex", "^(\\+[1-9][0-9]{4,14}|[0-9]{0,6})$")),
                name="usager_phone_form",
                violation_error_message="Ce numéro de téléphone n’est pas valide.",
            ),
        ),
        migrations.AddConstraint(
            model_name="usager",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", models.F("pk")), _negated=True),
                name="usager_not_merged_into_itself",
                violation_error_message="Une fiche ne se réunit pas avec elle-même.",
            ),
        ),
        migrations.AddField(
            model_name="consent",
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
            model_name="consent",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="directory.organisation",
            ),
        ),
        migrations.AddField(
            model_name="consent",
            name="usager",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="consents",
                to="contacts.usager",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="absorbed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="merges_away",
                to="contacts.usager",
            ),
        ),
        migrations.AddField(
            model_name="merge",
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
            model_name="merge",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="merges_in",
                to="contacts.usager",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="directory.organisation",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="undone_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="notsame",
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
            model_name="notsame",
            name="first",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="contacts.usager",
            ),
        ),
        migrations.AddField(
            model_name="notsame",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="directory.organisation",
            ),
        ),
        migrations.AddField(
            model_name="notsame",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contacts.usager"
            ),
        ),
        migrations.AddField(
            model_name="usagerentry",
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
            model_name="usagerentry",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="directory.organisation",
            ),
        ),
        migrations.AddField(
            model_name="usagerentry",
            name="usager",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="journal",
                to="contacts.usager",
            ),
        ),
        migrations.AddField(
            model_name="usager",
            name="name_words",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(models.F("full_name"), function="contacts_name_words"),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["survey_email", "survey_sms", "news_email"])),
                name="consent_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("step__in", ["given", "withdrawn"])), name="consent_step"
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("how", ""), _negated=True),
                name="consent_says_how",
                violation_error_message="Dites comment l’usager a donné sa décision.",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("absorbed")), _negated=True),
                name="merge_of_two",
                violation_error_message="Une fiche ne se réunit pas avec elle-même.",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                models.F("absorbed"),
                condition=models.Q(("undone_at", None)),
                name="merge_once",
                violation_error_message="Cette fiche a déjà été réunie avec une autre.",
            ),
        ),
        migrations.AddConstraint(
            model_name="notsame",
            constraint=models.UniqueConstraint(
                models.F("first"), models.F("second"), name="not_same_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="notsame",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="not_same_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="usagerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "verb__in",
                        [
                            "corrected",
                            "consent_given",
                            "consent_withdrawn",
                            "merged",
                            "merge_undone",
                            "not_same",
                        ],
                    )
                ),
                name="usager_entry_verb",
            ),
        ),
        migrations.RunSQL(KEEP, FORGET_KEEP),
    ]
