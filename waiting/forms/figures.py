"""The period and the service of the figures of waiting."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.forms.choosing import chooser
from directory.access import services_of
from directory.forms.filters import check_period
from directory.models import Agent, Service
from ui.fields import DayField, PublicIdChoiceField

DEFAULT_DAYS = 30


class FigureFilter(forms.Form):
    """GET; an empty day means its default, a wrong one says so and keeps what was typed."""

    du = DayField(label=_("Arrivées du"), required=False)
    au = DayField(label=_("au"), required=False)
    service = PublicIdChoiceField(
        Service.objects.none(), label=_("Service"), required=False, empty_label=_("Tous")
    )

    def __init__(self, data: Any, *, agent: Agent, today: date) -> None:
        filled = data.copy()
        for name, day in (("du", today - timedelta(days=DEFAULT_DAYS - 1)), ("au", today)):
            if not filled.get(name):
                filled[name] = str(day)
        super().__init__(filled)
        chooser(self, "service").queryset = services_of(agent)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        check_period(self, cleaned)
        return cleaned

    @property
    def active_count(self) -> int:
        return int(bool(self.data.get("service")))
