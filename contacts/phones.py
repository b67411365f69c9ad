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
    if any(letter.isalpha() for letter in typed):
        # The library would dial « 0800 MAIRIE » letter by letter.
        raise ValidationError(
            _("Un numéro de téléphone ne contient pas de lettres. Exemple : 01 23 45 67 89."),
            code="phone",
        )
    for region in REGIONS:
        number = _parsed(typed, region)
        if number and phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    digits = typed.replace(" ", "").replace(".", "")
    if digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_SHORT_NUMBER:
        return digits
    raise ValidationError(
        _("Ce numéro de téléphone n’est pas valide. Exemple : 01 23 45 67 89."), code="phone"
    )


def _parsed(typed: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        return None


def spelled(stored: str) -> str:
    """As people write it: `+33123456789` → `01 23 45 67 89`; a short number as it is."""
    if not stored.startswith("+"):
        return stored
    number = _parsed(stored, REGIONS[0])
    if number is None:
        return stored
    styles = phonenumbers.PhoneNumberFormat
    home = phonenumbers.region_code_for_number(number) in REGIONS
    return phonenumbers.format_number(number, styles.NATIONAL if home else styles.INTERNATIONAL)
