"""Filters of the register."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.access import services_to_choose
from directory.forms.filters import ServiceFilterField, offer_services
from directory.models import Agent
from letters.chronos import read_chrono
from letters.models.letter import LetterQuerySet
from letters.queries import years_of
from ui.widgets import PlainSelect


class RegisterFilter(forms.Form):
    """Filters of the register (GET); they mean the same for the page and for its files."""

    q = forms.CharField(
        label=_("Numéro, expéditeur ou objet"), max_length=100, required=False, strip=True
    )
    annee = forms.TypedChoiceField(
        label=_("Année"), coerce=int, empty_value=None, required=False, widget=PlainSelect
    )
    service = ServiceFilterField()

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = years_of(agent.organisation_id)
        self.fields["annee"].choices = [  # type: ignore[attr-defined]
            ("", _("Toutes")),
            *((year, str(year)) for year in years),
        ]
        offer_services(self, services_to_choose(agent))

    @property
    def active_count(self) -> int:
        return sum(bool(value) for value in self.cleaned_data.values()) if self.is_valid() else 0

    def chosen(self, letters: LetterQuerySet) -> LetterQuerySet:
        """What the filters let through; a filter that means nothing lets nothing through."""
        if not self.is_valid():
            return letters.none()
        data = self.cleaned_data
        if data["annee"]:
            letters = letters.filter(year=data["annee"])
        if data["service"]:
            letters = letters.filter(demande__service=data["service"])
        return letters.filter(_searched(data["q"])) if data["q"] else letters


def _searched(words: str) -> Q:
    found = Q(sender__icontains=words) | Q(demande__subject__icontains=words)
    found |= Q(demande__reference__iexact=words)
    chrono = read_chrono(words)
    if chrono is None:
        return found
    number = Q(number=chrono.number)
    return found | (number & Q(year=chrono.year) if chrono.year else number)
