"""A figure is the same to the unit wherever it is read: months, days, stale cells or raw rows."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection

from contacts.enums import Channel, Measure, Nature
from contacts.models import DelayTarget, Demande
from directory.models import Motif, Organisation, Service
from engagements.figures import Figure, IndicatorQuery
from engagements.models import DayTally, MonthTally, StaleTally
from engagements.recount import recount_stale
from engagements.selection import MOST_STALE, Periods, Selection
from tests import factories
from tests.factories import TODAY

FIRST = date(2026, 2, 10)
GROUPINGS: list[Sequence[str]] = [
    (),
    ("month",),
    ("service", "channel", "month"),
    ("channel", "nature"),
    ("family",),
    ("family", "nature"),
    ("day",),
    ("year",),
]
FILTERS: dict[str, dict[str, object]] = {
    "everything": {},
    "whole months": {"first": date(2026, 3, 1), "last": date(2026, 5, 31)},
    "cut months": {"first": date(2026, 3, 12), "last": date(2026, 5, 17)},
    "within a month": {"first": date(2026, 4, 3), "last": date(2026, 4, 21)},
    "one nature": {"natures": frozenset({"reclamation"})},
    "two channels": {"channels": frozenset({"mail", "email"})},
    "a limit": {"limit": 4},
    "a limit and a nature": {"limit": 4, "natures": frozenset({"information"})},
}


@pytest.fixture
def town(service: Service, other_service: Service) -> Organisation:
    """Two services, every channel and nature, two families and none; a target that changes on the
    15th of April, and a service with its own."""
    organisation = service.organisation
    families = [Motif.objects.create(organisation=organisation, name=name) for name in "AB"]
    motifs = [
        Motif.objects.create(organisation=organisation, name=f"{one}1", parent=one)
        for one in families
    ]
    for limit, fields in (
        (6, {"valid_from": date(2000, 1, 1), "valid_to": date(2026, 4, 14)}),
        (3, {"valid_from": date(2026, 4, 15)}),
        (9, {"valid_from": date(2000, 1, 1), "service": other_service, "nature": "reclamation"}),
    ):
        DelayTarget.objects.create(organisation=organisation, limit=limit, **fields)
    draw = Random(7)
    for _ in range(160):
        received = FIRST + timedelta(days=draw.randrange(125))
        wait = draw.choice([None, 0, 0, 1, 2, 3, 5, 9, 14, 30])
        announced = received + timedelta(days=draw.randrange(5, 30))
        answered = None if wait is None else min(received + timedelta(days=wait), TODAY)
        held = draw.random() < 0.2 and (answered is None or answered > received)
        factories.make_demande(
            draw.choice([service, other_service]),
            received,
            replied=answered,
            held=received if held else None,
            announced=announced if held else None,
            channel=draw.choice(list(Channel)),
            nature=draw.choice(list(Nature)),
            motif=draw.choice([*motifs, families[0], None]),
        )
    return organisation


def figures_of(
    organisation: Organisation, measure: Measure, filters: dict[str, object]
) -> list[list[Figure]]:
    query = IndicatorQuery(
        organisation_id=organisation.pk,
        measure=measure,
        today=TODAY,
        as_of=TODAY,
        **filters,  # type: ignore[arg-type]
    )
    return [query.figures(by) for by in GROUPINGS]


def touch_a_third() -> None:
    """Changes that leave some cells stale, in every month."""
    for demande in Demande.objects.order_by("pk")[::3]:
        Demande.objects.filter(pk=demande.pk).update(nature=Nature.SUGGESTION)


STALENESS: dict[str, Callable[[], object]] = {
    "nothing stale": lambda: None,
    "some cells stale": touch_a_third,
}


@pytest.mark.parametrize("stale", STALENESS.values(), ids=STALENESS.keys())
def test_every_source_says_the_same(
    town: Organisation, stale: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    recount_stale()
    stale()
    asked = [(Measure.FIRST_REPLY, name) for name in FILTERS]
    asked += [(measure, "cut months") for measure in (Measure.MERITS, Measure.ANNOUNCED)]
    stored = {(measure, name): figures_of(town, measure, FILTERS[name]) for measure, name in asked}
    monkeypatch.setattr(Selection, "_is_too_stale", lambda _self: True)
    for (measure, name), figures in stored.items():
        assert figures == figures_of(town, measure, FILTERS[name]), (measure, name)


def test_open_demandes_of_a_month_are_judged_together_only_once_all_are_overdue(
    service: Service, other_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On many an evening: three months of open demandes, two limits, a channel without one."""
    organisation = service.organisation
    factories.national_targets(organisation)
    channels = (Channel.MAIL, Channel.EMAIL, Channel.PHONE)
    for offset in range(0, 93, 3):
        received = date(2026, 2, 28) + timedelta(days=offset)
        for where, channel in zip((service, other_service, service), channels, strict=True):
            factories.make_demande(where, received, channel=channel)
    recount_stale()

    def told() -> list[list[Figure]]:
        evenings = [TODAY + timedelta(days=number) for number in range(-20, 40)]
        return [
            IndicatorQuery(
                organisation_id=organisation.pk,
                measure=Measure.FIRST_REPLY,
                today=evening,
                as_of=evening,
                first=date(2026, 3, 1),
                last=date(2026, 5, 31),
            ).figures(("channel", "month"))
            for evening in evenings
        ]

    stored = told()
    monkeypatch.setattr(Selection, "_is_too_stale", lambda _self: True)
    assert stored == told()


