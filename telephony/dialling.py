"""From a number to the address that dials it: a scheme of a closed list, never a script."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SCHEMES = ("tel", "sip", "sips", "callto", "tcallto", "ciscotel", "zoiper", "https")
# One `{number}`, and around it only what an address may hold: no quote, no space, no bracket.
AROUND = r"[A-Za-z0-9/?&=@.,;:_~%+-]*"
DIAL_TEMPLATE = rf"^({'|'.join(SCHEMES)}):{AROUND}\{{number\}}{AROUND}$"
DEFAULT_DIAL_TEMPLATE = "tel:{number}"
DIALLABLE = re.compile(r"\+?[0-9*#]{2,20}", re.ASCII)
SEPARATORS = str.maketrans("", "", " .-()/\u00a0\u202f")


def valid_dial_template(value: str) -> None:
    if "\n" in value or not re.match(DIAL_TEMPLATE, value, re.ASCII):
        raise ValidationError(
            _(
                "Une adresse d’appel commence par %(schemes)s et contient {number} une fois, sans "
                "espace ni guillemet. Exemple : sip:{number}@standard.exemple.fr."
            ),
            params={"schemes": ", ".join(f"{scheme}:" for scheme in SCHEMES)},
            code="dial_template",
        )


def dial_address(number: str, template: str) -> str:
    """The address that dials it; empty when this is not a number that can be dialled."""
    digits = number.translate(SEPARATORS)
    if not DIALLABLE.fullmatch(digits):
        return ""
    quoted = digits.replace("#", "%23")
    if template.startswith("https:"):
        # In the query of an address, a bare + is a space.
        quoted = quoted.replace("+", "%2B")
    return template.replace("{number}", quoted)
