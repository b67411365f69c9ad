"""What an indicator says of a scope: delays from tallies, opinions from survey answers, the rest
from what counts it (`engagements.counted`).

A board, an engagement's page and their exports all read it, so that they cannot disagree.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from contacts.enums import Measure
from contacts.statistics import Proportion, nearest_rank
from engagements.counted import COUNTED, Counts
from engagements.figures import Figure
from engagements.referential import Engagement, Indicator
from engagements.scope import Scope
from surveys.queries import distributions
from ui.figures import is_small

# Answers that make the numerator of a survey indicator, by question key.
COUNTED_ANSWERS: dict[str, frozenset[int]] = {
    "satisfaction": frozenset({4, 5}),
    "clarity": frozenset({4, 5}),
    "effort": frozenset({4, 5}),
    "reached": frozenset({1}),
}
# The share of difficult answers: the lower the better.
LOWER_IS_BETTER = frozenset({"effort"})


@dataclass(frozen=True)
class Reading(Proportion):
    """A rate, its base and what goes with it. Delays in whole working days, answers from 1 to 5."""

    hits: int = 0
    n: int = 0
    pending: int = 0
    overdue: int = 0
    late: int = 0
    # Delay, or answer, → how many.
    histogram: Mapping[int, int] = field(default_factory=dict)

    @property
    def median(self) -> int | None:
        return nearest_rank(self.histogram, 50)

    @property
    def p90(self) -> int | None:
        return nearest_rank(self.histogram, 90)

    @property
    def is_provisional(self) -> bool:
        return self.pending > 0

    @property
    def is_small(self) -> bool:
        return is_small(self.n)

    @property
    def is_empty(self) -> bool:
        return self.n == 0 and self.pending == 0 and not self.histogram


def reading_of_figure(figure: Figure) -> Reading:
    return Reading(
        hits=figure.in_time,
        n=figure.n,
        pending=figure.pending,
        overdue=figure.overdue_open,
        late=figure.late,
        histogram=figure.histogram,
    )


def reading_of_answers(question: str, distribution: Mapping[int, int]) -> Reading:
    counted = COUNTED_ANSWERS.get(question, frozenset())
    return Reading(
        hits=sum(count for value, count in distribution.items() if value in counted),
        n=sum(distribution.values()),
        histogram=dict(distribution),
    )


# A reading per key, such as a month or a service.
Split = dict[str, Reading]


def _rolled_up(figures: Iterable[Figure], key: Callable[[Figure], str]) -> Split:
    totals: dict[str, Figure] = defaultdict(Figure)
    for figure in figures:
        totals[key(figure)].absorb(figure)
    return {name: reading_of_figure(total) for name, total in totals.items()}


@dataclass(frozen=True)
class Detail:
    """Everything the page of an indicator shows, from one reading of the rows."""

    total: Reading
    by_month: Split
    by_service: Split
    by_channel: Split
    limit: int | None = None
    # What is counted beside the rate, by its words.
    apart: Mapping[str, int] = field(default_factory=dict)


def detail(indicator: Indicator, scope: Scope) -> Detail:
    if indicator.is_delay:
        return _delay_detail(indicator, scope)
    return _counted(indicator, scope) if indicator.is_counted else _opinion(indicator, scope)


def _counted(indicator: Indicator, scope: Scope) -> Detail:
    months: dict[str, Counts] = defaultdict(Counts)
    services: dict[str, Counts] = defaultdict(Counts)
    total = Counts()
    for (service, month), counts in COUNTED[indicator.counted].cells(scope).items():
        months[month] += counts
        services[str(service)] += counts
        total += counts
    return Detail(
        total=_reading_of_counts(total),
        by_month={key: _reading_of_counts(counts) for key, counts in months.items()},
        by_service={key: _reading_of_counts(counts) for key, counts in services.items()},
        by_channel={},
        apart=total.apart,
    )


def _reading_of_counts(counts: Counts) -> Reading:
    return Reading(hits=counts.hits, n=counts.n, histogram=counts.histogram)


def _delay_detail(indicator: Indicator, scope: Scope) -> Detail:
    query = scope.query(Measure(indicator.measure), indicator)
    months, services, channels = query.split(["month"], ["service"], ["channel"])
    return Detail(
        total=_rolled_up(months, lambda _figure: "").get("", Reading()),
        by_month=_readings(months, "month"),
        by_service=_readings(services, "service"),
        by_channel=_readings(channels, "channel"),
        limit=indicator.limit,
    )


def _readings(figures: Iterable[Figure], key: str) -> Split:
    return {figure.key[key]: reading_of_figure(figure) for figure in figures}


def _opinion(indicator: Indicator, scope: Scope) -> Detail:
    question = indicator.question
    cells = distributions(
        scope.organisation_id,
        question,
        first=scope.first,
        last=scope.last,
        services=scope.services,
        channels=scope.channels_of(indicator),
        by=("service", "month"),
    )
    months: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    services: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    total: dict[int, int] = defaultdict(int)
    for (service, month), distribution in cells.items():
        for value, count in distribution.items():
            months[f"{month:%Y-%m}"][value] += count
            services[str(service)][value] += count
            total[value] += count
    return Detail(
        total=reading_of_answers(question, total),
        by_month={key: reading_of_answers(question, value) for key, value in months.items()},
        by_service={key: reading_of_answers(question, value) for key, value in services.items()},
        by_channel={},
    )


@dataclass(frozen=True)
class Tile:
    """One engagement on the board: its first indicator when something measures it."""

    engagement: Engagement
    indicator: Indicator | None = None
    reading: Reading | None = None
    months: Sequence[float | None] = ()
    trend: str = ""


def board(engagements: Sequence[Engagement], scope: Scope) -> list[Tile]:
    """Every engagement in order; one pass over the tallies a measure, whatever their number."""
    figures: dict[Measure, list[Figure]] = {}
    for measure in {Measure(one.measured[0].measure) for one in engagements if _is_delay(one)}:
        figures[measure] = scope.query(measure).figures(by=("channel", "nature", "month"))
    return [_tile(engagement, scope, figures) for engagement in engagements]


def _is_delay(engagement: Engagement) -> bool:
    return bool(engagement.measured) and engagement.measured[0].is_delay


def _tile(engagement: Engagement, scope: Scope, figures: Mapping[Measure, list[Figure]]) -> Tile:
    if not engagement.measured:
        return Tile(engagement)
    indicator = engagement.measured[0]
    if indicator.is_delay:
        kept = [one for one in figures[Measure(indicator.measure)] if _concerns(indicator, one)]
        months = _rolled_up(kept, lambda figure: figure.key["month"])
        total = _rolled_up(kept, lambda _figure: "").get("", Reading())
    else:
        found = detail(indicator, scope)
        months, total = found.by_month, found.total
    readings = [months.get(month, Reading()) for month in scope.months()]
    return Tile(
        engagement,
        indicator,
        total,
        [one.rate for one in readings],
        trend_of(readings, lower_is_better=lower_is_better(indicator)),
    )


def lower_is_better(indicator: Indicator) -> bool:
    if indicator.is_counted:
        return COUNTED[indicator.counted].lower_is_better
    return indicator.question in LOWER_IS_BETTER


def _concerns(indicator: Indicator, figure: Figure) -> bool:
    in_channel = indicator.channels is None or figure.key["channel"] in indicator.channels
    return in_channel and (indicator.natures is None or figure.key["nature"] in indicator.natures)


TREND_MONTHS = 3


def trend_of(months: Sequence[Reading], *, lower_is_better: bool = False) -> str:
    """ "better", "worse" or "" : the last three months against the three before.

    An arrow only when both have at least 30 cases and their 95 % intervals do not meet (rule 13).
    """
    recent = _pooled(months[-TREND_MONTHS:])
    before = _pooled(months[-2 * TREND_MONTHS : -TREND_MONTHS])
    if recent.is_small or before.is_small:
        return ""
    if recent.low is not None and before.high is not None and recent.low > before.high:
        return "worse" if lower_is_better else "better"
    if recent.high is not None and before.low is not None and recent.high < before.low:
        return "better" if lower_is_better else "worse"
    return ""


def _pooled(months: Sequence[Reading]) -> Reading:
    """The rate of several months, weighed by their cases."""
    return Reading(hits=sum(one.hits for one in months), n=sum(one.n for one in months))
