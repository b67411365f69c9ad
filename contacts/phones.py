"""Telephone numbers as stored: E.164, or the bare digits of a legal short number."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def normalise(typed: str, region: str = "FR") -> str:
    """`01 23 45 67 89` → `+33123456789`; `39 39` → `3939`. Raises ValidationError."""
    if not typed.strip():
        return ""
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        number = None
    if number and phonenumbers.is_possible_number(number) and phonenumbers.is_valid_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    digits = "".join(filter(str.isdigit, typed))
    if digits and len(digits) <= 6 and digits == typed.replace(" ", "").replace(".", ""):
        return digits
    raise ValidationError(
        _("Ce numéro de téléphone n’est pas valide. Exemple : 01 23 45 67 89."), code="phone"
    )
