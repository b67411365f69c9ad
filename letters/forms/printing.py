"""What is said before printing: what silence is worth, which labels and where they start."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.enums import Silence
from directory.models.service import IMPLICIT, LONGEST_SILENCE, USUAL_SILENCE
from letters.models.letter import FIRST_YEAR, LAST_NUMBER, LAST_YEAR
from ui.widgets import PlainSelect

COLUMNS, ROWS = 3, 8
PER_SHEET = COLUMNS * ROWS
MOST_LABELS = 10 * PER_SHEET


class SilenceForm(forms.Form):
    """What silence on this letter is worth, when its motif does not say it (GET)."""

    silence = forms.ChoiceField(
        label=_("Ce que vaut le silence"),
        choices=[("", _("Pas encore précisé")), *Silence.choices],
        required=False,
        widget=PlainSelect,
    )
    mois = forms.IntegerField(
        label=_("Au bout de (mois)"), min_value=1, max_value=LONGEST_SILENCE, required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("silence") not in IMPLICIT:
            cleaned["mois"] = None
        elif cleaned.get("mois") is None:
            cleaned["mois"] = USUAL_SILENCE
        return cleaned


class LabelsForm(forms.Form):
    """Numbers to print on labels, and the first free place on the sheet (GET)."""

    annee = forms.IntegerField(label=_("Année"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    de = forms.IntegerField(label=_("Du numéro"), min_value=1, max_value=LAST_NUMBER)
    a = forms.IntegerField(label=_("Au numéro"), min_value=1, max_value=LAST_NUMBER)
    place = forms.IntegerField(
        label=_("Première place libre (1 à 24)"),
        min_value=1,
        max_value=PER_SHEET,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("de"), cleaned.get("a")
        if first and last and last < first:
            self.add_error("a", _("Ce numéro précède le premier."))
        elif first and last and last - first >= MOST_LABELS:
            self.add_error("a", _("240 étiquettes au plus à la fois, soit dix planches."))
        return cleaned
