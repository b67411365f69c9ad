"""Usagers found by what an agent types: a reference, an address, a number, words of a name.

The kind is told by the shape of what was typed. Nothing here is slower for a large town: each
question is one probe of an index, and stops at the first lines it needs (decision 0008).
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from string import ascii_lowercase

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models.functions import Reverse

from contacts import phones
from contacts.enums import SearchKind
from contacts.models import Demande, Usager
from contacts.models.usager import UsagerQuerySet

MOST = 20
# Of a name that many bear, as many are read and put in order.
READ = 1_000
MOST_WORDS, LONGEST_WORD = 8, 40
# Two letters begin the names of a fifth of a town: alone, they are taken for a whole word.
SHORTEST_BEGINNING, SHORTEST_FORGIVEN = 3, 4
LAST_DIGITS = 4
# The trunk codes that a leading 0 may stand for, mainland first; then those dialled without any.
TRUNKS = ("+33", "+262", "+590", "+594", "+596")
BARE = ("", "+508", "+687", "+689", "+681")
NUMBER = re.compile(r"[+(]?[\d\s().+/-]+")
# Letters that a reference never uses, for those that are read in their place.
MISREAD = str.maketrans("ILOU", "110V")


@dataclass(frozen=True)
class Found:
    """At most `MOST` usagers, the likeliest first; `more` when others match."""

    kind: SearchKind
    usagers: list[Usager] = field(default_factory=list)
    more: bool = False


def search(organisation_id: int, typed: str) -> Found:
    typed = typed.strip()
    if not typed:
        return Found(SearchKind.NOTHING)
    everyone = Usager.objects.filter(organisation=organisation_id)
    if any(letter.isdigit() for letter in typed):
        found = _by_reference(organisation_id, typed)
        if found:
            return _shown(SearchKind.REFERENCE, everyone, found)
    if "@" in typed:
        return _shown(SearchKind.EMAIL, everyone, _by_email(everyone, typed))
    if NUMBER.fullmatch(typed) and len(re.sub(r"\D", "", typed)) > 1:
        return _shown(SearchKind.PHONE, everyone, _by_phone(everyone, typed))
    words = words_of(typed)
    if not words:
        return Found(SearchKind.NOTHING)
    named = _by_name(organisation_id, everyone, typed, words)
    kind = SearchKind.NAME if named or _says_enough(words) else SearchKind.TOO_SHORT
    return _shown(kind, everyone, named)


def _says_enough(words: list[str]) -> bool:
    """Whether their beginnings tell people apart; one letter of another script often does."""
    return any(len(word) >= SHORTEST_BEGINNING or not word.isascii() for word in words)


def _shown(kind: SearchKind, everyone: UsagerQuerySet, keys: list[int]) -> Found:
    """The first of them, each once; a merged one leads to the usager it was merged into."""
    named = everyone.select_related("merged_into").in_bulk(list(keys))
    standing = [named[key].merged_into or named[key] for key in keys if key in named]
    found = list({one.pk: one for one in standing}.values())
    return Found(kind, found[:MOST], more=len(found) > MOST)


# --- reference, address, number ------------------------------------------------------------------
def _by_reference(organisation_id: int, typed: str) -> list[int]:
    bare = re.sub(r"[\s-]", "", typed).upper().translate(MISREAD)
    spellings = {typed, typed.upper(), "-".join((bare[:4], bare[4:8], bare[8:]))}
    named = Demande.objects.filter(organisation=organisation_id, reference__in=spellings)
    return list(named.exclude(usager=None).values_list("usager", flat=True).distinct()[: MOST + 1])


def _by_email(everyone: UsagerQuerySet, typed: str) -> list[int]:
    exact = everyone.filter(email__iexact=typed)
    return _in_turn(exact, everyone.filter(email__istartswith=typed))


def _by_phone(everyone: UsagerQuerySet, typed: str) -> list[int]:
    questions = [everyone.filter(phone__startswith=one) for one in _beginnings(typed)]
    end = re.sub(r"\D", "", typed)
    if len(end) >= LAST_DIGITS:
        backwards = everyone.alias(backwards=Reverse("phone"))
        questions.append(backwards.filter(backwards__startswith=end[::-1]))
    with suppress(ValidationError):  # half a number, most often
        questions.insert(0, everyone.filter(phone=phones.normalise(typed)))
    return _in_turn(*questions)


def _beginnings(typed: str) -> list[str]:
    """How a number that begins as typed may be stored."""
    number = re.sub(r"[^\d+]", "", typed.replace("(0)", ""))
    if number.startswith(("+", "00")):
        return ["+" + number.replace("+", "").removeprefix("00")]
    if number.startswith("0"):
        return [trunk + number[1:] for trunk in TRUNKS]
    return [code + number for code in BARE]


def _in_turn(first: UsagerQuerySet, *others: UsagerQuerySet) -> list[int]:
    """The keys that each finds, the surest question first: one statement, read no further."""
    questions = [one.order_by().values_list("pk", flat=True) for one in (first, *others)]
    asked = questions[0].union(*questions[1:], all=True) if others else questions[0]
    return list(dict.fromkeys(asked[: 2 * MOST + 1]))


# --- names ---------------------------------------------------------------------------------------
PLAIN = "SELECT contacts_plain_name(%s)"
# Materialised, so that the plan is the index's whatever the limit; it is still read no further.
NAMED = """
    WITH named AS MATERIALIZED (
        SELECT id, full_name, name_words FROM contacts_usager
        WHERE organisation_id = %s AND name_words @@ %s::tsquery
    ), few AS (SELECT * FROM named LIMIT %s)
    SELECT id FROM few ORDER BY length(name_words), lower(full_name), id LIMIT %s
