"""The query object: what is in the rate, what stands beside it, and the demandes behind it."""

import random
from datetime import date, timedelta

import pytest

from contacts.enums import Channel, Measure, Nature
from contacts.statistics import nearest_rank, wilson
from contacts.target_actions import set_target
from directory.models import Organisation, Service
from engagements.figures import Figure, IndicatorQuery, State
from engagements.recount import recount_stale
from tests.engagements.test_tallies import query
from tests.factories import TODAY, make_demande, make_service, national_targets

MONDAY = date(2026, 6, 1)


def states(figure: Figure) -> dict[str, int]:
    return {state.value: count for state, count in figure.states.items() if count}


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        # Five working days after Monday 1 June: Monday 8.
        (date(2026, 6, 5), "pending"),
        (date(2026, 6, 8), "pending"),
        (date(2026, 6, 9), "overdue_open"),
    ],
)
def test_an_open_demande_is_late_from_the_day_after_its_deadline(
    service: Service, as_of: date, expected: str
) -> None:
    make_demande(service, MONDAY)
    assert states(query(service.organisation, as_of=as_of).figure()) == {expected: 1}


@pytest.mark.parametrize(
    ("received", "replied", "days"),
    [
        (MONDAY, MONDAY, 0),
        (MONDAY, date(2026, 6, 8), 5),
        (MONDAY, date(2026, 6, 9), 6),
        # On a closed day: the next open day is day 1.
        (date(2026, 5, 30), MONDAY, 1),
        (date(2026, 5, 30), date(2026, 5, 31), 0),
        # A reply on the Saturday after a Friday counts with the Friday.
        (MONDAY, date(2026, 6, 6), 4),
    ],
)
def test_delays_count_working_days_after_receipt(
    service: Service, received: date, replied: date, days: int
) -> None:
    make_demande(service, received, replied=replied)
    figure = query(service.organisation).figure()
    assert figure.histogram == {days: 1}
    assert states(figure) == {"in_time" if days <= 5 else "late": 1}


def test_an_open_demande_is_not_late_on_the_closed_days_after_its_deadline(
    service: Service,
) -> None:
    make_demande(service, date(2026, 6, 5))  # a Friday: 5 working days end on Friday 12
    for day, expected in ((12, "pending"), (13, "pending"), (14, "pending"), (15, "overdue_open")):
        figure = query(service.organisation, as_of=date(2026, 6, day)).figure()
        assert states(figure) == {expected: 1}


def test_the_rate_leaves_out_what_is_not_due(service: Service) -> None:
    make_demande(service, MONDAY, replied=date(2026, 6, 3))
    make_demande(service, MONDAY, replied=date(2026, 6, 18))
    make_demande(service, MONDAY)
    make_demande(service, date(2026, 6, 19))
    figure = query(service.organisation).figure()
    assert (figure.in_time, figure.late, figure.overdue_open, figure.pending) == (1, 1, 1, 1)
    assert figure.n == 3
    assert figure.rate == pytest.approx(1 / 3)
    assert figure.interval == wilson(1, 3)
    assert figure.is_provisional


def test_nothing_is_no_figure() -> None:
    empty = Figure()
    assert (empty.rate, empty.interval, empty.median, empty.p90) == (None, None, None, None)


def test_closing_without_a_reply_stops_the_clock(service: Service) -> None:
    make_demande(service, MONDAY, closed=date(2026, 6, 4))
    assert query(service.organisation).figure().histogram == {3: 1}


def test_a_holding_reply_stops_the_first_clock_and_not_the_other(service: Service) -> None:
    make_demande(service, MONDAY, held=date(2026, 6, 3), announced=date(2026, 6, 12))
    assert states(query(service.organisation).figure()) == {"in_time": 1}
    merits = query(service.organisation, measure=Measure.MERITS).figure()
    assert states(merits) == {"overdue_open": 1}


@pytest.mark.parametrize(
    ("announced", "replied", "expected"),
    [
        (date(2026, 6, 12), date(2026, 6, 12), "in_time"),
        (date(2026, 6, 12), date(2026, 6, 4), "in_time"),
        (date(2026, 6, 12), date(2026, 6, 15), "late"),
        (date(2026, 6, 19), None, "overdue_open"),
        (date(2026, 6, 22), None, "pending"),
        (date(2026, 7, 1), None, "pending"),
    ],
)
@pytest.mark.parametrize("fresh", [True, False])
def test_an_announced_date_is_kept_or_not(
    service: Service, announced: date, replied: date | None, expected: str, fresh: bool
) -> None:
    make_demande(service, MONDAY, held=date(2026, 6, 3), announced=announced, replied=replied)
    make_demande(service, MONDAY)
    if fresh:
        recount_stale()
    figure = query(service.organisation, measure=Measure.ANNOUNCED, limit=None).figure()
    assert states(figure) == {expected: 1}


def test_an_as_of_day_knows_nothing_of_what_came_later(service: Service) -> None:
    make_demande(service, MONDAY, replied=date(2026, 6, 12))
    make_demande(service, date(2026, 6, 10))
    recount_stale()
    on_the_9th = query(service.organisation, as_of=date(2026, 6, 9)).figure()
    assert states(on_the_9th) == {"overdue_open": 1}
    assert on_the_9th.histogram == {}


