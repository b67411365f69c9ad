"""Form widgets that the stock ones lack."""

from django.forms.widgets import DateInput, DateTimeInput


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
