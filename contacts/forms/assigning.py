"""Giving a demande to a colleague."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from contacts.access import handlers_on
from contacts.forms.choosing import chooser
from contacts.forms.demande import DemandeForm
from directory.models import Agent, Service
from ui.fields import PublicIdChoiceField


class AssignForm(DemandeForm):
    agent = PublicIdChoiceField(
        Agent.objects.none(),
        label=_("Attribuer à"),
        help_text=_("Les agents qui traitent les demandes de ce service."),
    )

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser(self, "agent").queryset = handlers_on(service)
