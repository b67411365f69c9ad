"""What the forms of the annuaire share: one organisation, and messages at the right field."""

from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation, Service
from directory.queries import Branch, in_tree_order

INDENT = "\u2003"


class WhyField(forms.CharField):
    """The reason of a change, for the journal of the annuaire."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": _("Pourquoi ce changement ?"),
                "help_text": _("Inscrit au journal, avec votre nom."),
                "max_length": 250,
                "required": False,
                **kwargs,
            }
        )


class OwnedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row of one organisation: the view gives the owner, the person never does."""

    # Constraint that compares the row with others → the field where its message belongs. The owner
    # is not a field, so Django alone would skip these.
    constraint_fields: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        self.instance.organisation = organisation

    def chooser(self, name: str) -> "forms.ModelChoiceField[Any]":
        """The field of that name, whose rows are chosen when the organisation is known."""
        return cast("forms.ModelChoiceField[Any]", self.fields[name])

    def validate_unique(self) -> None:
        super().validate_unique()
        for constraint in self.instance._meta.constraints:
            field = self.constraint_fields.get(constraint.name)
            if field and not self.errors:
                self._check(constraint, field)

    def _check(self, constraint: models.BaseConstraint, field: str) -> None:
        try:
            constraint.validate(type(self.instance), self.instance)
        except ValidationError as error:
            self.add_error(field, error)


def indented(branch: Branch[Service]) -> tuple[int, str]:
    """A service as a line of a select that shows the tree."""
    return branch.node.pk, f"{INDENT * branch.depth}{branch.node.name}"


def service_choices(services: models.QuerySet[Service]) -> list[tuple[int, str]]:
    return [indented(branch) for branch in in_tree_order(services)]
