"""What forms of the reception desk share."""

from typing import Any, cast

from django import forms

TEXT_MAX = 20_000


def chooser(form: forms.Form, name: str) -> "forms.ModelChoiceField[Any]":
    """The field of that name, whose rows are chosen when the agent is known."""
    return cast("forms.ModelChoiceField[Any]", form.fields[name])
