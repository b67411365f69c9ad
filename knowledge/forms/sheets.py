"""Forms on answer sheets."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.access import agents_of, motifs_of, services_to_choose
from directory.forms.base import OwnedForm, service_choices
from directory.forms.filters import ServiceFilterField, offer_services
from directory.models import Agent
from knowledge.access import may_write_sheets, services_to_write_for, writes_for_all
from knowledge.models import Sheet
from ui.fields import DayField, LongTextField

ANSWER_MAX = 10_000


class SheetForm(OwnedForm):
    # The version that its writer has read; another one since is told, never overwritten.
    known = forms.IntegerField(widget=forms.HiddenInput, required=False)
    answer = LongTextField(
        label=_("Réponse"),
        help_text=_(
            "Du texte simple : une ligne vide sépare deux paragraphes, un tiret ou un numéro en "
            "début de ligne fait une liste."
        ),
        max_length=ANSWER_MAX,
        rows=10,
    )
    valid_until = DayField(
        label=_("Valable jusqu’au"),
        help_text=_("Après ce jour, elle est montrée en dernier, marquée comme périmée."),
        required=False,
    )
    review_on = DayField(label=_("À revoir le"), required=False)

    class Meta:
        model = Sheet
        fields = [
            *("question", "answer", "keywords", "service", "motif"),
            *("valid_until", "review_on", "owner"),
        ]
        help_texts = {
            "question": _("Comme l’usager la pose."),
            "keywords": _("Ce qu’il dit aussi, s’il ne connaît pas le mot juste."),
        }

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, organisation=agent.organisation, **kwargs)
        self.agent = agent
        self.fields["known"].initial = self.instance.version
        self._offer_services()
        motif = self.chooser("motif")
        motif.queryset = motifs_of(agent).active()
        motif.empty_label = _("Sans motif précis")
        self._offer_owners()

    def _offer_services(self) -> None:
        field = self.chooser("service")
        services = services_to_write_for(self.agent)
        for_all = writes_for_all(self.agent) or not self._publishes
        field.queryset = services
        field.required = not for_all
        first = _("Tous les services") if for_all else _("Choisissez un service")
        field.choices = [("", first), *service_choices(services)]

    @property
    def _publishes(self) -> bool:
        return may_write_sheets(self.agent)

    def _offer_owners(self) -> None:
        if not self._publishes:
            del self.fields["owner"]  # whoever proposes keeps it, until a writer says otherwise
            self.instance.owner = self.agent
            return
        owner = self.chooser("owner")
        offered = Q(is_active=True) | Q(pk=self.instance.owner_id)
        owner.queryset = agents_of(self.agent).filter(offered)
        owner.required = True
        owner.empty_label = None
        if self.instance.owner_id is None:
            self.initial["owner"] = self.agent.pk


class ConfirmForm(forms.Form):
    review_on = DayField(label=_("Prochaine relecture le"))


class SheetFilter(forms.Form):
    """Filters of the list of sheets (GET)."""

    q = forms.CharField(label=_("Mots"), max_length=100, required=False)
    service = ServiceFilterField()

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_services(self, services_to_choose(agent))

    @property
    def active_count(self) -> int:
        return sum(bool(value) for value in self.cleaned_data.values()) if self.is_valid() else 0


def next_review(today: date) -> date:
    """Half a year on, whatever the lengths of its months."""
    return today + timedelta(days=182)
