"""Numbers as calls carry them: E.164 when they are numbers, else what the exchange wrote."""

import re
from functools import lru_cache

from django.core.exceptions import ValidationError

from contacts.phones import normalise

LONGEST = 40
LONGEST_CALLED = 80
# Up to here two digits would be half of the number.
LONGEST_SHORT = 4
# What exchanges write when the caller hides their number.
HIDDEN = {"anonymous", "unknown", "private", "restricted", "unavailable", "0", "<unknown>", "s"}
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


def caller(told: str) -> tuple[str, bool]:
    """The caller as stored, and whether it is a number (an empty one is not wrong)."""
    told = UNPRINTABLE.sub("", told).strip()
    if told.lower() in HIDDEN:
        return "", True
    try:
        return normalise(told), True
    except ValidationError:
        return told[:LONGEST], False


@lru_cache(maxsize=4_096)
def called(told: str) -> str:
    """A called number or the name of a queue, written the one way it is compared."""
    told = UNPRINTABLE.sub("", told).strip()
    try:
        return normalise(told)
    except ValidationError:
        return told[:LONGEST_CALLED]


def shown(number: str) -> str:
    """As people read it: `+33123456789` → `01 23 45 67 89`."""
    if re.fullmatch(r"\+33[1-9]\d{8}", number):
        national = f"0{number[3:]}"
        return " ".join(national[start : start + 2] for start in range(0, 10, 2))
    return number


def masked(number: str) -> str:
    """For those who count calls and call nobody: enough to tell two callers apart at a glance."""
    return f"•• {number[-2:]}" if len(number) > LONGEST_SHORT else "••" if number else ""
