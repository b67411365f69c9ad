"""Showing an annuaire to another organisation: proposed, accepted, withdrawn."""

from datetime import datetime

from django.db import IntegrityError, transaction

from directory.models import Agent, Organisation
from knowledge import errors
from knowledge.models import AnnuaireShare


def propose_share(*, name: str, by: Agent, at: datetime) -> AnnuaireShare:
    """Offer the annuaire of `by`'s organisation to the one of that name; it shows nothing yet."""
    other = Organisation.objects.filter(name__iexact=name.strip()).first()
    if other is None:
        raise errors.OrganisationUnknown
    if other.pk == by.organisation_id:
        raise errors.ShareWithItself
    try:
        with transaction.atomic():
            return AnnuaireShare.objects.create(
                organisation_id=by.organisation_id, shown_to=other, proposed_at=at, proposed_by=by
            )
    except IntegrityError as error:
        raise errors.ShareExists from error


@transaction.atomic
def accept_share(share: AnnuaireShare, *, by: Agent, at: datetime) -> None:
    """The other side agrees: its agents read this annuaire from now on."""
    waiting = AnnuaireShare.objects.standing().filter(
        pk=share.pk, shown_to=by.organisation_id, accepted_at__isnull=True
    )
    if not waiting.update(accepted_at=at, accepted_by=by):
        raise errors.ShareSettled


@transaction.atomic
def withdraw_share(share: AnnuaireShare, *, by: Agent, at: datetime) -> None:
    """Either side ends it, at once."""
    standing = AnnuaireShare.objects.standing().filter(pk=share.pk)
    if not standing.update(withdrawn_at=at, withdrawn_by=by):
        raise errors.ShareSettled
