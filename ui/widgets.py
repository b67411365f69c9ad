"""Form widgets that the stock ones lack."""

from typing import Any

from django.forms.utils import flatatt
from django.forms.widgets import DateInput, DateTimeInput, Select
from django.utils.html import format_html, format_html_join
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
    """A list without groups, written in one piece: Django renders two templates an option."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = set(self.format_value(value))
        options = ((str(key), label) for key, label in self.choices)
        written = format_html_join(
            "",
            '<option value="{}"{}>{}</option>\n',
            ((key, SELECTED if key in chosen else "", label) for key, label in options),
        )
        attributes = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>\n{}</select>", attributes, written)


SELECTED = mark_safe(" selected")
