"""Situations of usagers, in the words of the trade."""

from typing import Any

from contacts.models import Usager
from directory.models import Organisation


def make_usager(organisation: Organisation, full_name: str = "", **kwargs: Any) -> Usager:
    return Usager.objects.create(organisation=organisation, full_name=full_name, **kwargs)
