"""Giving a ticket and calling, at the desk and at the tablet."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ui.widgets import PlainSelect
from waiting.actions import Served
from waiting.enums import Reason
from waiting.models.ticket import COUNTER_MAX


class TakeForm(forms.Form):
    """At the tablet: one press says everything."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(choices=[("", ""), *Reason.choices], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs = {"initial": {"key": uuid.uuid4()}, "auto_id": False, **kwargs}
        super().__init__(*args, **kwargs)


class GiveForm(forms.Form):
    """At the desk; the key made with the page keeps a double click from giving two tickets."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=_("Priorité"),
        choices=[("", _("Sans priorité")), *Reason.choices],
        required=False,
        widget=PlainSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4()})
        super().__init__(*args, **kwargs)


class CallForm(forms.Form):
    """Where the agent stands, and whom the page showed there."""

    counter = forms.CharField(
        label=_("Votre guichet"),
        max_length=COUNTER_MAX,
        error_messages={"required": _("Indiquez votre guichet : l’écran l’affiche.")},
    )
    serving = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def served(self) -> Served:
        return Served(self.cleaned_data["counter"], self.cleaned_data["serving"])