def test_targets_judge_by_the_day_of_receipt(service: Service) -> None:
    national_targets(service.organisation)
    set_target(service.organisation, limit=2, valid_from=date(2026, 6, 3), channel=Channel.EMAIL)
    make_demande(service, date(2026, 6, 2), replied=date(2026, 6, 8))
    make_demande(service, date(2026, 6, 3), replied=date(2026, 6, 8))
    make_demande(service, MONDAY, channel=Channel.GUICHET, replied=date(2026, 6, 8))
    figure = query(service.organisation, limit=None).figure()
    assert states(figure) == {"in_time": 1, "late": 1, "no_target": 1}
    assert figure.n == 2


def test_filters_and_groups(service: Service, other_service: Service) -> None:
    make_demande(service, MONDAY, channel=Channel.MAIL)
    make_demande(service, date(2026, 5, 31), channel=Channel.EMAIL, nature=Nature.RECLAMATION)
    make_demande(other_service, date(2026, 6, 30) - timedelta(days=20))
    organisation = service.organisation
    keys = [figure.key for figure in query(organisation).figures(by=("month", "channel"))]
    assert keys == [
        {"month": "2026-05", "channel": "email"},
        {"month": "2026-06", "channel": "email"},
        {"month": "2026-06", "channel": "mail"},
    ]
    june = {"first": MONDAY, "last": date(2026, 6, 30)}
    assert query(organisation, **june).figure().total == 2
    assert query(organisation, services=frozenset({service.pk})).figure().total == 2
    assert query(organisation, channels=frozenset({"mail"})).figure().total == 1
    assert query(organisation, natures=frozenset({"reclamation"})).figure().total == 1
    assert query(organisation, services=frozenset()).figure().total == 0


@pytest.fixture
def busy(service: Service, other_service: Service) -> Organisation:
    """A few months of everything, seeded."""
    dice = random.Random(7)
    national_targets(service.organisation)
    for _number in range(150):
        received = TODAY - timedelta(days=dice.randrange(0, 120))
        replied = received + timedelta(days=dice.randrange(0, 40))
        held = received + timedelta(days=dice.randrange(0, 8))
        holding = dice.random() < 0.3 and held < min(replied, TODAY)
        make_demande(
            dice.choice((service, other_service)),
            received,
            channel=dice.choice(list(Channel)),
            nature=dice.choice(list(Nature)),
            held=held if holding else None,
            announced=held + timedelta(days=dice.randrange(0, 20)) if holding else None,
            replied=replied if replied <= TODAY and dice.random() < 0.9 else None,
        )
    return service.organisation


@pytest.mark.parametrize("measure", list(Measure))
@pytest.mark.parametrize("as_of", [TODAY, date(2026, 5, 4)])
def test_figure_drill_down_and_tallies_agree_to_the_unit(
    busy: Organisation, measure: Measure, as_of: date
) -> None:
    asked = query(busy, measure=measure, limit=None, as_of=as_of)
    stale = asked.figures(by=("service", "channel", "nature", "month"))
    recount_stale()
    fresh = asked.figures(by=("service", "channel", "nature", "month"))
    assert fresh == stale
    assert sum((figure.total for figure in fresh), 0) > 10
    total = asked.figure()
    for state in State:
        listed = asked.demandes([state])
        assert len(listed) == total.states[state]
        assert {one.state for one in listed} <= {state}
    assert sum(fresh, Figure()).states == total.states
    assert sum(fresh, Figure()).histogram == total.histogram


def test_pages_of_a_drill_down_never_overlap(busy: Organisation) -> None:
    asked = query(busy)
    first = asked.demandes(size=40)
    second = asked.demandes(offset=40, size=200)
    everything = asked.demandes()
    assert [one.pk for one in [*first, *second]] == [one.pk for one in everything]


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Published worked examples of the score interval without continuity correction.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval(successes: int, n: int, low: float, high: float) -> None:
    found = wilson(successes, n)
    assert found is not None
    assert found == pytest.approx((low, high), abs=5e-5)


def test_wilson_keeps_its_ends() -> None:
    assert wilson(0, 0) is None
    for n in (1, 2, 7, 30, 1000):
        lowest, highest = wilson(0, n), wilson(n, n)
        assert lowest is not None
        assert highest is not None
        assert lowest[0] == 0.0
        assert highest[1] == 1.0


@pytest.mark.parametrize(
    ("histogram", "percent", "expected"),
    [
        ({}, 50, None),
        ({4: 1}, 90, 4),
        ({1: 1, 2: 1}, 50, 1),
        ({1: 5, 2: 5}, 50, 1),
        ({1: 9, 8: 1}, 90, 1),
        ({1: 8, 8: 2}, 90, 8),
        ({0: 10, 3: 10, 9: 10}, 50, 3),
    ],
)
def test_percentiles_are_nearest_rank(
    histogram: dict[int, int], percent: int, expected: int | None
) -> None:
    assert nearest_rank(histogram, percent) == expected


def test_a_query_is_bound_to_its_organisation(busy: Organisation) -> None:
    foreign = make_service(_other())
    make_demande(foreign, MONDAY)
    asked: IndicatorQuery = query(foreign.organisation)
    assert asked.figure().total == 1
    assert len(asked.demandes()) == 1


def _other() -> Organisation:
    from tests.factories import make_organisation

    return make_organisation()
