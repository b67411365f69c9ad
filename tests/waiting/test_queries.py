"""The figures of waiting, the estimate, and what they rest on."""

from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from contacts.statistics import wilson
from directory.models import Organisation, Service
from tests import factories
from tests.factories import NOW, TODAY
from tests.waiting.situations import make_room, make_ticket
from waiting import actions, estimates
from waiting.enums import Reason
from waiting.merging import move_service
from waiting.models import Ticket, WaitingRoom
from waiting.queries import SETS, WaitQuery, Waits, board_of, calls_of

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def query(room: WaitingRoom) -> WaitQuery:
    return WaitQuery(room.organisation_id, [room.service_id], TODAY, TODAY)


class TestWaits:
    @pytest.mark.parametrize(
        ("waited", "minutes", "is_under"),
        [(0, 0, True), (14.99, 14, True), (15, 15, False), (15.99, 15, False), (16, 16, False)],
    )
    def test_minutes_are_rounded_down_and_the_aim_is_strict(
        self, room: WaitingRoom, waited: float, minutes: int, is_under: bool
    ) -> None:
        ticket = make_ticket(room, waited=waited)
        found = query(room).waits()
        assert (found.counts, found.under) == ({minutes: 1}, int(is_under))
        assert ticket.minutes_waited(NOW) == minutes

    def test_the_figures_of_a_day(self, room: WaitingRoom) -> None:
        for waited in (1, 2, 2.5, 3, 20, 31, 4, 4, 4, 4):
            make_ticket(room, waited=waited, served=5)
        make_ticket(room, gone=3)
        make_ticket(room, waited=4, gone=9)
        make_ticket(room)
        found = query(room).waits()
        assert found.counts == {1: 1, 2: 2, 3: 1, 4: 4, 20: 1, 31: 1}
        assert (found.n, found.under, found.gone, found.uncalled) == (10, 8, 2, 1)
        assert (found.median, found.p90, found.rate) == (4, 20, 0.8)
        assert found.interval == wilson(8, 10)
        assert found.targets == (15,)

    def test_without_ticket_there_is_no_figure(self, room: WaitingRoom) -> None:
        found = query(room).waits()
        assert found == Waits({}, 0, 0, 0)
        assert (found.rate, found.interval, found.median, found.p90) == (None, None, None, None)

    def test_a_ticket_is_judged_by_the_aim_of_its_day(self, room: WaitingRoom) -> None:
        make_ticket(room, waited=12, target_minutes=10)
        make_ticket(room, waited=12, target_minutes=20)
        found = query(room).waits()
        assert (found.under, found.targets) == (1, (10, 20))

    def test_only_those_services_and_days(self, room: WaitingRoom, other_service: Service) -> None:
        make_ticket(room, waited=1)
        make_ticket(room, NOW - DAY, waited=2)
        make_ticket(make_room(other_service), waited=3)
        foreign = make_room(factories.make_service(factories.make_organisation()))
        make_ticket(foreign, waited=4)
        assert query(room).waits().counts == {1: 1}
        services = [room.service_id, other_service.pk, foreign.service_id]
        found = WaitQuery(room.organisation_id, services, TODAY - DAY, TODAY).waits()
        assert found.counts == {1: 1, 2: 1, 3: 1}

    def test_each_list_holds_what_its_figure_counts(self, room: WaitingRoom) -> None:
        for waited in (3, 14.9, 15, 15.1, 40):
            make_ticket(room, waited=waited)
        make_ticket(room, gone=2)
        make_ticket(room)
        found, listed = query(room).waits(), query(room).listed
        assert {name: listed(name).count() for name in SETS} == {
            "recus": found.n,
            "dans-l-objectif": found.under,
            "au-dela": found.n - found.under,
            "partis": found.gone,
            "jamais-appeles": found.uncalled,
        }
        assert found.under == 2

    def test_one_statement_whatever_the_number(
        self, room: WaitingRoom, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for waited in range(20):
            make_ticket(room, waited=waited)
            with django_assert_num_queries(1):
                query(room).waits()

    def test_a_merged_service_keeps_its_waits(
        self, room: WaitingRoom, other_service: Service
    ) -> None:
        make_ticket(room, waited=1)
        assert move_service(room.service, other_service) == {"rooms": 1, "tickets": 1}
        moved = WaitQuery(room.organisation_id, [other_service.pk], TODAY, TODAY)
        assert moved.waits().n == 1


class TestEstimate:
    """Four minutes at the counter each time, unless the test says otherwise."""

    def seen(self, room: WaitingRoom, times: int, arrived: datetime = NOW - 20 * MINUTE) -> None:
        for _ in range(times):
            make_ticket(room, arrived, waited=1, served=4)

    def test_four_times_are_too_few_and_five_are_enough(self, room: WaitingRoom) -> None:
        self.seen(room, 4)
        assert estimates.estimated_wait(room, 3, now=NOW) is None
        self.seen(room, 1)
        assert estimates.estimated_wait(room, 3, now=NOW) == 12

    @pytest.mark.parametrize(
        ("before", "at_work", "free", "expected"),
        [
            (0, 1, 1, 0),  # a free counter calls at once
            (0, 1, 0, 4),  # the next one is called when somebody leaves
            (3, 1, 0, 16),
            (3, 2, 0, 8),
            (4, 3, 0, 7),  # 20 minutes for three counters: rounded up
            (1, 3, 2, 0),
            (2, 3, 2, 2),
            (5, 0, 0, None),
        ],
    )
    def test_the_formula(self, before: int, at_work: int, free: int, expected: int | None) -> None:
        found = estimates.minutes(before, seconds=240, at_work=at_work, free=free)
        assert found == expected

    def test_a_counter_is_at_work_for_half_an_hour_after_its_call(self, room: WaitingRoom) -> None:
        make_ticket(room, NOW - 30 * MINUTE, waited=0, served=1, counter="1")
        make_ticket(room, NOW - 29 * MINUTE, waited=0, served=1, counter="2")
        make_ticket(room, NOW - 90 * MINUTE, waited=0, counter="3")
        make_ticket(room, NOW - 90 * MINUTE)
        assert estimates.counters(room, now=NOW) == (2, 1)

    def test_two_weeks_back_and_no_further(self, room: WaitingRoom) -> None:
        self.seen(room, 5, NOW - 14 * DAY)
        assert estimates.time_at_the_counter(room, now=NOW) is None
        self.seen(room, 5, NOW - 13 * DAY)
        assert estimates.time_at_the_counter(room, now=NOW) == 240

    def test_the_latest_fifty(self, room: WaitingRoom) -> None:
        for _ in range(60):
            make_ticket(room, NOW - DAY, waited=1, served=30)
        self.seen(room, 26)
        assert estimates.time_at_the_counter(room, now=NOW) == 240

    def test_a_priority_ticket_passes_before(self, room: WaitingRoom) -> None:
        plain = [actions.give(room, at=NOW) for _ in range(3)]
        first = actions.give(room, at=NOW, reason=Reason.CARD)
        assert [estimates.people_before(one) for one in (*plain, first)] == [1, 2, 3, 0]


class TestBoards:
    def test_nothing_of_yesterday_appears(self, room: WaitingRoom) -> None:
        make_ticket(room, NOW - DAY)
        make_ticket(room, NOW - DAY, waited=2)
        board, calls = board_of(room, now=NOW), calls_of(room, now=NOW)
        assert (board.waiting, board.served, calls.latest) == ([], [], None)

    def test_the_signature_changes_with_what_is_shown(self, room: WaitingRoom) -> None:
        first = actions.give(room, at=NOW)
        seen = {board_of(room, now=NOW).signature}
        assert board_of(room, now=NOW + timedelta(seconds=59)).signature in seen
        seen.add(board_of(room, now=NOW + MINUTE).signature)
        actions.call_next(room, served=actions.Served("1"), at=NOW + MINUTE)
        seen.add(board_of(room, now=NOW + MINUTE).signature)
        actions.end(first, at=NOW + MINUTE)
        seen.add(board_of(room, now=NOW + MINUTE).signature)
        assert len(seen) == 4

    def test_called_again_a_number_comes_first_on_the_screen(self, room: WaitingRoom) -> None:
        for counter in ("1", "2"):
            actions.give(room, at=NOW)
            actions.call_next(room, served=actions.Served(counter), at=NOW + MINUTE)
        first = Ticket.objects.get(number=1)
        before = calls_of(room, now=NOW)
        actions.call_again(first, at=NOW + 2 * MINUTE)
        after = calls_of(room, now=NOW)
        assert [before.latest and before.latest.number, after.latest and after.latest.number] == [
            2,
            1,
        ]
        assert before.signature != after.signature

    def test_the_first_fifty_and_how_many_more(
        self, room: WaitingRoom, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(53):
            make_ticket(room)
        with django_assert_max_num_queries(5):
            board = board_of(room, now=NOW)
        assert (len(board.waiting), board.hidden) == (50, 3)

    def test_organisations_do_not_mix(self, room: WaitingRoom, organisation: Organisation) -> None:
        foreign = make_room(factories.make_service(factories.make_organisation()))
        make_ticket(foreign)
        assert board_of(room, now=NOW).waiting_count == 0
