"""Verbs on delay targets: a new version never rewrites the past, open demandes follow at once."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contacts.enums import Measure
from contacts.errors import Refusal
from contacts.models import DelayTarget
from contacts.targets import refresh_open_demandes
from directory.models import Organisation, Service


class TargetInForce(Refusal):
    message = _("Ce délai est déjà en vigueur : fixez-en un autre, qui le remplacera.")


@transaction.atomic
def take_back(target: DelayTarget, *, today: date) -> None:
    """Remove a target that judges nothing yet; the version it was to follow goes on."""
    if target.valid_from <= today:
        raise TargetInForce
    target.delete()
    DelayTarget.objects.filter(
        organisation=target.organisation,
        measure=target.measure,
        service=target.service,
        channel=target.channel,
        nature=target.nature,
        valid_to=target.valid_from - timedelta(days=1),
    ).update(valid_to=None)
    refresh_open_demandes(target.organisation)


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
