"""How much may be attached."""

from django.conf import settings

PER_SEND = 20
PER_DEMANDE = 10_000
NAME_MAX = 150


def largest() -> int:
    """Bytes of one file."""
    return int(settings.ATTACHMENT_MAX_BYTES)
