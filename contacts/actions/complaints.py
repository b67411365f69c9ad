"""The register of réclamations and suggestions: qualifying, and changing a nature."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.db import transaction

from contacts import errors
from contacts.actions.rows import journal, locked, set_deadline
from contacts.complaints import REGISTERED
from contacts.enums import ComplaintCause, ComplaintFamily, ComplaintOutcome, Nature, Verb
from contacts.models import Complaint, ComplaintCategory, Demande
from directory.models import Agent


@dataclass(frozen=True)
class Findings:
    """What was found of a réclamation and done about it; only the family is always known."""

    family: ComplaintFamily
    category: ComplaintCategory | None = None
    cause: ComplaintCause | str = ""
    cause_text: str = ""
    outcome: ComplaintOutcome | str = ""
    remedy: str = ""
    action_reference: str = ""


@transaction.atomic
def qualify(demande: Demande, findings: Findings, *, by: Agent, at: datetime) -> Complaint:
    """Write its line of the register, or write it again: the journal keeps who said what."""
    demande = locked(demande)
    if demande.nature not in REGISTERED:
        raise errors.NotInTheRegister
    category = findings.category
    if category and (category.family, category.organisation_id) != (
        findings.family,
        demande.organisation_id,
    ):
        raise errors.CategoryOfAnother
    found = {one.name: getattr(findings, one.name) for one in fields(findings)}
    complaint, _made = Complaint.objects.update_or_create(
        organisation=demande.organisation,
        demande=demande,
        defaults={**found, "qualified_at": at, "qualified_by": by},
    )
    told = {"family": findings.family, "cause": findings.cause, "outcome": findings.outcome}
    journal(demande, Verb.QUALIFIED, by=by, at=at, **told)
    return complaint


@transaction.atomic
def requalify(
    demande: Demande, *, was: Nature, nature: Nature, reason: str, by: Agent, at: datetime
) -> None:
    """Give a demande the nature it should have had from its receipt.

    Its target and deadline are those of the new nature on the day of receipt. A closed demande may
    be requalified: a wrong nature is an error of record, and only bilans already closed keep it.
    `was` is the nature that the agent saw: another one means that someone was first.
    """
    demande = locked(demande)
    if demande.nature == nature:
        raise errors.SameNature
    if demande.nature != was:
        raise errors.NatureChangedMeanwhile
    demande.nature = nature
    set_deadline(demande)
    Demande.objects.filter(organisation=demande.organisation, pk=demande.pk).update(
        nature=nature,
        first_reply_limit=demande.first_reply_limit,
        first_reply_due_on=demande.first_reply_due_on,
    )
    told = {"before": Nature(was).label, "after": nature.label, "reason": reason}
    journal(
        demande, Verb.REQUALIFIED, by=by, at=at, **{key: str(text) for key, text in told.items()}
    )
