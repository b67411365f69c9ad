"""Questions over answer sheets: which one answers, how often each served, how many are fresh."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import Case, Count, F, FloatField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest

from directory.queries import alphabetical
from knowledge.models import Sheet, SheetUse
from knowledge.models.sheet import COUNTED_DAYS, FRENCH, SheetQuerySet

FOUND_AT_MOST = 8
WORDS_AT_MOST = 8
# Below this share of letters in common, a word is another word (« passport », « pisicne »).
ALIKE = 0.36
# Shorter words are like everything.
COMPARED_FROM = 4
BEST_FIRST: tuple[str, ...] = ("expired", "-rank", "-recent_uses", "question", "pk")
WORD = re.compile(r"[^\W_]+")


def search(
    organisation_id: int,
    text: str,
    *,
    today: date,
    service: int | None = None,
    motif: int | None = None,
    limit: int = FOUND_AT_MOST,
) -> list[Sheet]:
    """Sheets that answer `text`, best first, the expired ones last; at most two statements.

    All its words first, each as far as it is typed; when no sheet has them all, those that have
    some of them, or words spelt alike. The service and the motif of the entry weigh, they do not
    exclude. Without a word: what served most these days.
    """
    words = WORD.findall(text.lower())[:WORDS_AT_MOST]
    sheets = Sheet.objects.filter(organisation=organisation_id).current()
    sheets = sheets.with_uses(on=today).with_names().defer("search", "plain")
    near = _nearness(service, motif)
    if not words:
        return list(_ranked(sheets, near, Value(1.0), today)[:limit])
    every = _typed(words, " & ")
    found = list(
        _ranked(sheets.filter(search=every), near, SearchRank(F("search"), every), today)[:limit]
    )
    return found or list(_alike(sheets, words, near, today)[:limit])


def _typed(words: Iterable[str], link: str) -> SearchQuery:
    """Words as far as they are typed, joined by `&` or `|`; they hold letters and digits only."""
    return SearchQuery(link.join(f"{word}:*" for word in words), search_type="raw", config=FRENCH)


def _nearness(service: int | None, motif: int | None) -> Combinable:
    """How much the rank is multiplied for a sheet of the entry's own motif, or service."""
    cases = []
    if motif:
        cases.append(When(motif=motif, then=Value(3.0)))
    if service:
        cases.append(When(service=service, then=Value(2.0)))
    if not cases:
        return Value(1.0, output_field=FloatField())
    return Case(*cases, default=Value(1.0), output_field=FloatField())


def _ranked(
    sheets: SheetQuerySet, near: Combinable, rank: Combinable, today: date
) -> SheetQuerySet:
    expired = Case(When(valid_until__lt=today, then=Value(1)), default=Value(0))
    # Never nothing, so that being near still counts for what only resembles.
    ranked = sheets.annotate(expired=expired, rank=(rank + Value(0.01)) * near)
    return ranked.order_by(*BEST_FIRST)


def _alike(sheets: SheetQuerySet, words: list[str], near: Combinable, today: date) -> SheetQuerySet:
    some = _typed(words, " | ")
    rank: Combinable = SearchRank(F("search"), some)
    wanted = Q(search=some)
    compared = [alphabetical(word) for word in words if len(word) >= COMPARED_FROM]
    if compared:
        likeness = [TrigramWordSimilarity(word, "plain") for word in compared]
        closest = Greatest(*likeness) if len(likeness) > 1 else likeness[0]
        sheets = sheets.annotate(likeness=closest)
        wanted |= Q(likeness__gte=ALIKE)
        rank = rank + sum(likeness[1:], likeness[0])
    return _ranked(sheets.filter(wanted), near, rank, today)


def matching(sheets: SheetQuerySet, text: str) -> SheetQuerySet:
    """The list's own filter: all the words, each as far as it is typed."""
    words = WORD.findall(text.lower())[:WORDS_AT_MOST]
    return sheets.filter(search=_typed(words, " & ")) if words else sheets


@dataclass(frozen=True)
class Uses:
    """How often a sheet served, in days back from today."""

    month: int
    year: int
    ever: int


def uses_of(sheet: Sheet, *, today: date) -> Uses:
    since = {"month": COUNTED_DAYS, "year": 365}
    counts = {
        name: Count("pk", filter=Q(on_day__gt=today - timedelta(days=days)))
        for name, days in since.items()
    }
    served = SheetUse.objects.filter(organisation=sheet.organisation_id, sheet=sheet)
    return Uses(**served.aggregate(**counts, ever=Count("pk")))


def stale_share(
    organisation_id: int, services: Collection[int] | None, today: date
) -> tuple[int, int]:
    """How many current sheets are up to date, of how many (engagement 16).

    `services` null is the whole organisation; otherwise sheets of these services, with those that
    speak for all of them.
    """
    sheets = Sheet.objects.filter(organisation=organisation_id).current().order_by()
    if services is not None:
        sheets = sheets.filter(Q(service=None) | Q(service__in=services))
    counted = sheets.aggregate(
        all=Count("pk"), stale=Count("pk", filter=Q(pk__in=sheets.to_review(on=today)))
    )
    return counted["all"] - counted["stale"], counted["all"]
