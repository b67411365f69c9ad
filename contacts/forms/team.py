"""Which service the team's view is about."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.forms.choosing import chooser
from directory.access import services_of
from directory.models import Agent, Service
from ui.fields import PublicIdChoiceField


class TeamFilter(forms.Form):
    service = PublicIdChoiceField(
        Service.objects.none(), label=_("Service"), required=False, empty_label=_("Tous")
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser(self, "service").queryset = services_of(agent)
