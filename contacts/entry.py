"""What the entry screen proposes: the agent's usual motifs, and what the person already asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from contacts.models import Demande, Usager
from contacts.models.demande import DemandeQuerySet
from directory.models import Agent, Motif

# What an agent logged last says what they will log next.
LAST_ENTRIES, USUAL_MOTIFS = 200, 8
# Counting rule 18: a setting of ours, in calendar days.
REPEAT_DAYS = 30
MOST_PROPOSED = 5
# The first is an upper bound on how many rows are read, whoever logs.
USUAL = """
    SELECT motif_id FROM (
        SELECT motif_id, id FROM contacts_demande
        WHERE organisation_id = %s AND created_by_id = %s ORDER BY id DESC LIMIT %s
    ) last
    WHERE motif_id IS NOT NULL
    GROUP BY motif_id ORDER BY count(*) DESC, max(id) DESC LIMIT %s"""


def usual_motifs(agent: Agent) -> list[int]:
    """The motifs of the agent's last entries, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(USUAL, [agent.organisation_id, agent.pk, LAST_ENTRIES, USUAL_MOTIFS])
        return [pk for (pk,) in cursor.fetchall()]


@dataclass(frozen=True)
class AlreadyAsked:
    """A demande of the same person that the new contact may belong to."""

    demande: Demande
    days: int

    @property
    def is_open(self) -> bool:
        return self.demande.is_open


def already_asked(
    visible: DemandeQuerySet,
    usagers: Sequence[Usager] | QuerySet[Usager],
    *,
    motif: Motif | None,
    today: date,
) -> list[AlreadyAsked]:
    """Open demandes of these usagers, and those on the same motif of the last thirty days.

    `visible` are the demandes that the agent sees. Those on the same motif come first, then the
    latest; of a reference, its last opening alone.
    """
    # A file merged away keeps its old address; its demandes went with the other.
    people = {usager.merged_into_id or usager.pk for usager in usagers}
    if not people:
        return []
    recent = Q(received_on__gte=today - timedelta(days=REPEAT_DAYS))
    alike = recent & Q(motif=motif) if motif else Q(pk__in=[])
    found = visible.filter(Q(closed_on__isnull=True) | alike, usager__in=people)
    # One more opening of a reference may hide another: read a few more than are shown.
    latest = found.for_list().order_by("-received_at", "-pk")[: 4 * MOST_PROPOSED]
    by_reference: dict[str, Demande] = {}
    for demande in latest:
        kept = by_reference.get(demande.reference)
        if kept is None or demande.round > kept.round:
            by_reference[demande.reference] = demande
    chosen = sorted(
        by_reference.values(),
        key=lambda one: (motif is not None and one.motif_id == motif.pk, one.received_at),
        reverse=True,
    )
    return [AlreadyAsked(one, (today - one.received_on).days) for one in chosen[:MOST_PROPOSED]]


def usagers_like(organisation_id: int, *, email: str, phone: str) -> QuerySet[Usager]:
    """Those who have this e-mail address or telephone number: rule 18's "same usager"."""
    same = Q(pk__in=[])
    if email:
        same |= Q(email__iexact=email)
    if phone:
        same |= Q(phone=phone)
    return Usager.objects.filter(organisation=organisation_id).filter(same)
