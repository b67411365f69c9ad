"""The verbs of the queue: numbers, turns, calls and ends, also when two agents act at once."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection

from directory.actions import set_hours
from directory.enums import Territory
from directory.models import Organisation, Service, WorkingCalendar
from directory.opening_hours import read_hours
from tests import factories
from tests.factories import NOW
from tests.waiting.situations import make_room, make_ticket
from waiting import actions, errors
from waiting.actions import Served, calling, giving
from waiting.enums import Reason, State
from waiting.models import Ticket, WaitingRoom
from waiting.models.ticket import TicketQuerySet

MINUTE = timedelta(minutes=1)


def call(room: WaitingRoom, counter: str = "1", serving: Ticket | None = None) -> Ticket:
    served = Served(counter, serving.public_id if serving else None)
    return actions.call_next(room, served=served, at=NOW + 5 * MINUTE)


class TestGiving:
    def test_numbers_follow_one_another_and_start_again_each_day(self, room: WaitingRoom) -> None:
        today = [actions.give(room, at=NOW).number for _ in range(3)]
        tomorrow = actions.give(room, at=NOW + timedelta(days=1))
        assert today == [1, 2, 3]
        assert tomorrow.number == 1

    def test_each_room_has_its_own_numbers(self, room: WaitingRoom, service: Service) -> None:
        actions.give(room, at=NOW)
        assert actions.give(make_room(service), at=NOW).number == 1

    def test_the_day_is_that_of_the_service(self, organisation: Organisation) -> None:
        """Monday 10:00 in Paris is still Sunday evening in Tahiti."""
        calendar = factories.make_calendar(organisation, Territory.POLYNESIE_FRANCAISE)
        room = make_room(factories.make_service(organisation, calendar))
        assert actions.give(room, at=NOW).day == factories.TODAY - timedelta(days=1)

    def test_sent_twice_it_gives_one_ticket(self, room: WaitingRoom) -> None:
        key = uuid.uuid4()
        assert actions.give(room, at=NOW, key=key) == actions.give(room, at=NOW, key=key)
        assert Ticket.objects.count() == 1

    def test_a_key_of_another_room_is_refused(self, room: WaitingRoom, service: Service) -> None:
        ticket = actions.give(room, at=NOW)
        with pytest.raises(errors.KeyTaken):
            actions.give(make_room(service), at=NOW, key=ticket.public_id)

    def test_it_keeps_the_aim_of_its_day(self, room: WaitingRoom) -> None:
        ticket = actions.give(room, at=NOW)
        room.target_minutes = 30
        actions.save_room(room)
        ticket.refresh_from_db()
        assert ticket.target_minutes == 15

    def test_a_room_out_of_use_gives_none(self, room: WaitingRoom) -> None:
        room.is_active = False
        room.save()
        with pytest.raises(errors.RoomOutOfUse):
            actions.give(room, at=NOW)


class TestTablet:
    def take(self, room: WaitingRoom, after: timedelta = timedelta(0)) -> Ticket:
        return actions.take_at_tablet(room, at=NOW + after, key=uuid.uuid4())

    def test_twelve_tickets_a_minute_and_no_more(self, room: WaitingRoom) -> None:
        for _ in range(giving.TABLET_PER_MINUTE):
            self.take(room)
        with pytest.raises(errors.TooManyTickets):
            self.take(room, timedelta(seconds=59))
        assert self.take(room, MINUTE).number == giving.TABLET_PER_MINUTE + 1

    def test_pressed_twice_it_gives_one_even_beyond_the_limit(self, room: WaitingRoom) -> None:
        key = uuid.uuid4()
        ticket = actions.take_at_tablet(room, at=NOW, key=key)
        for _ in range(giving.TABLET_PER_MINUTE - 1):
            self.take(room)
        assert actions.take_at_tablet(room, at=NOW, key=key) == ticket

    def test_it_gives_none_on_a_day_off(self, room: WaitingRoom) -> None:
        with pytest.raises(errors.RoomClosed):
            self.take(room, timedelta(days=-1))

    @pytest.mark.parametrize(
        ("minutes", "is_open"), [(-61, False), (-60, True), (119, True), (120, False)]
    )
    def test_it_follows_the_opening_hours(
        self, room: WaitingRoom, calendar: WorkingCalendar, minutes: int, is_open: bool
    ) -> None:
        set_hours(calendar, {0: read_hours("9:00-12:00")})
        assert giving.doors_open(room, NOW + minutes * MINUTE) is is_open


class TestCalling:
    def test_priority_tickets_first_then_by_arrival(self, room: WaitingRoom) -> None:
        for reason in ("", "", Reason.PREGNANT, "", Reason.CARD):
            actions.give(room, at=NOW, reason=reason)
        called = [call(room, str(counter)).number for counter in range(5)]
        assert called == [3, 5, 1, 2, 4]

    def test_nobody_waits(self, room: WaitingRoom) -> None:
        make_ticket(room, NOW - timedelta(days=1))
        with pytest.raises(errors.NobodyWaits):
            call(room)

    def test_calling_the_next_ends_the_one_before(self, room: WaitingRoom) -> None:
        for _ in range(2):
            actions.give(room, at=NOW)
        first = call(room)
        second = call(room, serving=first)
        first.refresh_from_db()
        assert (first.state, second.number) == (State.ENDED, 2)

    def test_another_counter_keeps_its_own(self, room: WaitingRoom) -> None:
        for _ in range(2):
            actions.give(room, at=NOW)
        first = call(room, "1")
        call(room, "2")
        first.refresh_from_db()
        assert first.state == State.CALLED

    def test_a_form_sent_twice_calls_once(self, room: WaitingRoom) -> None:
        for _ in range(3):
            actions.give(room, at=NOW)
        first = call(room)
        call(room, serving=first)
        with pytest.raises(errors.CounterBusy, match="n° 2"):
            call(room, serving=first)
        assert Ticket.objects.waiting().count() == 1

    def test_when_nobody_waits_the_one_before_is_not_ended(self, room: WaitingRoom) -> None:
        actions.give(room, at=NOW)
        first = call(room)
        with pytest.raises(errors.NobodyWaits):
            call(room, serving=first)
        first.refresh_from_db()
        assert first.state == State.CALLED

    def test_a_clock_set_back_calls_nobody_before_they_came(self, room: WaitingRoom) -> None:
        ticket = actions.give(room, at=NOW + 10 * MINUTE)
        assert call(room).called_at == ticket.arrived_at


class TestWhatBecomesOfATicket:
    @pytest.fixture
    def called(self, room: WaitingRoom) -> Ticket:
        actions.give(room, at=NOW, reason=Reason.CARD)
        return call(room)

    def test_called_again_it_waited_until_the_first_call(self, called: Ticket) -> None:
        first = called.called_at
        actions.call_again(called, at=NOW + 8 * MINUTE)
        called.refresh_from_db()
        assert (called.called_at, called.announced_at) == (first, NOW + 8 * MINUTE)

    def test_ended_it_forgets_why_it_was_first(self, called: Ticket) -> None:
        actions.end(called, at=NOW + 9 * MINUTE)
        called.refresh_from_db()
        assert (called.state, called.priority, called.reason) == (State.ENDED, True, "")

    def test_gone_before_any_call(self, room: WaitingRoom) -> None:
        ticket = actions.give(room, at=NOW, reason=Reason.CARD)
        actions.gone(ticket, at=NOW + MINUTE)
        ticket.refresh_from_db()
        assert (ticket.state, ticket.reason) == (State.GONE, "")

    def test_put_back_it_is_the_next_again(self, room: WaitingRoom, called: Ticket) -> None:
        actions.give(room, at=NOW)
        actions.put_back(called, at=NOW + 6 * MINUTE)
        again = call(room)
        assert (again.pk, again.arrived_at, again.reason) == (called.pk, NOW, Reason.CARD)

    @pytest.mark.parametrize(
        "act", [actions.call_again, actions.end, actions.gone, actions.put_back]
    )
    def test_the_second_of_two_agents_is_told(
        self, called: Ticket, act: Callable[..., None]
    ) -> None:
        actions.end(called, at=NOW + 6 * MINUTE)
        before = Ticket.objects.values().get()
        with pytest.raises(errors.TicketMoved):
            act(called, at=NOW + 7 * MINUTE)
        assert Ticket.objects.values().get() == before

    def test_one_of_yesterday_is_past_changing(self, room: WaitingRoom) -> None:
        ticket = make_ticket(room, NOW - timedelta(days=1), waited=2)
        with pytest.raises(errors.TicketMoved):
            actions.end(ticket, at=NOW)


class TestDatabase:
    @pytest.mark.parametrize(
        ("wrong", "constraint"),
        [
            ({"waited": -1}, "ticket_called_after_arrival"),
            ({"waited": 5, "served": -1}, "ticket_ended_after_call"),
            ({"gone": -1}, "ticket_left_without_end"),
            ({"waited": 5, "served": 5, "gone": 20}, "ticket_left_without_end"),
            ({"waited": 5, "counter": ""}, "ticket_call_names_its_counter"),
            ({"reason": Reason.CARD}, "ticket_reason_is_forgotten"),
            (
                {"priority": True, "reason": Reason.CARD, "waited": 1, "served": 1},
                "ticket_reason_is_forgotten",
            ),
            ({"priority": True, "reason": "rich"}, "ticket_reason"),
            ({"number": 0}, "ticket_number_from_one"),
        ],
    )
    def test_what_the_actions_refuse_the_database_refuses(
        self, room: WaitingRoom, wrong: dict[str, object], constraint: str
    ) -> None:
        with pytest.raises(IntegrityError, match=constraint):
            make_ticket(room, **wrong)  # type: ignore[arg-type]

    def test_a_number_is_given_once_a_day(self, room: WaitingRoom) -> None:
        make_ticket(room, number=4)
        with pytest.raises(IntegrityError, match="ticket_number_unique"):
            make_ticket(room, number=4)

    @pytest.mark.parametrize("minutes", [0, 241])
    def test_a_room_aims_at_something(self, service: Service, minutes: int) -> None:
        with pytest.raises(IntegrityError, match="room_target"):
            make_room(service, target_minutes=minutes)


def together(*jobs: Callable[[], object]) -> list[object]:
    """Each in a thread and a connection of its own; what it returned or raised."""
    found: list[object] = [None] * len(jobs)

    def run(place: int) -> None:
        try:
            found[place] = jobs[place]()
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return found


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def meet(self, monkeypatch: pytest.MonkeyPatch, choose: Callable[..., object]) -> None:
        """Both agents have chosen whom to call before either of them writes it."""
        barrier = threading.Barrier(2, timeout=20)

        def chosen(today: TicketQuerySet) -> object:
            ticket = choose(today)
            barrier.wait()
            return ticket

        monkeypatch.setattr(calling, "next_in_turn", chosen)

    def numbers(self, room: WaitingRoom) -> list[object]:
        for _ in range(2):
            actions.give(room, at=NOW)
        called = together(lambda: call(room, "1"), lambda: call(room, "2"))
        return sorted(getattr(ticket, "number", 0) for ticket in called)

    def test_two_agents_never_call_the_same_person(
        self, room: WaitingRoom, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.meet(monkeypatch, calling.next_in_turn)
        assert self.numbers(room) == [1, 2]

    def test_control_without_the_lock_they_do(
        self, room: WaitingRoom, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.meet(monkeypatch, lambda today: today.waiting().in_turn().first())
        assert self.numbers(room) == [1, 1]

    def test_a_double_click_at_one_counter_calls_one_person(self, room: WaitingRoom) -> None:
        for _ in range(2):
            actions.give(room, at=NOW)
        called = together(lambda: call(room, "1"), lambda: call(room, "1"))
        assert {type(one) for one in called} == {Ticket, errors.CounterBusy}
        assert Ticket.objects.waiting().count() == 1

    def test_no_number_is_given_twice(self, room: WaitingRoom) -> None:
        given = together(*[lambda: actions.give(room, at=NOW).number] * 12)
        assert sorted(given, key=str) == sorted(range(1, 13), key=str)

    def test_control_without_the_lock_it_would_be(
        self, room: WaitingRoom, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        barrier = threading.Barrier(2, timeout=20)
        save = Ticket.save

        def saved(ticket: Ticket, **kwargs: object) -> None:
            barrier.wait()  # both have read the highest number
            save(ticket, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(giving, "_held", lambda room: room)
        monkeypatch.setattr(Ticket, "save", saved)
        given = together(*[lambda: actions.give(room, at=NOW)] * 2)
        assert any(isinstance(one, IntegrityError) for one in given)
