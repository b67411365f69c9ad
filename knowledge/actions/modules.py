"""Writing text modules."""

from django.db import transaction

from knowledge.models import TextModule


@transaction.atomic
def save_module(module: TextModule) -> None:
    """A new module or a changed one; replies already written keep their own words."""
    module.full_clean()
    module.save()
