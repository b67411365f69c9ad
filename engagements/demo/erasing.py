"""Deletes one organisation with every row that hangs from it, and no other.

Foreign keys are checked when the transaction ends, so the order serves speed alone: demandes go
before their replies, so that the trigger which follows replies finds nothing left to follow.
"""

from collections import deque

from django.apps import apps
from django.db import connection, models, transaction

from contacts.models import Demande
from directory.models import Organisation
from engagements.models import StaleTally

Model = type[models.Model]


def paths_to_organisation() -> dict[Model, list[str]]:
    """For each model that hangs from an organisation, its columns up to it, the shortest way."""
    found: dict[Model, list[str]] = {Organisation: []}
    waiting: deque[Model] = deque([Organisation])
    while waiting:
        parent = waiting.popleft()
        for child in apps.get_models(include_auto_created=True):
            for field in child._meta.local_fields:
                if field.column and field.related_model is parent and child not in found:
                    found[child] = [field.column, *found[parent]]
                    waiting.append(child)
    return found


def _condition(model: Model, columns: list[str], paths: dict[Model, list[str]]) -> str:
    column, *further = columns
    if not further:
        return f'"{column}" = %(organisation)s'
    field = next(one for one in model._meta.local_fields if one.column == column)
    parent = field.related_model
    assert isinstance(parent, type)  # noqa: S101 for the type checker
    inner = _condition(parent, further, paths)
    return f'"{column}" IN (SELECT id FROM "{parent._meta.db_table}" WHERE {inner})'  # noqa: S608


@transaction.atomic
def erase(organisation: Organisation) -> None:
    paths = paths_to_organisation()
    del paths[Organisation]
    ordered = sorted(paths, key=lambda one: (one is StaleTally, one is not Demande))
    ordered.sort(key=lambda one: len(paths[one]), reverse=True)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        # What is kept as it was written leaves with its organisation alone, and this says which.
        cursor.execute("SELECT set_config('marianne.erasing', %s, true)", [str(organisation.pk)])
        for model in ordered:
            condition = _condition(model, paths[model], paths)
            cursor.execute(
                f'DELETE FROM "{model._meta.db_table}" WHERE {condition}',  # noqa: S608
                {"organisation": organisation.pk},
            )
        cursor.execute("DELETE FROM directory_organisation WHERE id = %s", [organisation.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
