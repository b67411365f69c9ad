"""Keeping the file of an usager: its identity, and what they agree to."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from contacts import errors
from contacts.actions.rows import A_DOUBLE_CLICK
from contacts.enums import ConsentKind, ConsentStep, UsagerVerb
from contacts.models import Consent, Usager, UsagerEntry
from directory.models import Agent

GIVEN_OR_WITHDRAWN = {
    ConsentStep.GIVEN: UsagerVerb.CONSENT_GIVEN,
    ConsentStep.WITHDRAWN: UsagerVerb.CONSENT_WITHDRAWN,
}


@dataclass(frozen=True)
class Identity:
    """How an usager is named and reached, in the forms that are stored."""

    full_name: str = ""
    email: str = ""
    phone: str = ""

    @classmethod
    def of(cls, usager: Usager) -> "Identity":
        return cls(usager.full_name, usager.email, usager.phone)

    def __bool__(self) -> bool:
        return bool(self.full_name or self.email or self.phone)

    def as_facts(self) -> dict[str, str]:
        return asdict(self)


@transaction.atomic
def correct(usager: Usager, identity: Identity, *, seen: int, by: Agent, at: datetime) -> Usager:
    """Change the identity; `seen` is the version that the agent had before their eyes."""
    (usager,) = locked(usager)
    if identity == Identity.of(usager):
        return usager
    if usager.version != seen:
        raise errors.UsagerChanged
    if not identity:
        raise errors.IdentityEmpty
    before = Identity.of(usager)
    write_identity(usager, identity)
    changed = {
        name: [getattr(before, name), value]
        for name, value in identity.as_facts().items()
        if value != getattr(before, name)
    }
    record(usager, UsagerVerb.CORRECTED, by=by, at=at, changed=changed)
    return usager


@transaction.atomic
def decide(
    usager: Usager, kind: ConsentKind, step: ConsentStep, *, how: str, by: Agent, at: datetime
) -> Consent:
    """Write down that the usager agrees, or no longer does; nothing written before is touched."""
    (usager,) = locked(usager)
    last = latest_consent(usager, kind)
    if last and last.step == step and last.by_id == by.pk and last.at > at - A_DOUBLE_CLICK:
        return last
    if (last.step if last else ConsentStep.WITHDRAWN) == step:
        raise errors.ConsentGiven if step == ConsentStep.GIVEN else errors.ConsentNotGiven
    decided = Consent.objects.create(
        organisation_id=usager.organisation_id,
        usager=usager,
        kind=kind,
        step=step,
        at=at,
        how=how,
        by=by,
    )
    record(usager, GIVEN_OR_WITHDRAWN[step], by=by, at=at, kind=kind, how=how)
    return decided


def latest_consent(usager: Usager, kind: ConsentKind) -> Consent | None:
    said = Consent.objects.filter(organisation=usager.organisation_id, usager=usager.pk, kind=kind)
    return said.order_by("-at", "-pk").first()


def locked(*usagers: Usager) -> list[Usager]:
    """The usagers as they stand now, in that order, held until the end of the transaction."""
    held = Usager.objects.select_for_update(of=("self",)).filter(
        organisation=usagers[0].organisation_id, pk__in=[one.pk for one in usagers]
    )
    # Always in the same order: two agents never wait for each other.
    found = {one.pk: one for one in held.order_by("pk")}
    if any(one.pk not in found or found[one.pk].merged_into_id for one in usagers):
        raise errors.UsagerMerged
    return [found[one.pk] for one in usagers]


def write_identity(usager: Usager, identity: Identity) -> None:
    for name, value in identity.as_facts().items():
        setattr(usager, name, value)
    usager.version += 1
    usager.save(update_fields=["full_name", "email", "phone", "version"])


def record(
    usager: Usager, verb: UsagerVerb, *, by: Agent | None, at: datetime, **details: Any
) -> None:
    UsagerEntry.objects.create(
        organisation_id=usager.organisation_id,
        usager=usager,
        verb=verb,
        at=at,
        by=by,
        details=details,
    )
