"""Telephone numbers as stored: E.164, or the bare digits of a legal short number."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# A number typed without its country: dialled the same from any of these.
REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "NC", "PF", "WF")
LONGEST_SHORT_NUMBER = 6


def normalise(typed: str) -> str:
    """`01 23 45 67 89` → `+33123456789`; `39 39` → `3939`. Raises ValidationError."""
    if not typed.strip():
        return ""
    for region in REGIONS:
        number = _parsed(typed, region)
        if number and phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    digits = typed.replace(" ", "").replace(".", "")
    if digits.isdecimal() and len(digits) <= LONGEST_SHORT_NUMBER:
        return digits
    raise ValidationError(
        _("Ce numéro de téléphone n’est pas valide. Exemple : 01 23 45 67 89."), code="phone"
    )


def _parsed(typed: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        return None
