"""Making one file of two, and two again; saying that two are not the same person.

Every row that refers to the absorbed usager changes hands, whatever app it belongs to; the merge
keeps which, so that undoing it moves these back and no other. No delay is touched: nothing that
is counted hangs on the usager (counting rule 17).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ForeignKey, OuterRef, Subquery

from contacts import errors
from contacts.actions.usagers import Identity, locked, record, write_identity
from contacts.enums import UsagerVerb
from contacts.models import Merge, NotSame, Usager
from directory.models import Agent, Organisation

# What tells of two files as two files, and stays with each.
STAYS = ("contacts.merge.kept", "contacts.merge.absorbed", "contacts.notsame.first",
         "contacts.notsame.second")  # fmt: skip


def relations() -> list[Any]:
    """Whatever refers to an usager, what no name leads back to (`related_name="+"`) included."""
    fields = Usager._meta.get_fields(include_hidden=True)
    return [one for one in fields if one.auto_created and not one.concrete]


def links() -> Iterator["ForeignKey[Usager, Usager]"]:
    """Every foreign key to an usager that follows them through a merge."""
    for relation in relations():
        if name_of(relation.field) not in STAYS:
            yield relation.field


def name_of(link: "ForeignKey[Usager, Usager]") -> str:
    return f"{link.model._meta.label_lower}.{link.name}"


@transaction.atomic
def merge(
    kept: Usager,
    absorbed: Usager,
    identity: Identity,
    *,
    seen: tuple[int, int],
    by: Agent,
    at: datetime,
) -> Merge:
    """`kept` goes on under `identity`, with all that was the other's; `seen` are the versions."""
    if kept.pk == absorbed.pk:
        raise errors.MergedWithItself
    kept, absorbed = locked(kept, absorbed)
    if (kept.version, absorbed.version) != seen:
        raise errors.UsagerChanged
    if not identity:
        raise errors.IdentityEmpty
    before, gone = Identity.of(kept), Identity.of(absorbed)
    moved = {name_of(link): _move(link, absorbed, kept) for link in links()}
    Usager.objects.filter(organisation=absorbed.organisation_id, pk=absorbed.pk).update(
        merged_into=kept
    )
    write_identity(kept, identity)
    made = Merge.objects.create(
        organisation_id=kept.organisation_id,
        kept=kept,
        absorbed=absorbed,
        at=at,
        by=by,
        kept_before=before.as_facts(),
        moved=moved,
        kept_version=kept.version,
    )
    record(
        kept,
        UsagerVerb.MERGED,
        by=by,
        at=at,
        before=before.as_facts(),
        absorbed=gone.as_facts(),
        after=identity.as_facts(),
    )
    return made


def _move(link: "ForeignKey[Usager, Usager]", source: Usager, into: Usager) -> list[int]:
    """The keys of the rows that changed hands."""
    rows = link.model._default_manager.filter(
        organisation=source.organisation_id, **{link.name: source}
    )
    keys = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    rows.filter(pk__in=keys).update(**{link.name: into})
    return keys


@transaction.atomic
def undo_merge(merged: Merge, *, by: Agent, at: datetime) -> Merge:
    """Two files as before: the rows that were moved go back, what came since stays."""
    merged = (
        Merge.objects.select_for_update(of=("self", "kept", "absorbed"))
        .select_related("kept", "absorbed")
        .get(organisation=merged.organisation_id, pk=merged.pk)
    )
    if not merged.can_be_undone:
        raise errors.MergeTooOld
    kept, absorbed = merged.kept, merged.absorbed
    Usager.objects.filter(organisation=absorbed.organisation_id, pk=absorbed.pk).update(
        merged_into=None
    )
    for link in links():
        _give_back(link, merged)
    write_identity(kept, Identity(**merged.kept_before))
    # The file is again what the merge before this one made of it.
    Merge.objects.filter(
        organisation=kept.organisation_id, kept=kept, kept_version=merged.kept_version - 1
    ).update(kept_version=kept.version)
    merged.undone_at, merged.undone_by = at, by
    merged.save(update_fields=["undone_at", "undone_by"])
    for one in (kept, absorbed):
        record(one, UsagerVerb.MERGE_UNDONE, by=by, at=at)
    return merged


def _give_back(link: "ForeignKey[Usager, Usager]", merged: Merge) -> None:
    """Those still with the kept usager: a row that went elsewhere since is left there."""
    rows = link.model._default_manager.filter(
        organisation=merged.organisation_id, pk__in=merged.moved.get(name_of(link), [])
    )
    rows.filter(**{link.name: merged.kept}).update(**{link.name: merged.absorbed})


@transaction.atomic
def tell_apart(one: Usager, other: Usager, *, by: Agent, at: datetime) -> None:
    """They look alike and are two persons: they are not proposed again."""
    if one.pk == other.pk:
        raise errors.MergedWithItself
    first, second = sorted(locked(one, other), key=lambda usager: usager.pk)
    _, made = NotSame.objects.get_or_create(
        organisation_id=first.organisation_id,
        first=first,
        second=second,
        defaults={"at": at, "by": by},
    )
    if made:
        for usager, twin in ((first, second), (second, first)):
            record(usager, UsagerVerb.NOT_SAME, by=by, at=at, other=str(twin.public_id))


@transaction.atomic
def gather(organisation: Organisation) -> int:
    """Move what was being registered for an usager while they were merged; returns how many rows.

    Foreign keys are checked as a transaction ends, so a merge does not see it and does not wait.
    """
    return sum(_gather(link, organisation) for link in links() if link.name != "merged_into")


def _gather(link: "ForeignKey[Usager, Usager]", organisation: Organisation) -> int:
    """One statement for all of a table, led by the few usagers that were merged."""
    merged = Usager.objects.filter(organisation=organisation).exclude(merged_into=None)
    into = merged.filter(pk=OuterRef(link.column)).values("merged_into")
    rows = link.model._default_manager.filter(
        organisation=organisation, **{f"{link.name}__in": merged.values("pk")}
    )
    return rows.update(**{link.name: Subquery(into)})
