"""Counting rule 9: rings, target, what is counted apart, and calls recounted one by one."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from contacts.statistics import Share, wilson
from directory.models import Service
from telephony.enums import HoursBasis, Outcome, Part
from telephony.models import Call, TelephonySetting
from telephony.queries import CallFigures, CallQuery, rings_of
from tests import factories
from tests.telephony.situations import MONDAY, make_call, make_line, morning


def query(service: Service, first: date | None = None, last: date | None = None) -> CallQuery:
    return CallQuery.of(service.organisation_id, [service.pk], first, last)


def part_of(call: Call) -> Part:
    """The part whose list holds the call: exactly one does."""
    asked = query(call.service)
    [found] = [part for part in Part if asked.calls(part).filter(pk=call.pk).exists()]
    return found


class TestRings:
    @pytest.mark.parametrize(
        ("seconds", "rings"),
        [(0, 1), (4.999, 1), (5, 2), (19.99, 4), (20, 5), (24.9, 5), (25, 6), (300, 61)],
    )
    def test_one_more_ring_every_five_seconds(
        self, service: Service, seconds: float, rings: int
    ) -> None:
        call = make_call(service, seconds=seconds)
        assert query(service).calls().get(pk=call.pk).rings == rings  # type: ignore[attr-defined]
        assert rings_of(round(seconds * 1000), 5000) == rings

    @given(wait=st.integers(0, 10**7), ring=st.integers(1000, 15000))
    def test_a_ring_begins_when_the_last_one_has_passed(self, wait: int, ring: int) -> None:
        rings = rings_of(wait, ring)
        assert (rings - 1) * ring <= wait < rings * ring

    def test_what_an_agent_counted_stands_as_told(self, service: Service) -> None:
        make_call(service, seconds=None, rings_told=4)
        make_call(service, seconds=60, rings_told=4)
        assert query(service).figures().rings == {4: 2}

    def test_the_setting_of_the_organisation_then_of_the_line(self, service: Service) -> None:
        slow = make_line(service, ring_ms=10_000)
        make_call(service, seconds=20)
        make_call(service, seconds=20, line=slow)
        assert query(service).figures().rings == {5: 1, 3: 1}
        assert query(service).seconds_per_ring() == [Decimal(5), Decimal(10)]
        TelephonySetting.objects.create(organisation=service.organisation, ring_ms=4000)
        assert query(service).figures().rings == {6: 1, 3: 1}
        assert query(service).seconds_per_ring() == [Decimal(4), Decimal(10)]


class TestParts:
    @pytest.mark.parametrize(
        ("outcome", "seconds", "part"),
        [
            (Outcome.AGENT, 19.999, Part.IN_TARGET),
            (Outcome.AGENT, 20, Part.TOO_LATE),
            (Outcome.VOICE_SERVER, 19.999, Part.IN_TARGET),
            (Outcome.VOICE_SERVER, 20, Part.TOO_LATE),
            (Outcome.ABANDONED, 19.999, Part.ABANDONED_EARLY),
            (Outcome.ABANDONED, 20, Part.ABANDONED_LATE),
            (Outcome.UNANSWERED, 0, Part.UNANSWERED),
            (Outcome.UNANSWERED, 90, Part.UNANSWERED),
        ],
    )
    def test_before_and_at_the_fifth_ring(
        self, service: Service, outcome: Outcome, seconds: float, part: Part
    ) -> None:
        assert part_of(make_call(service, outcome=outcome, seconds=seconds)) == part

    @pytest.mark.parametrize("outcome", Outcome)
    def test_out_of_hours_whatever_the_outcome(self, service: Service, outcome: Outcome) -> None:
        call = make_call(service, outcome=outcome, in_hours=False)
        assert part_of(call) == Part.OUT_OF_HOURS

    def test_the_figures_are_the_lengths_of_their_lists(self, service: Service) -> None:
        for outcome in Outcome:
            for seconds in (0, 19.99, 20, 25):
                for in_hours in (True, False):
                    make_call(service, outcome=outcome, seconds=seconds, in_hours=in_hours)
        asked = query(service)
        figures = asked.figures()
        assert {part: asked.calls(part).count() for part in Part} == figures.parts
        assert figures.total == asked.calls().count() == 32


class TestFigures:
    def figures(self, service: Service) -> CallFigures:
        """Recounted by hand: 10 in target of 14 judged, 7 handled of 9 requiring an agent."""
        for _one in range(6):
            make_call(service, seconds=6)
        make_call(service, seconds=31)
        for _one in range(4):
            make_call(service, outcome=Outcome.VOICE_SERVER, seconds=2)
        make_call(service, outcome=Outcome.VOICE_SERVER, seconds=21)
        make_call(service, outcome=Outcome.ABANDONED, seconds=40)
        make_call(service, outcome=Outcome.UNANSWERED, seconds=0)
        for seconds in (1, 3, 19):
            make_call(service, outcome=Outcome.ABANDONED, seconds=seconds)
        make_call(service, in_hours=False)
        return query(service).figures()

    def test_the_rates(self, service: Service) -> None:
        figures = self.figures(service)
        assert figures.in_target == Share(10, 14)
        assert figures.in_target.interval == wilson(10, 14)
        assert figures.answered == Share(7, 9)
        assert figures.by_voice_server == 5
        assert figures.parts[Part.ABANDONED_EARLY] == 3
        assert figures.parts[Part.OUT_OF_HOURS] == 1
        assert (figures.total, figures.rings) == (18, {2: 6, 7: 1, 1: 4, 5: 1})
        assert (figures.median, figures.p90) == (2, 5)

    def test_nothing_is_not_zero(self, service: Service) -> None:
        figures = query(service).figures()
        nothing = [figures.in_target.rate, figures.in_target.interval, figures.median]
        assert nothing == [None, None, None]

    def test_the_period_is_by_day_of_the_service_and_both_ends_count(
        self, service: Service
    ) -> None:
        # 00:30 in Paris is still the day before in UTC.
        make_call(service, started=morning(MONDAY, 0, 30))
        make_call(service, started=morning(date(2026, 6, 5), 23, 59))
        assert query(service, MONDAY, date(2026, 6, 5)).figures().total == 2
        assert query(service, date(2026, 6, 2), date(2026, 6, 4)).figures().total == 0

    def test_only_the_services_asked_for(self, service: Service, other_service: Service) -> None:
        make_call(service)
        make_call(other_service, seconds=70)
        asked = CallQuery.of(service.organisation_id, [other_service.pk], None, None)
        found = asked.figures()
        assert found.in_target == Share(0, 1)
        both = CallQuery.of(
            service.organisation_id, [service.pk, other_service.pk], None, None
        ).by_service()
        assert {name: one.in_target for name, one in both.items()} == {
            "État civil": Share(1, 1),
            "Urbanisme": Share(0, 1),
        }

    def test_another_organisation_counts_nothing_here(self, service: Service) -> None:
        elsewhere = factories.make_service(factories.make_organisation())
        make_call(elsewhere)
        asked = CallQuery.of(service.organisation_id, [service.pk, elsewhere.pk], None, None)
        assert asked.figures().total == 0

    def test_calls_judged_by_their_day_say_so(self, service: Service) -> None:
        make_call(service, hours_basis=HoursBasis.DAY)
        make_call(service)
        assert query(service).figures().judged_by_day == 1

    def test_as_many_statements_for_one_call_as_for_a_thousand(
        self, service: Service, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for size in (1, 40):
            for _one in range(size):
                make_call(service)
            with django_assert_num_queries(4):  # the setting and the count, twice
                query(service).figures()


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"outcome": "fax", "answered_at": None}, "telephony_call_outcome"),
        ({"source": "fax"}, "telephony_call_source"),
        ({"hours_basis": "x"}, "telephony_call_hours_basis"),
        ({"wait_ms": None}, "telephony_call_waited"),
        ({"wait_ms": 86_400_001}, "telephony_call_waited"),
        ({"rings_told": 0}, "telephony_call_rings"),
        ({"answered_at": morning(hour=9)}, "telephony_call_answered_after_start"),
        ({"outcome": "abandoned"}, "telephony_call_answered_after_start"),
        ({"ended_at": morning(hour=9)}, "telephony_call_ended_after_start"),
        ({"started_on": date(1999, 12, 31)}, "telephony_call_since_2000"),
        ({"recorded_at": morning(hour=9)}, "telephony_call_not_in_future"),
    ],
)
def test_the_database_refuses(service: Service, wrong: dict[str, object], constraint: str) -> None:
    call = make_call(service)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(**wrong)


def test_one_key_is_one_call(service: Service) -> None:
    make_call(service, external_key="1690325492.2")
    with pytest.raises(IntegrityError, match="telephony_call_key_unique"), transaction.atomic():
        make_call(service, external_key="1690325492.2")
