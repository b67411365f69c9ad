"""Verbs on delay targets: a new version never rewrites the past, open demandes follow at once."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contacts.enums import Measure
from contacts.errors import Refusal
from contacts.models import DelayTarget
from contacts.targets import refresh_open_demandes
from directory import journal
from directory.enums import ChangeVerb
from directory.models import Agent, Organisation, Service


class TargetInForce(Refusal):
    message = _("Ce délai est déjà en vigueur : fixez-en un autre, qui le remplacera.")


@transaction.atomic
def take_back(target: DelayTarget, *, today: date, by: Agent | None = None, why: str = "") -> None:
    """Remove a target that judges nothing yet; the version it was to follow goes on."""
    if target.valid_from <= today:
        raise TargetInForce
    _record(ChangeVerb.TARGET_TAKEN_BACK, target, by=by, why=why, before=facts_of(target))
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
    by: Agent | None = None,
    why: str = "",
) -> DelayTarget:
    """Put a limit in force from a day on, ending the version it follows on the day before."""
    same = DelayTarget.objects.filter(
        organisation=organisation, measure=measure, service=service, channel=channel, nature=nature
    )
    followed = same.filter(valid_from__lt=valid_from, valid_to__isnull=True)
    before = followed.first()
    followed.update(valid_to=valid_from - timedelta(days=1))
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
    _record(
        ChangeVerb.TARGET_SET,
        target,
        by=by,
        why=why,
        before=facts_of(before) if before else None,
        after=facts_of(target),
    )
    refresh_open_demandes(organisation)
    return target


def facts_of(target: DelayTarget) -> journal.Facts:
    return {
        "limit": str(target),
        "valid_from": journal.day_words(target.valid_from),
        "valid_to": journal.day_words(target.valid_to),
        "origin": target.origin or None,
    }


def _record(
    verb: ChangeVerb,
    target: DelayTarget,
    *,
    by: Agent | None,
    why: str,
    before: journal.Facts | None = None,
    after: journal.Facts | None = None,
) -> None:
    journal.record(
        target.organisation_id,
        verb,
        target.in_words,
        by=by,
        why=why,
        before=before,
        after=after,
    )
