"""Form widgets that the stock ones lack."""

from collections.abc import Callable
from typing import Any

from django.forms.utils import flatatt
from django.forms.widgets import DateInput, DateTimeInput, Select
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


class DayInput(DateInput):
    """The browser's own date picker; it wants ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")

    def format_value(self, value: object) -> str | None:
        self.is_localized = False
        return super().format_value(value)


class InstantInput(DateTimeInput):
    """The browser's own date and time picker, to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")

    def format_value(self, value: object) -> str | None:
        self.is_localized = False
        return super().format_value(value)


class PlainSelect(Select):
    """A list written in one piece: Django renders two templates an option.

    Choices are pairs, or a group's name and its pairs; `data` gives more of an option, written as
    `data-…` attributes, by the text of its value.
    """

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        *,
        data: Callable[[str], dict[str, str]] | None = None,
    ) -> None:
        super().__init__(attrs, choices)
        self.data = data

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        # An option that stands in two groups is chosen in the first.
        chosen = set(self.format_value(value))
        attributes = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        written = [self._group(key, label, chosen) for key, label in self.choices]
        return format_html("<select{}>\n{}</select>", attributes, mark_safe("".join(written)))  # noqa: S308 each part is escaped

    def _group(self, key: Any, label: Any, chosen: set[str]) -> SafeString:
        if not isinstance(label, (list, tuple)):
            return self._option(key, label, chosen)
        options = mark_safe("".join(self._option(key, words, chosen) for key, words in label))  # noqa: S308 each is escaped
        return format_html('<optgroup label="{}">\n{}</optgroup>\n', key, options)

    def _option(self, key: Any, label: Any, chosen: set[str]) -> SafeString:
        value = str(key)
        more = flatatt({f"data-{name}": text for name, text in self._data(value).items()})
        selected = SELECTED if value in chosen else ""
        chosen.discard(value)
        return format_html('<option value="{}"{}{}>{}</option>\n', value, selected, more, label)

    def _data(self, value: str) -> dict[str, str]:
        return self.data(value) if self.data and value else {}


SELECTED = mark_safe(" selected")
