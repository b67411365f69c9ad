"""Writing a call down by hand, and tying it to a demande."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.forms.choosing import chooser
from contacts.phones import normalise
from directory.access import services_to_choose
from directory.forms.base import service_choices
from directory.models import Agent, Service
from telephony.actions.calls import ToldCall
from telephony.enums import Outcome
from telephony.forms.fields import SecondsField
from telephony.models.call import MOST_RINGS
from ui.widgets import InstantInput

LONGEST_WAIT = 3600


class CallForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("Issue de l’appel"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    service = forms.ModelChoiceField(
        Service.objects.none(), label=_("Service appelé"), empty_label=_("Choisissez un service")
    )
    rings = forms.IntegerField(
        label=_("Sonneries avant le décroché"),
        help_text=_("Ou avant l’abandon. Laissez vide si vous connaissez les secondes."),
        min_value=1,
        max_value=MOST_RINGS,
        required=False,
    )
    seconds = SecondsField(
        label=_("Secondes d’attente"), min_value=0, max_value=LONGEST_WAIT, required=False
    )
    started_at = forms.DateTimeField(label=_("Date et heure"), widget=InstantInput)
    caller = forms.CharField(label=_("Numéro de l’appelant"), max_length=40, required=False)
    note = forms.CharField(label=_("Remarque"), max_length=250, required=False)

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "key": uuid.uuid4(),
            "outcome": Outcome.AGENT,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        services = services_to_choose(agent).select_related("calendar")
        service = chooser(self, "service")
        service.queryset = services
        service.choices = [("", service.empty_label), *service_choices(services)]

    def clean_caller(self) -> str:
        return normalise(self.cleaned_data["caller"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("rings") is not None and cleaned.get("seconds") is not None:
            self.add_error("seconds", _("Donnez les sonneries ou les secondes, pas les deux."))
        return cleaned

    def told(self) -> ToldCall:
        data, seconds = self.cleaned_data, self.cleaned_data["seconds"]
        service: Service = data["service"]
        return ToldCall(
            service=service,
            started_at=in_zone(data["started_at"], service.calendar.zone),
            outcome=Outcome(data["outcome"]),
            caller=data["caller"],
            rings=data["rings"],
            wait_ms=None if seconds is None else int(seconds * 1000),
            note=data["note"],
            key=data["key"],
        )


def in_zone(typed: datetime, zone: ZoneInfo) -> datetime:
    """The clock that was typed is that of the service, not of the server."""
    return timezone.make_naive(typed).replace(tzinfo=zone)


class TieForm(forms.Form):
    reference = forms.CharField(
        label=_("Référence de la demande"), max_length=64, help_text=_("Par exemple 7K3M-92QX-AB.")
    )