"""
BORNE = """
    SELECT word FROM unnest(%s::text[]) AS word
    WHERE EXISTS (
        SELECT 1 FROM contacts_usager
        WHERE organisation_id = %s AND name_words @@ quote_literal(word)::tsquery
    )
"""


def words_of(name: str) -> list[str]:
    """Its words without case nor accents, as PostgreSQL keeps them."""
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [name])
        plain: str = cursor.fetchone()[0]
    words = dict.fromkeys(word[:LONGEST_WORD] for word in plain.split())
    return list(words)[:MOST_WORDS]


def _by_name(
    organisation_id: int, everyone: UsagerQuerySet, typed: str, words: list[str]
) -> list[int]:
    """Whole words, then beginnings of words, then words with a slip of the keyboard."""
    keys = dict.fromkeys(_named(organisation_id, " & ".join(map(_exactly, words))))
    if len(keys) <= MOST and _says_enough(words):
        keys |= dict.fromkeys(_named(organisation_id, " & ".join(map(_beginning, words))))
    if not keys and _says_enough(words):
        keys |= dict.fromkeys(_in_turn(everyone.filter(email__istartswith=typed)))
    if not keys:
        keys |= dict.fromkeys(_forgiving(organisation_id, words))
    return list(keys)


def _named(organisation_id: int, query: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [organisation_id, query, READ, MOST + 1])
        return [key for (key,) in cursor.fetchall()]


def _exactly(word: str) -> str:
    return f"'{word}'"


def _beginning(word: str) -> str:
    return f"'{word}':*"


def _forgiving(organisation_id: int, words: list[str]) -> list[int]:
    """Those whose names hold each word, but for one letter of it."""
    forgiven = {word: set(slips(word)) for word in words if len(word) >= SHORTEST_FORGIVEN}
    borne = _borne(organisation_id, set().union(*forgiven.values()))
    choices = []
    for word in words:
        near = sorted(forgiven.get(word, set()) & borne)
        choices.append(f"({' | '.join([_beginning(word), *map(_exactly, near)])})")
    return _named(organisation_id, " & ".join(choices)) if borne else []


def _borne(organisation_id: int, words: set[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(BORNE, [sorted(words), organisation_id])
        return {word for (word,) in cursor.fetchall()}


def slips(word: str) -> Iterator[str]:
    """What one letter missing, too many, wrong or out of turn makes of a word."""
    letters = sorted({*ascii_lowercase, *word})
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in letters)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        yield from (before + letter + after for letter in letters)
