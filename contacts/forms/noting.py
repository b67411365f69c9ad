"""A note between agents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.access import colleagues_on
from contacts.forms.attaching import FilesField
from contacts.forms.choosing import TEXT_MAX, chooser
from directory.models import Agent, Service
from ui.fields import LongTextField, PublicIdChoiceField


class NoteForm(forms.Form):
    text = LongTextField(
        label=_("Note interne"),
        help_text=_(
            "L’usager ne la voit pas. Pour prévenir des collègues, écrivez @Prénom Nom, ou "
            "choisissez-en un ci-dessous."
        ),
        max_length=TEXT_MAX,
        rows=5,
    )
    telling = PublicIdChoiceField(
        Agent.objects.none(),
        label=_("Prévenir un collègue"),
        required=False,
        empty_label=_("Personne en particulier"),
    )

    pieces = FilesField(required=False)

    def __init__(self, *args: Any, service: Service, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser(self, "telling").queryset = colleagues_on(service).exclude(pk=agent.pk)
