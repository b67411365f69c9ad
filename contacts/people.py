"""What the page of an usager reads: their demandes, what they agreed to, who changed what."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.db.models.lookups import IsNull

from contacts import phones
from contacts.access import demandes_of
from contacts.enums import ConsentKind, ConsentStep, UsagerVerb
from contacts.models import Consent, Demande, Merge, Usager, UsagerEntry
from contacts.models.demande import DemandeQuerySet
from directory.models import Agent

# The last acts of a file; older ones are kept and not shown.
ACTS_SHOWN = 50
IDENTITY = ("full_name", "phone", "email")


def demandes_by(usager: Usager, agent: Agent) -> DemandeQuerySet:
    """Those that the agent may see, whatever the channel: open first, then the latest received."""
    own = demandes_of(agent).filter(usager=usager)
    return own.order_by(IsNull(F("closed_on"), True).desc(), "-received_on", "-pk")


def count_of(usager: Usager) -> tuple[int, int]:
    """All the demandes of the organisation by this usager, and how many of them are open."""
    counted = Demande.objects.filter(organisation=usager.organisation_id, usager=usager).aggregate(
        all=Count("pk"), open=Count("pk", filter=Q(closed_on=None))
    )
    return counted["all"], counted["open"]


def open_counts(organisation_id: int, usagers: Collection[Usager]) -> dict[int, int]:
    """Open demandes of each usager, in one query; absent when there is none."""
    theirs = Demande.objects.filter(
        organisation=organisation_id, usager__in=[one.pk for one in usagers]
    )
    return dict(theirs.open().values_list("usager").annotate(open=Count("pk")).order_by())


@dataclass(frozen=True)
class Agreement:
    """Where a consent stands: `last` is the latest decision, null when nothing was ever asked."""

    kind: ConsentKind
    last: Consent | None

    @property
    def is_given(self) -> bool:
        return self.last is not None and self.last.step == ConsentStep.GIVEN


def agreements_of(usager: Usager) -> list[Agreement]:
    """Each kind of consent with its latest decision, in one query."""
    latest = (
        Consent.objects.filter(organisation=usager.organisation_id, usager=usager)
        .select_related("by")
        .order_by("kind", "-at", "-pk")
        .distinct("kind")
    )
    last = {one.kind: one for one in latest}
    return [Agreement(kind, last.get(kind)) for kind in ConsentKind]


@dataclass(frozen=True)
class Act:
    """A line of the journal of a file, with what it says in words."""

    entry: UsagerEntry
    lines: list[str]


def journal_of(usager: Usager) -> list[Act]:
    entries = UsagerEntry.objects.filter(organisation=usager.organisation_id, usager=usager)
    return [Act(one, _in_words(one)) for one in entries.select_related("by")[:ACTS_SHOWN]]


def _in_words(entry: UsagerEntry) -> list[str]:
    details = entry.details
    if entry.verb == UsagerVerb.CORRECTED:
        return [
            f"{_label(name)} : {_shown(name, before)} → {_shown(name, after)}"
            for name, (before, after) in details["changed"].items()
        ]
    if entry.verb == UsagerVerb.MERGED:
        gone = details["absorbed"]
        return [", ".join(_shown(name, gone[name]) for name in IDENTITY if gone[name])]
    if entry.verb in (UsagerVerb.CONSENT_GIVEN, UsagerVerb.CONSENT_WITHDRAWN):
        return [f"{ConsentKind(details['kind']).label} ({details['how']})"]
    return []


def _label(name: str) -> str:
    return str(Usager._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]


def _shown(name: str, value: str) -> str:
    return (phones.spelled(value) if name == "phone" else value) or "–"


def merges_to_undo(usager: Usager) -> list[Merge]:
    """The latest merge into this file while it may be undone: one at a time, the last first."""
    merges = Merge.objects.filter(organisation=usager.organisation_id, kept=usager)
    return list(merges.that_can_be_undone().select_related("absorbed", "by")[:1])
