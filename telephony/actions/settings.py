"""Keeping lines and the settings of the telephone."""

from django.db import transaction

from directory.models import Organisation
from telephony.models import Line, TelephonySetting


def save_line(line: Line) -> Line:
    """Calls already imported keep their service: a line speaks of those to come."""
    line.full_clean()
    line.save()
    return line


@transaction.atomic
def save_setting(organisation: Organisation, *, ring_ms: int, dial_template: str) -> None:
    TelephonySetting.objects.update_or_create(
        organisation=organisation,
        defaults={"ring_ms": ring_ms, "dial_template": dial_template},
    )


def setting_of(organisation: Organisation) -> TelephonySetting:
    """The organisation's own, or the defaults, unsaved."""
    found = TelephonySetting.objects.filter(organisation=organisation).first()
    return found or TelephonySetting(organisation=organisation)
