"""Form of a text module: its places to fill are checked as it is written."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from directory.forms.base import OwnedForm, service_choices
from directory.models import Agent
from knowledge.access import services_to_write_for, writes_for_all
from knowledge.models import TextModule
from knowledge.placeholders import legal_places, unknown_places
from ui.fields import LongTextField

BODY_MAX = 10_000


class TextModuleForm(OwnedForm):
    constraint_fields: ClassVar[dict[str, str]] = {"module_name_unique": "name"}
    body = LongTextField(label=_("Texte"), max_length=BODY_MAX, rows=10)

    class Meta:
        model = TextModule
        fields = ["name", "kind", "service", "body", "is_active"]
        help_texts = {
            "is_active": _("Un modèle retiré n’est plus proposé ; les réponses écrites restent.")
        }

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, organisation=agent.organisation, **kwargs)
        field, services = self.chooser("service"), services_to_write_for(agent)
        for_all = writes_for_all(agent)
        field.queryset = services
        field.required = not for_all
        first = _("Tous les services") if for_all else _("Choisissez un service")
        field.choices = [("", first), *service_choices(services)]
        self.fields["body"].help_text = gettext("Mots remplacés à l’insertion : %(places)s.") % {
            "places": legal_places()
        }

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        unknown = unknown_places(body)
        if unknown:
            words = ngettext(
                "%(unknown)s n’est pas un mot remplacé. Ceux qui le sont : %(legal)s.",
                "%(unknown)s ne sont pas des mots remplacés. Ceux qui le sont : %(legal)s.",
                len(unknown),
            )
            told = {"unknown": ", ".join(unknown), "legal": legal_places()}
            raise forms.ValidationError(words % told)
        return body
