"""Components that ask: buttons, fields, whole forms."""

from collections.abc import Mapping
from typing import Annotated, Literal

from django.forms import BaseForm, BoundField
from django.forms.boundfield import BoundWidget
from django.forms.widgets import (
    CheckboxInput,
    CheckboxSelectMultiple,
    ClearableFileInput,
    FileInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext

from ui.components.contract import component
from ui.components.structure import LazyText
from ui.icons import Icon

Shape = Literal["input", "textarea", "select", "checkbox", "group", "file"]


@component("button")
class Button:
    """A press that does something, or a link that looks like one when it has an href."""

    label: Annotated[str, "words"]
    kind: Annotated[Literal["primary", "secondary", "danger", "quiet"], "weight"] = "primary"
    href: Annotated[str, "makes it a link"] = ""
    type: Annotated[Literal["submit", "button", "reset"], "what a press does"] = "submit"
    name: Annotated[str, "sent with the form"] = ""
    value: Annotated[str | int, "sent with the form"] = ""
    form: Annotated[str, "id of the form, when the button stands outside it"] = ""
    size: Annotated[Literal["small", "medium", "large"], "size"] = "medium"
    icon: Annotated[Icon | None, "drawing before the words"] = None
    hint: Annotated[str, "spoken after the label, e.g. which row it acts on"] = ""
    disabled: Annotated[bool, "cannot be pressed"] = False
    id: Annotated[str, "anchor"] = ""

    @property
    def sent(self) -> str:
        """As it is sent: a number without thousands apart."""
        return str(self.value)


@component("form_actions", body="required")
class FormActions:
    """The buttons at the foot of a form, the main one first."""

    sticky: Annotated[bool, "stay in sight on long forms"] = False


@component("field")
class Field:
    """A form field: label, help, error, control; a fieldset when the control is a group."""

    field: Annotated[BoundField, "form.name"]
    label: Annotated[str, "another label than the field's"] = ""
    help: Annotated[str, "another help than the field's"] = ""
    show_help: Annotated[bool, "False hides the field's own help"] = True
    autocomplete: Annotated[str, "HTML token, e.g. email, family-name, off"] = ""
    hide_label: Annotated[bool, "label for screen readers only (search boxes)"] = False
    width: Annotated[Literal["full", "long", "medium", "short"], "width of the control"] = "full"
    inline: Annotated[bool, "choices side by side"] = False
    mention: Annotated[bool, "say « facultatif » on optional fields"] = True

    @property
    def words(self) -> str:
        return self.label or str(self.field.label or "")

    @property
    def guidance(self) -> str:
        own = str(self.field.help_text or "") if self.show_help else ""
        return self.help or own

    @property
    def id(self) -> str:
        return self.field.id_for_label or self.field.auto_id or self.field.html_name

    @property
    def shape(self) -> Shape:
        return _shape(self.field)

    @property
    def described_by(self) -> str:
        ids = [f"{self.base_id}-aide"] if self.guidance else []
        if self.field.errors:
            ids.append(f"{self.base_id}-erreur")
        return " ".join(ids)

    @property
    def base_id(self) -> str:
        return self.field.auto_id or self.field.html_name

    @property
    def control(self) -> SafeString:
        return self.field.as_widget(attrs=self._attributes())

    @property
    def choices(self) -> list[BoundWidget]:
        return self.field.subwidgets

    @property
    def current_file(self) -> object:
        """The file already kept, which a browser cannot show in the control itself."""
        if not isinstance(self.field.field.widget, ClearableFileInput):
            return None
        initial = self.field.initial
        return initial if initial and hasattr(initial, "url") else None

    def _attributes(self) -> dict[str, str | bool]:
        # A placeholder vanishes when one types and is too pale: the label and the help say it.
        attributes: dict[str, str | bool] = {"placeholder": False}
        if self.shape != "checkbox":
            attributes["class"] = f"control control--{self.width}"
        if self.described_by:
            attributes["aria-describedby"] = self.described_by
        if self.field.errors:
            attributes["aria-invalid"] = "true"
        if self.autocomplete:
            attributes["autocomplete"] = self.autocomplete
        return attributes


def _shape(field: BoundField) -> Shape:
    widget = field.field.widget
    # RadioSelect and CheckboxSelectMultiple are not Selects of Django's own family tree.
    shapes: list[tuple[tuple[type, ...], Shape]] = [
        ((RadioSelect, CheckboxSelectMultiple), "group"),
        ((CheckboxInput,), "checkbox"),
        ((Textarea,), "textarea"),
        ((Select,), "select"),
        ((FileInput,), "file"),
    ]
    return next((shape for kinds, shape in shapes if isinstance(widget, kinds)), "input")


@component("fields")
class Fields:
    """Every field of a form, in its own order, hidden ones included."""

    form: Annotated[BaseForm, "the form"]


@component("form", body="optional", parts=("actions",))
class Form:
    """A whole form: errors at the top, fields (or the body), buttons. CSRF is added to a post."""

    form: Annotated[BaseForm | None, "the form; its files make it multipart"] = None
    action: Annotated[str, "address; empty for the same page"] = ""
    method: Annotated[Literal["post", "get"], "HTTP method"] = "post"
    submit: Annotated[LazyText, "words of the main button"] = gettext_lazy("Enregistrer")
    submit_kind: Annotated[Literal["primary", "danger"], "weight of the main button"] = "primary"
    cancel_url: Annotated[str, "where « Annuler » goes"] = ""
    id: Annotated[str, "anchor"] = ""
    label: Annotated[str, "name of the form, for screen readers"] = ""
    narrow: Annotated[bool, "a readable measure for the fields"] = True

    @property
    def has_required(self) -> bool:
        return self.form is not None and any(field.field.required for field in self.form)

    @property
    def multipart(self) -> bool:
        return self.form is not None and self.form.is_multipart()


@component("form_errors")
class FormErrors:
    """Everything wrong with a sent form, at the top, each error a link to its field."""

    form: Annotated[BaseForm, "the form"]
    id: Annotated[str, "anchor"] = "erreurs"

    @property
    def title(self) -> str:
        count = len(self.items)
        words = ngettext("%(count)d erreur à corriger", "%(count)d erreurs à corriger", count)
        return words % {"count": count}

    @property
    def items(self) -> list[tuple[str, str, str]]:
        """(fragment, label, message); a fragment is empty for an error of the whole form."""
        if not self.form.is_bound:
            return []
        whole = [("", "", str(error)) for error in self.form.non_field_errors()]
        return whole + [
            (_target(field), str(field.label or ""), str(error))
            for field in self.form
            for error in field.errors
        ]


def _target(field: BoundField) -> str:
    """The first control of a group takes the focus for the whole group."""
    if _shape(field) == "group" and field.subwidgets:
        return str(field.subwidgets[0].data["attrs"]["id"])
    return field.id_for_label or field.auto_id


@component("filters", body="required")
class Filters:
    """A GET form above a list; holds `field`s. Its address can be kept and shared."""

    label: Annotated[LazyText, "name of the search region"] = gettext_lazy("Filtrer la liste")
    action: Annotated[str, "address; empty for the same page"] = ""
    reset_url: Annotated[str, "the list without filter"] = ""
    submit: Annotated[LazyText, "words of the button"] = gettext_lazy("Filtrer")
    count: Annotated[int, "filters in force; shows « Effacer les filtres »"] = 0


@component("choice_cards")
class ChoiceCards:
    """A few big choices, for a step that decides what follows: a channel, a nature."""

    field: Annotated[BoundField, "a choice field with RadioSelect"]
    icons: Annotated[Mapping[str, str] | None, "value → icon"] = None
    hints: Annotated[Mapping[str, str] | None, "value → a line of help"] = None
    label: Annotated[str, "another label than the field's"] = ""
    size: Annotated[Literal["medium", "small"], "size of a card"] = "medium"

    @property
    def choices(self) -> list[dict[str, object]]:
        return [self._choice(widget) for widget in self.field.subwidgets]

    def _choice(self, widget: BoundWidget) -> dict[str, object]:
        value = str(widget.data["value"])
        return {
            "id": widget.id_for_label,
            "name": widget.data["name"],
            "value": value,
            "label": widget.choice_label,
            "checked": widget.data["selected"],
            "required": bool(widget.data["attrs"].get("required")),
            "icon": (self.icons or {}).get(value),
            "hint": (self.hints or {}).get(value, ""),
        }

    @property
    def described_by(self) -> str:
        ids = [f"{self.field.auto_id}-aide"] if self.field.help_text else []
        return " ".join(ids + ([f"{self.field.auto_id}-erreur"] if self.field.errors else []))


@component("scale")
class Scale:
    """A question answered on an ordered scale, with native radio buttons and large targets."""

    field: Annotated[BoundField, "a choice field with RadioSelect, in the order of the scale"]
    low: Annotated[str, "what the first value means"] = ""
    high: Annotated[str, "what the last value means"] = ""
    label: Annotated[str, "another label than the field's"] = ""
    labelled: Annotated[bool, "show each choice's words, not only its number"] = False

    @property
    def choices(self) -> list[dict[str, object]]:
        widgets = self.field.subwidgets
        ends = {0: self.low, len(widgets) - 1: self.high}
        return [
            {
                "id": widget.id_for_label,
                "name": widget.data["name"],
                "value": str(widget.data["value"]),
                "label": str(widget.choice_label),
                "end": ends.get(index, ""),
                "checked": widget.data["selected"],
                "required": bool(widget.data["attrs"].get("required")),
            }
            for index, widget in enumerate(widgets)
        ]

    @property
    def described_by(self) -> str:
        ids = [f"{self.field.auto_id}-aide"] if self.field.help_text else []
        return " ".join(ids + ([f"{self.field.auto_id}-erreur"] if self.field.errors else []))
