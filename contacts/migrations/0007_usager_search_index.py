"""The indexes that find an usager by any word of the name, address, number or last digits."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built while people go on writing.
    atomic = False

    dependencies = [("contacts", "0006_usager_search")]

    operations = [
        AddIndexConcurrently(
            model_name="usager",
            index=models.Index(
                models.F("merged_into"),
                condition=models.Q(("merged_into__isnull", False)),
                name="usager_merged_behind",
            ),
        ),
        AddIndexConcurrently(
            model_name="usager",
            index=django.contrib.postgres.indexes.GinIndex(
                models.F("name_words"), fastupdate=False, name="usager_search_name"
            ),
        ),
        AddIndexConcurrently(
            model_name="usager",
            index=models.Index(
                models.F("organisation"), models.F("name_words"), name="usager_same_name"
            ),
        ),
        AddIndexConcurrently(
            model_name="usager",
            index=models.Index(
                models.F("organisation"),
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("email"), "text_pattern_ops"
                ),
                name="usager_search_email",
            ),
        ),
        AddIndexConcurrently(
            model_name="usager",
            index=models.Index(
                models.F("organisation"),
                django.contrib.postgres.indexes.OpClass("phone", "varchar_pattern_ops"),
                name="usager_search_phone",
            ),
        ),
        AddIndexConcurrently(
            model_name="usager",
            index=models.Index(
                models.F("organisation"),
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Reverse("phone"), "text_pattern_ops"
                ),
                name="usager_search_last_digits",
            ),
        ),
        RemoveIndexConcurrently(
            model_name="usager",
            name="usager_by_email",
        ),
        RemoveIndexConcurrently(
            model_name="usager",
            name="usager_by_phone",
        ),
    ]
