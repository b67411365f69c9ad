"""Merging a service into another: its demandes, and the targets that judged them."""

from datetime import date, timedelta

from django.db.models import Q

from contacts.models import DelayTarget, Demande
from contacts.models.demande import DemandeQuerySet
from contacts.target_actions import facts_of
from contacts.targets import refresh_open_demandes
from directory import journal
from directory.enums import ChangeVerb
from directory.models import Agent, Organisation, Service


def demandes_held_by(service: Service) -> DemandeQuerySet:
    return Demande.objects.filter(organisation=service.organisation_id, service=service)


def move_service(
    source: Service, into: Service, *, today: date, by: Agent | None, why: str
) -> dict[str, int]:
    """Give `into` the demandes of `source`: nothing restarts (rule 6), its promises judge them."""
    moved = demandes_held_by(source).update(service=into)
    _end_targets(source, today=today, by=by, why=why)
    refresh_open_demandes(source.organisation)
    return {"demandes": moved}


def gather(organisation: Organisation) -> int:
    """Move what was being registered while its service was merged; returns how many demandes.

    Foreign keys are checked as a transaction ends, so a merge does not see it and does not wait.
    Until then such a demande stands in a closed service, below the one that took over.
    """
    merged = Service.objects.filter(organisation=organisation).exclude(merged_into=None)
    return sum(
        demandes_held_by(service).update(service=service.merged_into_id) for service in merged
    )


def _end_targets(source: Service, *, today: date, by: Agent | None, why: str) -> None:
    """Put an end to the promises of the source alone; each leaves a line in the journal.

    They do not pass to the destination: its own demandes would be judged anew by them.
    """
    own = DelayTarget.objects.filter(organisation=source.organisation_id, service=source)
    for target in own.filter(Q(valid_to=None) | Q(valid_to__gte=today)):
        before, in_words = facts_of(target), target.in_words
        if target.valid_from >= today:
            verb, after = ChangeVerb.TARGET_TAKEN_BACK, None
            target.delete()
        else:
            target.valid_to = today - timedelta(days=1)
            target.save(update_fields=["valid_to"])
            verb, after = ChangeVerb.TARGET_ENDED, facts_of(target)
        journal.record(
            source.organisation_id, verb, in_words, by=by, why=why, before=before, after=after
        )
