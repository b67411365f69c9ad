"""Seconds, typed with a comma or a point."""

from typing import Any

from django import forms

from telephony.models.setting import LONGEST_RING_MS, SHORTEST_RING_MS


class SecondsField(forms.DecimalField):
    """To the tenth; a browser sends a point, a person may type a comma."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"decimal_places": 1, **kwargs})

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class RingField(SecondsField):
    """How long a ring lasts."""

    def __init__(self, **kwargs: Any) -> None:
        least, most = SHORTEST_RING_MS // 1000, LONGEST_RING_MS // 1000
        super().__init__(min_value=least, max_value=most, **kwargs)
