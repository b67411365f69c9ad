"""Delay targets."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.enums import Channel, Measure, Nature
from contacts.forms.choosing import chooser
from directory.access import services_to_choose
from directory.forms.base import WhyField
from directory.models import Agent, Service
from ui.fields import DayField

# A target further ahead is a slip of the keyboard.
YEARS_AHEAD = 2


class TargetForm(forms.Form):
    """A new version of a delay target; empty dimensions mean "all"."""

    measure = forms.ChoiceField(
        label=_("Délai mesuré jusqu’à"),
        choices=[
            (Measure.FIRST_REPLY, _("la première réponse")),
            (Measure.MERITS, _("la réponse au fond")),
        ],
    )
    service = forms.ModelChoiceField(
        Service.objects.none(), label=_("Service"), required=False, empty_label=_("Tous")
    )
    channel = forms.ChoiceField(
        label=_("Canal"), choices=[("", _("Tous")), *Channel.choices], required=False
    )
    nature = forms.ChoiceField(
        label=_("Nature"), choices=[("", _("Toutes")), *Nature.choices], required=False
    )
    limit = forms.IntegerField(label=_("Délai en jours ouvrés"), min_value=1, max_value=250)
    valid_from = DayField(label=_("À partir des demandes reçues le"))
    origin = forms.CharField(
        label=_("Origine"),
        help_text=_("Par exemple : délibération du 12 mars 2026."),
        max_length=200,
        required=False,
    )
    why = WhyField()

    def __init__(self, *args: Any, agent: Agent, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        chooser(self, "service").queryset = services_to_choose(agent)

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day.year > self.today.year + YEARS_AHEAD:
            raise forms.ValidationError(_("Un délai se fixe deux ans à l’avance au plus."))
        return day
