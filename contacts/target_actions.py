"""Verbs on delay targets: a new version never rewrites the past, open demandes follow at once."""

from datetime import date, timedelta

from django.db import transaction

from contacts.enums import Measure
from contacts.models import DelayTarget
from contacts.targets import refresh_open_demandes
from directory.models import Organisation, Service


@transaction.atomic
def set_target(
    organisation: Organisation,
    *,
    limit: int,
    valid_from: date,
    measure: Measure = Measure.FIRST_REPLY,
    service: Service | None = None,
    channel: str = "",
    nature: str = "",
    origin: str = "",
) -> DelayTarget:
    """Put a limit in force from a day on, ending the version it follows on the day before."""
    same = DelayTarget.objects.filter(
        organisation=organisation, measure=measure, service=service, channel=channel, nature=nature
    )
    same.filter(valid_from__lt=valid_from, valid_to__isnull=True).update(
        valid_to=valid_from - timedelta(days=1)
    )
    target = DelayTarget(
        organisation=organisation,
        measure=measure,
        service=service,
        channel=channel,
        nature=nature,
        limit=limit,
        valid_from=valid_from,
        origin=origin,
    )
    target.full_clean()
    target.save()
    refresh_open_demandes(organisation)
    return target
