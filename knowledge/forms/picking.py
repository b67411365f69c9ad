"""The sheets that an answer was written with, carried by the form that sends it."""

from typing import Any
from uuid import UUID

from django import forms


class ChosenSheetsField(forms.Field):
    """Public ids of sheets, hidden. One that is none is left out: counting never stops a reply."""

    widget = forms.MultipleHiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> list[UUID]:
        found = (_as_uuid(one) for one in value or [])
        return list(dict.fromkeys(one for one in found if one))


def _as_uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
