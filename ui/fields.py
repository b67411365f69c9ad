"""Form fields that the stock ones lack: days of this century, long texts, rows by public id."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ui.widgets import DayInput

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


class DayField(forms.DateField):
    """A day that a calendar can hold; what is sensible beyond that, the action says."""

    widget = DayInput

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and value < FIRST_DAY:
            raise ValidationError(_("Cette date est antérieure à l’an 2000."))
        if value and value > LAST_DAY:
            raise ValidationError(_("Cette date est trop lointaine."))


class LongTextField(forms.CharField):
    """A text of several lines, in which a line break counts for one character as in the browser."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        return super().to_python(str(value).replace("\r\n", "\n") if value else value) or ""


class PublicIdChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A row chosen by its public id; an id that is none is a wrong choice like another."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, to_field_name="public_id", **kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice"
            ) from error
