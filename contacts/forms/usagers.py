"""The file of an usager: search, identity, consents, merge."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts import phones
from contacts.actions.usagers import Identity
from contacts.enums import ConsentKind, ConsentStep
from contacts.models import Usager


class UsagerSearchForm(forms.Form):
    q = forms.CharField(
        label=_("Nom, téléphone, adresse électronique ou référence"),
        max_length=200,
        required=False,
    )


class IdentityForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    full_name = forms.CharField(label=_("Nom"), max_length=160, required=False)
    phone = forms.CharField(
        label=_("Téléphone"),
        help_text=_("Dix chiffres, un numéro international ou un numéro court (39 39)."),
        max_length=40,
        required=False,
    )
    email = forms.EmailField(label=_("Adresse électronique"), max_length=254, required=False)

    def clean_phone(self) -> str:
        return phones.normalise(self.cleaned_data["phone"])

    def identity(self) -> Identity:
        data = self.cleaned_data
        return Identity(data["full_name"], data["email"], data["phone"])


class ConsentForm(forms.Form):
    kind = forms.ChoiceField(label=_("Objet"), choices=ConsentKind.choices)
    step = forms.ChoiceField(
        label=_("Décision de l’usager"), choices=ConsentStep.choices, widget=forms.RadioSelect
    )
    how = forms.CharField(
        label=_("Recueilli comment"),
        help_text=_("Par exemple : de vive voix au guichet, formulaire signé du 12 mars."),
        max_length=200,
    )


KEPT, ABSORBED = "kept", "absorbed"


class MergeForm(forms.Form):
    """For each part of the identity, whose value stays."""

    FIELDS = ("full_name", "phone", "email")

    kept_seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    absorbed_seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, kept: Usager, absorbed: Usager, **kwargs: Any) -> None:
        self.sides = {KEPT: kept, ABSORBED: absorbed}
        super().__init__(*args, **kwargs)
        self.initial = {"kept_seen": kept.version, "absorbed_seen": absorbed.version}
        for name in self.FIELDS:
            self._ask(name, {side: getattr(usager, name) for side, usager in self.sides.items()})

    def _ask(self, name: str, values: dict[str, str]) -> None:
        """One choice where both say the same; an empty value is seldom the one to keep."""
        if values[KEPT] == values[ABSORBED]:
            values = {KEPT: values[KEPT]}
        spelled = phones.spelled if name == "phone" else str
        self.fields[name] = forms.ChoiceField(
            label=Usager._meta.get_field(name).verbose_name.capitalize(),  # type: ignore[union-attr]
            choices=[(side, spelled(value) or _("(vide)")) for side, value in values.items()],
            widget=forms.RadioSelect,
        )
        self.initial[name] = KEPT if values[KEPT] or ABSORBED not in values else ABSORBED

    def identity(self) -> Identity:
        return Identity(
            **{name: getattr(self.sides[self.cleaned_data[name]], name) for name in self.FIELDS}
        )

    @property
    def seen(self) -> tuple[int, int]:
        return self.cleaned_data["kept_seen"], self.cleaned_data["absorbed_seen"]

    @property
    def is_stale(self) -> bool:
        """One of the two has changed since this form was shown: its choices may be gone."""
        shown = [self.cleaned_data.get(name) for name in ("kept_seen", "absorbed_seen")]
        return None not in shown and shown != [side.version for side in self.sides.values()]

    def renewed(self, kept: Usager, absorbed: Usager) -> "MergeForm":
        """The same choices before the files as they are now, where they still are choices."""
        fresh = MergeForm(None, kept=kept, absorbed=absorbed)
        data = {name: str(value) for name, value in fresh.initial.items()}
        for name in self.FIELDS:
            if cast(forms.ChoiceField, fresh.fields[name]).valid_value(self.data.get(name, "")):
                data[name] = self.data[name]
        return MergeForm(data, kept=kept, absorbed=absorbed)
