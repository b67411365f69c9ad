"""Answer sheets, their versions and uses, text modules, shared annuaires."""

import uuid

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

# « Pièces » and « piece » are one word: accents go first, then French endings.
FRENCH = """
CREATE TEXT SEARCH CONFIGURATION public.knowledge_french (COPY = pg_catalog.french);
ALTER TEXT SEARCH CONFIGURATION public.knowledge_french
    ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.french_stem;

-- `unaccent` is only stable because its rules could change; the product never changes them, and
-- a stored column needs a function that says so.
CREATE FUNCTION public.knowledge_plain(words text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, words)) $$;
"""
NO_FRENCH = """
DROP FUNCTION public.knowledge_plain(text);
DROP TEXT SEARCH CONFIGURATION public.knowledge_french;
"""
# What was answered stays provable: see `directory_keep_as_written`.
KEEP = """
CREATE TRIGGER knowledge_sheetversion_stays BEFORE UPDATE OR DELETE ON knowledge_sheetversion
    FOR EACH ROW EXECUTE FUNCTION directory_keep_as_written('by_id');
"""
FORGET = "DROP TRIGGER knowledge_sheetversion_stays ON knowledge_sheetversion;"
# A share goes with either of its organisations, whatever erases one.
BOTH_SIDES = """
ALTER TABLE knowledge_annuaireshare ADD CONSTRAINT knowledge_share_shown_to
    FOREIGN KEY (shown_to_id) REFERENCES directory_organisation (id) ON DELETE CASCADE
    DEFERRABLE INITIALLY DEFERRED;
"""
ONE_SIDE = "ALTER TABLE knowledge_annuaireshare DROP CONSTRAINT knowledge_share_shown_to;"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0005_merged_services"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(FRENCH, NO_FRENCH),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("question", models.CharField(max_length=250, verbose_name="question")),
                ("answer", models.TextField(verbose_name="réponse")),
                (
                    "keywords",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="autres mots de l’usager"
                    ),
                ),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="valable jusqu’au"),
                ),
                ("review_on", models.DateField(blank=True, null=True, verbose_name="à revoir le")),
                (
                    "reviewed_on",
                    models.DateField(editable=False, null=True, verbose_name="relue le"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="écrite le",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="publiée le"),
                ),
                (
                    "archived_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="archivée le"),
                ),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.CombinedSearchVector(
                                django.contrib.postgres.search.SearchVector(
                                    "question", config="knowledge_french", weight="A"
                                ),
                                "||",
                                django.contrib.postgres.search.SearchVector(
                                    "keywords", config="knowledge_french", weight="B"
                                ),
                                django.contrib.postgres.search.SearchConfig("knowledge_french"),
                            ),
                            "||",
                            django.contrib.postgres.search.SearchVector(
                                "answer", config="knowledge_french", weight="C"
                            ),
                            django.contrib.postgres.search.SearchConfig("knowledge_french"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "plain",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            django.db.models.functions.text.Concat(
                                "question", models.Value(" "), "keywords"
                            ),
                            function="knowledge_plain",
                            output_field=models.TextField(),
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "motif",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="directory.motif",
                        verbose_name="motif",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.organisation",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tenue par",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.service",
                        verbose_name="service",
                    ),
                ),
            ],
            options={
                "verbose_name": "fiche réponse",
                "ordering": ["question", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SheetVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("question", models.CharField(max_length=250, verbose_name="question")),
                ("answer", models.TextField(verbose_name="réponse")),
                ("at", models.DateTimeField(verbose_name="écrite le")),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="knowledge.sheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "version d’une fiche",
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="SheetUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("channel", models.CharField(max_length=10, verbose_name="canal")),
                ("on_day", models.DateField(verbose_name="jour")),
                ("at", models.DateTimeField(verbose_name="date")),
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
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.organisation",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.service",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="knowledge.sheet",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="knowledge.sheetversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "emploi d’une fiche",
            },
        ),
        migrations.CreateModel(
            name="TextModule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reply", "Réponse au fond"),
                            ("holding", "Réponse d’attente"),
                            ("acknowledgement", "Accusé de réception"),
                            ("other", "Autre texte"),
                        ],
                        default="reply",
                        max_length=16,
                        verbose_name="pour",
                    ),
                ),
                ("body", models.TextField(verbose_name="texte")),
                (
                    "is_active",
                    models.BooleanField(default=True, verbose_name="proposé dans les réponses"),
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
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.service",
                        verbose_name="service",
                    ),
                ),
            ],
            options={
                "verbose_name": "modèle de texte",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AnnuaireShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("proposed_at", models.DateTimeField(verbose_name="proposé le")),
                ("accepted_at", models.DateTimeField(null=True, verbose_name="accepté le")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="retiré le")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.organisation",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shown_to",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="directory.organisation",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "annuaire partagé",
                "ordering": ["-proposed_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("organisation", models.F("shown_to")), _negated=True),
                        name="share_with_another",
                        violation_error_message="Une organisation ne se partage pas son annuaire.",
                    ),
                    models.UniqueConstraint(
                        models.F("organisation"),
                        models.F("shown_to"),
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        name="share_standing_once",
                        violation_error_message="Cet annuaire lui est déjà proposé ou partagé.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_at__isnull", True),
                            ("accepted_at__gte", models.F("proposed_at")),
                            _connector="OR",
                        ),
                        name="share_accepted_after_proposal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            ("withdrawn_at__gte", models.F("proposed_at")),
                            _connector="OR",
                        ),
                        name="share_withdrawn_after_proposal",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search"], name="sheet_search_words"
            ),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", True)),
                fields=["organisation", "question"],
                name="sheet_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("question", ""), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                ),
                name="sheet_asks_and_answers",
                violation_error_message="Une fiche a une question et une réponse.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="sheet_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="sheetversion",
            constraint=models.UniqueConstraint(
                models.F("sheet"), models.F("number"), name="sheetversion_number_unique"
            ),
        ),
        migrations.AddIndex(
            model_name="sheetuse",
            index=models.Index(fields=["organisation", "sheet", "on_day"], name="sheetuse_count"),
        ),
        migrations.AddConstraint(
            model_name="sheetuse",
            constraint=models.UniqueConstraint(
                models.F("sheet"), models.F("key"), name="sheetuse_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sheetuse",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel", ""), _negated=True), name="sheetuse_channel"
            ),
        ),
        migrations.AddConstraint(
            model_name="textmodule",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                models.F("name"),
                name="module_name_unique",
                violation_error_message="Un modèle porte déjà ce nom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="textmodule",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["reply", "holding", "acknowledgement", "other"])),
                name="module_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="textmodule",
            constraint=models.CheckConstraint(
                condition=models.Q(("body", ""), _negated=True),
                name="module_has_words",
                violation_error_message="Un modèle a un texte.",
            ),
        ),
        migrations.RunSQL(KEEP, FORGET),
        migrations.RunSQL(BOTH_SIDES, ONE_SIDE),
    ]
