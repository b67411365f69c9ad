"""Files of usagers that may be those of one person.

Proposed, never merged by themselves: the same number, the same address, or the same name (in any
order, without case nor accents) when nothing contradicts it, that is when no number nor address
is known on both sides and differs.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import connection

from contacts.enums import Likeness
from contacts.models import Usager

# Files examined at a time, the latest first, and lookalikes of each by each rule.
EXAMINED, MOST_EACH = 5_000, 5
MOST_PAIRS = 50

# Each rule is one probe of an index per file examined. One word is no name to go by.
_LIKE = """
    SELECT one.id AS one, other.id AS other, other.likeness FROM examined one
    CROSS JOIN LATERAL (
        (SELECT id, 'phone' AS likeness FROM contacts_usager o
            WHERE o.organisation_id = %(organisation)s AND o.phone = one.phone
                AND one.phone <> '' AND o.merged_into_id IS NULL AND {apart} LIMIT %(each)s)
        UNION ALL
        (SELECT id, 'email' FROM contacts_usager o
            WHERE o.organisation_id = %(organisation)s AND upper(o.email) = upper(one.email)
                AND one.email <> '' AND o.merged_into_id IS NULL AND {apart} LIMIT %(each)s)
        UNION ALL
        (SELECT id, 'name' FROM contacts_usager o
            WHERE o.organisation_id = %(organisation)s AND o.name_words = one.name_words
                AND length(one.name_words) > 1 AND o.merged_into_id IS NULL
                AND (o.phone = '' OR one.phone = '' OR o.phone = one.phone)
                AND (o.email = '' OR one.email = '' OR upper(o.email) = upper(one.email))
                AND {apart} LIMIT %(each)s)
    ) other
    WHERE NOT EXISTS (
        SELECT 1 FROM contacts_notsame apart
        WHERE apart.organisation_id = %(organisation)s
            AND apart.first_id = LEAST(one.id, other.id)
            AND apart.second_id = GREATEST(one.id, other.id)
    )
"""
OF_ONE = f"""
    WITH examined AS (
        SELECT id, phone, email, name_words FROM contacts_usager
        WHERE organisation_id = %(organisation)s AND id = %(usager)s
    )
    {_LIKE.format(apart="o.id <> one.id")}
"""  # noqa: S608 fixed fragments; every value is bound
OF_SOME = f"""
    WITH examined AS MATERIALIZED (
        SELECT id, phone, email, name_words FROM contacts_usager
        WHERE organisation_id = %(organisation)s AND merged_into_id IS NULL
            AND id >= %(first)s AND id < %(before)s
    )
    {_LIKE.format(apart="o.id < one.id")}
"""  # noqa: S608
WINDOW = """
    SELECT min(id), count(*) FROM (
        SELECT id FROM contacts_usager
        WHERE organisation_id = %(organisation)s AND merged_into_id IS NULL AND id < %(before)s
        ORDER BY id DESC LIMIT %(examined)s
    ) files
"""
NO_BOUND = 2**62


@dataclass(frozen=True)
class Pair:
    """Two files that look alike, the older first, and what makes them so."""

    first: Usager
    second: Usager
    likenesses: tuple[Likeness, ...]

    @property
    def in_words(self) -> str:
        return ", ".join(str(one.label) for one in self.likenesses)


@dataclass(frozen=True)
class Lookalikes:
    """Pairs among the files examined; `oldest` is the last of them when there are older ones."""

    pairs: list[Pair]
    more: bool
    examined: int
    oldest: Usager | None


def lookalikes_of(usager: Usager) -> list[Pair]:
    """The files that may be the same person as this one."""
    rows = _rows(OF_ONE, organisation=usager.organisation_id, usager=usager.pk)
    return _pairs(usager.organisation_id, rows)[:MOST_EACH]


def lookalikes(organisation_id: int, *, before: Usager | None = None) -> Lookalikes:
    """Among the latest files, or those older than `before`: the list never reads a whole town."""
    bound = before.pk if before else NO_BOUND
    window = {"organisation": organisation_id, "before": bound}
    ((first, count),) = _rows(WINDOW, examined=EXAMINED, **window)
    if first is None:
        return Lookalikes([], more=False, examined=0, oldest=None)
    pairs = _pairs(organisation_id, _rows(OF_SOME, first=first, **window))
    usagers = Usager.objects.filter(organisation=organisation_id)
    oldest = usagers.get(pk=first) if count == EXAMINED else None
    return Lookalikes(pairs[:MOST_PAIRS], len(pairs) > MOST_PAIRS, count, oldest)


def _rows(statement: str, **params: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params | {"each": MOST_EACH})
        return list(cursor.fetchall())


def _pairs(organisation_id: int, rows: list[tuple[Any, ...]]) -> list[Pair]:
    """One pair for the rules that found it, the latest files first."""
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    for one, other, likeness in rows:
        found[min(one, other), max(one, other)].add(likeness)
    latest = sorted(found, key=lambda pair: (-pair[1], -pair[0]))[: MOST_PAIRS + 1]
    keys = {key for pair in latest for key in pair}
    usagers = Usager.objects.filter(organisation=organisation_id).in_bulk(keys)
    return [
        Pair(usagers[first], usagers[second], _in_order(found[first, second]))
        for first, second in latest
        if first in usagers and second in usagers
    ]


def _in_order(likenesses: set[str]) -> tuple[Likeness, ...]:
    return tuple(one for one in Likeness if one in likenesses)
