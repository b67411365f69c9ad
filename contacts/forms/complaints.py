"""The register of réclamations: its filters, a line, a change of nature, a category."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.access import complaint_categories_of
from contacts.actions import Findings
from contacts.complaints import REGISTERED
from contacts.enums import ComplaintCause, ComplaintFamily, ComplaintOutcome, Nature
from contacts.forms.choosing import TEXT_MAX, chooser
from contacts.models import Complaint, ComplaintCategory, Demande
from directory.access import services_of
from directory.forms.base import OwnedForm
from directory.models import Agent, Service
from ui.fields import DayField, LongTextField, PublicIdChoiceField

TO_QUALIFY = "a-qualifier"
OPEN, CLOSED = "ouvertes", "closes"


class RegisterFilter(forms.Form):
    """Filters of the register (GET); screen and file obey the same ones."""

    nature = forms.ChoiceField(
        label=_("Nature"),
        choices=[("", _("Toutes")), *((one.value, one.label) for one in REGISTERED)],
        required=False,
    )
    family = forms.ChoiceField(
        label=_("Catégorie"),
        choices=[("", _("Toutes")), (TO_QUALIFY, _("À qualifier")), *ComplaintFamily.choices],
        required=False,
    )
    outcome = forms.ChoiceField(
        label=_("Conclusion"),
        choices=[("", _("Toutes")), *ComplaintOutcome.choices],
        required=False,
    )
    state = forms.ChoiceField(
        label=_("État"),
        choices=[("", _("Tous")), (OPEN, _("Ouvertes")), (CLOSED, _("Closes"))],
        required=False,
    )
    service = PublicIdChoiceField(
        Service.objects.none(), label=_("Service"), required=False, empty_label=_("Tous")
    )
    first = DayField(label=_("Reçues à partir du"), required=False)
    last = DayField(label=_("Jusqu’au"), required=False)

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser(self, "service").queryset = services_of(agent)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("Le dernier jour précède le premier."))
        return cleaned

    @property
    def active_count(self) -> int:
        return sum(bool(value) for value in self.cleaned_data.values()) if self.is_valid() else 0


class FindingsForm(forms.Form):
    """One choice says family and category: « Délai », or a category of the organisation in it."""

    category = forms.ChoiceField(label=_("Catégorie"))
    cause = forms.ChoiceField(
        label=_("Cause"),
        choices=[("", _("Pas encore établie")), *ComplaintCause.choices],
        required=False,
    )
    cause_text = LongTextField(
        label=_("Précision sur la cause"), max_length=TEXT_MAX, rows=3, required=False
    )
    outcome = forms.ChoiceField(
        label=_("Conclusion"),
        choices=[("", _("Pas encore établie")), *ComplaintOutcome.choices],
        required=False,
    )
    remedy = LongTextField(label=_("Remède apporté"), max_length=TEXT_MAX, rows=3, required=False)
    action_reference = forms.CharField(
        label=_("Action d’amélioration décidée"),
        help_text=_("Son nom ou son adresse, en attendant le plan d’actions."),
        max_length=300,
        required=False,
    )

    def __init__(
        self, *args: Any, agent: Agent, complaint: Complaint | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kept = complaint.category_id if complaint else None
        self.categories = {
            _value(one.family, one): one
            for one in complaint_categories_of(agent)
            if one.is_active or one.pk == kept
        }
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", _("Choisir…")), *self._tree()]
        if complaint:
            self.initial = {name: getattr(complaint, name, "") for name in self.fields}
            self.initial["category"] = _value(complaint.family, complaint.category)

    def _tree(self) -> list[tuple[Any, Any]]:
        """Each family, and below it the organisation's own categories."""
        found: list[tuple[Any, Any]] = []
        for family, label in ComplaintFamily.choices:
            below = [
                (value, f"{label} – {one.name}")
                for value, one in self.categories.items()
                if one.family == family
            ]
            found += [(family, label), *below]
        return found

    def findings(self) -> Findings:
        data = self.cleaned_data
        chosen = data.pop("category")
        family = ComplaintFamily(chosen.partition(":")[0])
        return Findings(family=family, category=self.categories.get(chosen), **data)


def _value(family: str, category: ComplaintCategory | None) -> str:
    return f"{family}:{category.public_id}" if category else family


class RequalifyForm(forms.Form):
    was = forms.ChoiceField(choices=Nature.choices, widget=forms.HiddenInput)
    nature = forms.ChoiceField(label=_("Nature"), choices=Nature.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Pourquoi"),
        help_text=_("Inscrit au journal de la demande, avec votre nom."),
        max_length=250,
    )

    def __init__(self, *args: Any, demande: Demande, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"was": demande.nature, "nature": demande.nature}


class AcknowledgeForm(forms.Form):
    """How the acknowledgement is given; by e-mail only when the usager has an address."""

    PRINTED, EMAILED = "imprime", "courriel"
    way = forms.ChoiceField(label=_("Le remettre"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"way": self.EMAILED if address else self.PRINTED}
        ways: list[tuple[str, Any]] = [(self.PRINTED, _("imprimé : je l’envoie ou je le remets"))]
        if address:
            label = _("par courriel à %(address)s") % {"address": address}
            ways.insert(0, (self.EMAILED, label))
        field = self.fields["way"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = ways


class CategoryForm(OwnedForm):
    constraint_fields = {"complaint_category_unique": "name"}

    class Meta:
        model = ComplaintCategory
        fields = ["family", "name", "is_active"]
