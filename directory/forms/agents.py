"""Forms on the people who have an account."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.access import WHOLE_ORGANISATION
from directory.forms.base import OwnedForm, service_choices
from directory.models import Agent, Service


class AgentForm(OwnedForm):
    class Meta:
        model = Agent
        fields = ["full_name", "role", "services"]
        widgets = {"role": forms.RadioSelect, "services": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Q(is_active=True)
        if self.instance.pk:
            offered |= Q(agents=self.instance)
        services = Service.objects.filter(offered, organisation=self.organisation).distinct()
        field = self.chooser("services")
        field.queryset = services
        field.choices = service_choices(services)
        field.help_text = _(
            "L’agent travaille sur les demandes de ces services et de ceux qui en dépendent. "
            "Inutile pour un responsable qualité ou un administrateur, qui voient tout."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        sees_all = cleaned.get("role") in WHOLE_ORGANISATION
        if "role" in cleaned and not sees_all and not cleaned.get("services", True):
            self.add_error(
                "services",
                gettext("Choisissez au moins un service : sans lui, l’agent ne verrait rien."),
            )
        return cleaned


class NewAgentForm(AgentForm):
    class Meta(AgentForm.Meta):
        fields = ["full_name", "email", "role", "services"]
        help_texts = {"email": _("Elle sert à se connecter et reçoit l’invitation.")}

    def clean_email(self) -> str:
        """Addresses are kept in lower case: two that differ by a capital are one."""
        return str(self.cleaned_data["email"]).lower()


class AgentSearchForm(forms.Form):
    q = forms.CharField(label=_("Nom ou adresse"), required=False, max_length=160)
