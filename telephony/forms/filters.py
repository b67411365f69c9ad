"""Filters of the register of calls and of its figures (GET)."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.access import services_of
from directory.forms.filters import ServiceFilterField, check_period, offer_services
from directory.models import Agent
from telephony import numbers
from telephony.access import call_services_of
from telephony.enums import Outcome, Part
from telephony.queries import CallQuery
from ui.fields import DayField
from ui.widgets import PlainSelect

DEFAULT_DAYS = 30


class PeriodForm(forms.Form):
    """A period and a service: what both pages ask. An empty field means no bound, or all."""

    du = DayField(label=_("Du"), required=False)
    au = DayField(label=_("Au"), required=False)
    service = ServiceFilterField()

    def __init__(self, data: Any, *, agent: Agent) -> None:
        super().__init__(data)
        self.agent = agent
        offer_services(self, services_of(agent))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        check_period(self, cleaned)
        return cleaned

    def asked(self) -> CallQuery:
        """What was asked, within the agent's perimeter; nothing at all of a wrong form."""
        agent = self.agent
        if not self.is_valid():
            return CallQuery.of(agent.organisation_id, [], None, None)
        data = self.cleaned_data
        services = call_services_of(agent)
        if data["service"]:
            below = services_of(agent).and_below([data["service"].pk])
            services = frozenset(below.values_list("pk", flat=True))
        return CallQuery.of(agent.organisation_id, services, data["du"], data["au"])


class FigureFilter(PeriodForm):
    """The period of the figures is never open: by default, the last thirty days."""

    def __init__(self, data: Any, *, agent: Agent, today: date) -> None:
        filled = data.copy()
        if not filled.get("du"):
            filled["du"] = str(today - timedelta(days=DEFAULT_DAYS - 1))
        if not filled.get("au"):
            filled["au"] = str(today)
        super().__init__(filled, agent=agent)

    @property
    def active_count(self) -> int:
        return sum(bool(self.data.get(name)) for name in ("service",))


class CallFilter(PeriodForm):
    """Filters of the register; `chiffre` shows the calls that one figure counts."""

    numero = forms.CharField(label=_("Numéro de l’appelant"), max_length=40, required=False)
    issue = forms.ChoiceField(
        label=_("Issue"),
        choices=[("", _("Toutes")), *Outcome.choices],
        required=False,
        widget=PlainSelect,
    )
    chiffre = forms.ChoiceField(
        label=_("Compté dans"),
        choices=[("", _("Tout")), *Part.choices],
        required=False,
        widget=PlainSelect,
    )

    def clean_numero(self) -> str:
        """Compared as it is stored, however it is typed."""
        return numbers.caller(self.cleaned_data["numero"])[0]

    @property
    def active_count(self) -> int:
        return sum(bool(value) for value in self.cleaned_data.values()) if self.is_valid() else 0
