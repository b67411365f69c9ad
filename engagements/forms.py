"""Filters of the pages of figures: a period, a service, a channel."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.enums import Channel
from directory.access import services_of
from directory.forms.base import WhyField, service_choices
from directory.forms.filters import check_period
from directory.models import Agent, Service
from engagements.access import perimeter
from engagements.scope import Scope
from ui.fields import DayField, PublicIdChoiceField

DEFAULT_MONTHS = 12


def default_first(today: date) -> date:
    """The first day of the month, eleven months back: twelve months shown, the current one last."""
    months = today.year * 12 + today.month - DEFAULT_MONTHS
    return date(months // 12, months % 12 + 1, 1)


class ScopeForm(forms.Form):
    """GET; an empty field means its default, a wrong one says so and keeps what was typed."""

    du = DayField(label=_("Reçues du"), required=False)
    au = DayField(label=_("au"), required=False)
    service = PublicIdChoiceField(
        Service.objects.none(), label=_("Service"), required=False, empty_label=_("Tous")
    )
    # A row of the table of services counts that service alone, and so does the list behind it.
    seul = forms.BooleanField(required=False, widget=forms.HiddenInput)
    canal = forms.ChoiceField(
        label=_("Canal"), choices=[("", _("Tous")), *Channel.choices], required=False
    )

    def __init__(self, data: Any, *, agent: Agent, today: date) -> None:
        filled = data.copy()
        filled.setdefault("du", str(default_first(today)))
        filled.setdefault("au", str(today))
        super().__init__(filled)
        self.agent, self.today = agent, today
        service = cast("forms.ModelChoiceField[Any]", self.fields["service"])
        service.queryset = services_of(agent)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        check_period(self, cleaned)
        return cleaned

    @property
    def active_count(self) -> int:
        return sum(bool(self.data.get(name)) for name in ("service", "canal"))

    def scope(self) -> Scope:
        """What was asked, within the agent's perimeter; only of a valid form."""
        data = self.cleaned_data
        return Scope(
            organisation_id=self.agent.organisation_id,
            first=data["du"] or default_first(self.today),
            last=data["au"] or self.today,
            today=self.today,
            services=self._services(data["service"]),
            channels=frozenset({data["canal"]}) if data["canal"] else None,
        )

    def _services(self, chosen: Service | None) -> frozenset[int] | None:
        """A service is read with everything below it, unless it is asked for alone."""
        if chosen is None:
            return perimeter(self.agent)
        if self.cleaned_data["seul"]:
            return frozenset({chosen.pk})
        below = services_of(self.agent).and_below([chosen.pk])
        return frozenset(below.values_list("pk", flat=True))


class MergeForm(forms.Form):
    """Which service takes over another one, and why."""

    into = forms.ModelChoiceField(
        Service.objects.none(),
        label=_("Service d’arrivée"),
        empty_label=_("Choisissez un service"),
        help_text=_("Il reprend tout ; son calendrier et ses délais cibles s’appliquent."),
    )
    why = WhyField(label=_("Pourquoi cette fusion ?"), required=True)
    agreed = forms.BooleanField(
        label=_("Je confirme cette fusion : elle ne se défait pas."),
        error_messages={"required": _("Cochez la case pour confirmer la fusion.")},
    )

    def __init__(self, data: Any, *, source: Service) -> None:
        super().__init__(data)
        services = Service.objects.filter(organisation=source.organisation_id)
        offered = services.active().exclude(pk__in=services.and_below([source.pk]).values("pk"))
        field = cast("forms.ModelChoiceField[Service]", self.fields["into"])
        field.queryset = offered
        field.choices = [("", field.empty_label or ""), *service_choices(offered)]
