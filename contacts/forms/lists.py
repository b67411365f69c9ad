"""Filters of the lists of demandes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.due import Due
from contacts.enums import Channel, Nature
from directory.access import services_of
from directory.forms.filters import ServiceFilterField, offer_services
from directory.models import Agent
from ui.widgets import PlainSelect

MINE, NOBODYS = "moi", "personne"


class ListFilter(forms.Form):
    """Filters of the lists of demandes (GET)."""

    q = forms.CharField(label=_("Référence ou objet"), max_length=100, required=False)
    service = ServiceFilterField()
    channel = forms.ChoiceField(
        label=_("Canal"),
        choices=[("", _("Tous")), *Channel.choices],
        required=False,
        widget=PlainSelect,
    )
    nature = forms.ChoiceField(
        label=_("Nature"),
        choices=[("", _("Toutes")), *Nature.choices],
        required=False,
        widget=PlainSelect,
    )

    due = forms.ChoiceField(
        label=_("Échéance"),
        choices=[("", _("Toutes")), *Due.choices],
        required=False,
        widget=PlainSelect,
    )
    assigned = forms.ChoiceField(
        label=_("Attribution"),
        choices=[("", _("Toutes")), (MINE, _("À moi")), (NOBODYS, _("Non attribuées"))],
        required=False,
        widget=PlainSelect,
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent
        offer_services(self, services_of(agent))

    @property
    def active_count(self) -> int:
        return sum(bool(value) for value in self.cleaned_data.values()) if self.is_valid() else 0