def test_without_a_worker_figures_are_right_and_no_distribution_is_read(town: Organisation) -> None:
    before = figures_of(town, Measure.MERITS, {})
    assert not DayTally.objects.exists()
    recount_stale()
    assert figures_of(town, Measure.MERITS, {}) == before


@pytest.mark.parametrize("model", [DayTally, MonthTally])
def test_control_both_distributions_are_read(
    town: Organisation, model: type[DayTally] | type[MonthTally]
) -> None:
    """Spoilt on purpose, each one shows: neither is there for show."""
    recount_stale()
    before = figures_of(town, Measure.MERITS, FILTERS["cut months"])
    model.objects.all().delete()
    assert figures_of(town, Measure.MERITS, FILTERS["cut months"]) != before


def test_several_groupings_are_read_at_once(town: Organisation) -> None:
    recount_stale()
    query = IndicatorQuery(town.pk, Measure.FIRST_REPLY, today=TODAY, as_of=TODAY)
    together = query.split(("month",), (), ("service", "month"))
    assert together == [query.figures(by) for by in (("month",), (), ("service", "month"))]


def test_too_many_marks_are_read_from_the_raw_rows(
    town: Organisation, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    recount_stale()
    before = figures_of(town, Measure.MERITS, {})
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO engagements_staletally
                (organisation_id, service_id, channel, nature, family, received_on)
            SELECT %s, %s, 'mail', 'information', n, '2026-03-02' FROM generate_series(1, %s) n""",
            [town.pk, service.pk, MOST_STALE + 1],
        )
    MonthTally.objects.all().delete()
    DayTally.objects.all().delete()
    assert figures_of(town, Measure.MERITS, {}) == before
    StaleTally.objects.all().delete()
    assert figures_of(town, Measure.MERITS, {}) != before


D = date.fromisoformat


@pytest.mark.parametrize(
    ("first", "last", "cut", "months", "days"),
    [
        ("2026-01-01", "2026-03-31", [], ("2026-01-01", "2026-03-01"), []),
        ("2026-01-02", "2026-03-30", [], ("2026-02-01", "2026-02-01"),
         [("2026-01-02", "2026-01-31"), ("2026-03-01", "2026-03-30")]),
        ("2026-01-02", "2026-01-30", [], None, [("2026-01-02", "2026-01-30")]),
        ("2026-01-15", "2026-02-14", [], None, [("2026-01-15", "2026-02-14")]),
        ("2026-02-01", "2026-02-28", [], ("2026-02-01", "2026-02-01"), []),
        ("1900-01-01", "9999-12-31", ["2026-04-01"], ("1900-01-01", "9999-12-01"),
         [("2026-04-01", "2026-04-30")]),
        ("2026-01-01", "2026-03-31", ["2026-04-01"], ("2026-01-01", "2026-03-01"), []),
    ],
)  # fmt: skip
def test_a_period_is_whole_months_and_the_days_left_over(
    first: str,
    last: str,
    cut: list[str],
    months: tuple[str, str] | None,
    days: list[tuple[str, str]],
) -> None:
    found = Periods.of(D(first), D(last), map(D, cut), by_day=False)
    assert found.months == (months and (D(months[0]), D(months[1])))
    assert found.days == tuple((D(begin), D(end)) for begin, end in days)
