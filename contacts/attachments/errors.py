"""Why a file is not kept."""

from django.core.exceptions import ValidationError


class NotAccepted(ValidationError):
    """Told to who sent it, beside the name of the file."""
