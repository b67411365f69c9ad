"""The results of a survey: the figures that the page and its export both show."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from contacts.enums import Channel
from contacts.statistics import Share, mean_interval, mean_of
from surveys.enums import Kind, Mode
from surveys.models import Question
from surveys.models.survey import SCALE
from surveys.queries import Histogram, Scope
from ui.charts import Distribution, Level
from ui.figures import count_text, is_small, nothing_text

HIGH_LEVELS = (4, 5)
# A cell of the table: words, a count, a share or a mean with its decimals, or nothing.
Cell = str | int | float | None


@dataclass(frozen=True)
class QuestionResult:
    """One question: every value of its scale is counted, the ones nobody chose too."""

    question: Question
    counts: Histogram

    @property
    def n(self) -> int:
        """Answers to this question, not questionnaires (counting rule 22)."""
        return sum(self.counts.values())

    @property
    def is_scale(self) -> bool:
        return self.question.kind == Kind.SCALE

    @property
    def is_small(self) -> bool:
        return self.n > 0 and is_small(self.n)

    @property
    def mean(self) -> float | None:
        return mean_of(self.counts) if self.is_scale else None

    @property
    def mean_bounds(self) -> tuple[float, float] | None:
        return mean_interval(self.counts) if self.is_scale else None

    @property
    def mean_words(self) -> str:
        return nothing_text() if self.mean is None else decimal_text(self.mean)

    @property
    def basis(self) -> str:
        """What the mean rests on: « n = 120 · IC 95 % : 3,61–3,95 »."""
        n = f"n = {count_text(self.n)}"
        if self.mean_bounds is None:
            return n
        low, high = (decimal_text(bound) for bound in self.mean_bounds)
        return f"{n} · " + _("IC 95 %% : %(low)s–%(high)s") % {"low": low, "high": high}

    @property
    def anchor(self) -> str:
        return f"q-{self.question.key}"

    @property
    def share(self) -> Share:
        """Levels 4 and 5 of a scale, « oui » of a yes or no."""
        values = HIGH_LEVELS if self.is_scale else (1,)
        return Share(sum(self.counts[value] for value in values), self.n)

    @property
    def share_label(self) -> str:
        if not self.is_scale:
            return _("Part de « oui »")
        fourth, fifth = (self.question.shown_levels[value - 1][1] for value in HIGH_LEVELS)
        words = {"fourth": fourth.lower(), "fifth": fifth.lower()}
        return _("Part des niveaux 4 et 5 (« %(fourth)s », « %(fifth)s »)") % words

    @property
    def chart(self) -> Distribution:
        return Distribution(self.question.shown_label, [Level(*level) for level in self.levels()])

    def levels(self) -> list[tuple[str, int]]:
        """(words, count), in the order of the scale."""
        words = (
            [(value, f"{value} · {level}") for value, level in self.question.shown_levels]
            if self.is_scale
            else [(1, _("Oui")), (0, _("Non"))]
        )
        return [(text, self.counts[value]) for value, text in words]


def decimal_text(value: float) -> str:
    """Two decimals: a mean of a scale of five is not known any finer."""
    return number_format(round(value, 2), 2, use_l10n=True)


def results(scope: Scope) -> list[QuestionResult]:
    """Every question that is counted, in the order in which it is asked."""
    histograms = scope.histograms()
    questions = scope.survey.questions.exclude(kind=Kind.LONG_TEXT)
    return [_result(question, histograms.get(question.pk, {})) for question in questions]


def _result(question: Question, given: Histogram) -> QuestionResult:
    values = SCALE if question.kind == Kind.SCALE else (1, 0)
    return QuestionResult(question, {value: given.get(value, 0) for value in values})


@dataclass(frozen=True)
class Response:
    """How many of those invited through a channel answered (counting rule 22)."""

    channel: str
    invited: int
    answered: int

    @property
    def label(self) -> str | Promise:
        return Channel(self.channel).label if self.channel else _("Tous les canaux")

    @property
    def share(self) -> Share:
        return Share(self.answered, self.invited)


def responses(scope: Scope) -> list[Response]:
    """By channel, the total last; empty when nobody was invited."""
    lines = [Response(channel, *counts) for channel, counts in scope.invitations().items()]
    if not lines:
        return []
    invited, answered = sum(line.invited for line in lines), sum(line.answered for line in lines)
    return [*lines, Response("", invited, answered)]


def sheets_by_mode(scope: Scope) -> list[tuple[str | Promise, int]]:
    found = scope.sheets_by_mode()
    return [(Mode(mode).label, found[mode]) for mode in Mode.values if mode in found]
