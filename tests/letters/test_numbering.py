"""Numbers without gaps, two by two and undone; the control shows what the lock prevents."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from contacts.errors import LetterAfterReceipt, ReceivedInFuture
from contacts.models import Demande
from directory.enums import Role
from directory.models import Agent, Organisation, Service
from letters.actions import numbering, register, take_number
from letters.models import Letter, Numbering
from tests import factories
from tests.letters.situations import entry, make_letter


def test_a_letter_is_a_demande_by_mail_with_its_number(service: Service, agent: Agent) -> None:
    letter = make_letter(service, agent, date(2026, 6, 19), letter_on=date(2026, 6, 15))
    demande = letter.demande
    assert letter.chrono == "2026-000001"
    assert (demande.channel, demande.received_on, demande.letter_on) == (
        "mail",
        date(2026, 6, 19),
        date(2026, 6, 15),
    )
    assert letter.registered_on == factories.TODAY
    assert demande.usager is not None
    assert demande.usager.full_name == letter.sender == "Dominique Durand"


def test_the_year_is_that_of_the_registration_in_the_zone_of_the_service(
    service: Service, agent: Agent
) -> None:
    new_year_eve = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)  # already 2026 in Paris
    letter = make_letter(service, agent, date(2025, 12, 30), now=new_year_eve)
    assert letter.chrono == "2026-000001"


def test_each_organisation_and_each_year_counts_for_itself(service: Service, agent: Agent) -> None:
    other = factories.make_service(factories.make_organisation())
    someone = factories.make_agent(other.organisation, Role.AGENT, other)
    now = datetime(2027, 1, 4, 9, tzinfo=UTC)
    chronos = [
        make_letter(service, agent).chrono,
        make_letter(service, agent).chrono,
        make_letter(service, agent, date(2026, 12, 30), now=now).chrono,
        make_letter(other, someone).chrono,
    ]
    assert chronos == ["2026-000001", "2026-000002", "2027-000001", "2026-000001"]


def test_a_refused_letter_takes_no_number(service: Service, agent: Agent) -> None:
    with pytest.raises(ReceivedInFuture):
        make_letter(service, agent, date(2026, 6, 23))
    with pytest.raises(LetterAfterReceipt):
        make_letter(service, agent, letter_on=date(2026, 6, 20))
    assert not Demande.objects.exists()
    assert make_letter(service, agent).number == 1


def test_sent_twice_it_is_registered_once(service: Service, agent: Agent) -> None:
    one = entry(service)
    both = [
        register(one, organisation=service.organisation, by=agent, now=factories.NOW)
        for _time in range(2)
    ]
    assert both[0] == both[1]
    assert Letter.objects.count() == Demande.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestTogether:
    """Real transactions in real threads."""

    def test_what_is_undone_leaves_no_gap(self, organisation: Organisation) -> None:
        class Undone(Exception):
            pass

        def undone() -> None:
            with transaction.atomic():
                assert take_number(organisation, 2026) == 2
                raise Undone

        with transaction.atomic():
            take_number(organisation, 2026)
        with pytest.raises(Undone):
            undone()
        with transaction.atomic():
            assert take_number(organisation, 2026) == 2

    def test_two_agents_never_share_a_number(self, organisation: Organisation) -> None:
        assert sorted(taken_together(organisation)) == list(range(1, 41))

    def test_without_the_lock_two_agents_share_one(
        self, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The control: the same race with rows that are not held."""
        monkeypatch.setattr(
            QuerySet, "select_for_update", lambda self, **options: self, raising=True
        )
        assert sorted(taken_together(organisation)) != list(range(1, 41))

    def test_a_number_outside_a_transaction_is_refused(self, organisation: Organisation) -> None:
        with pytest.raises(transaction.TransactionManagementError):
            take_number(organisation, 2026)

    def test_agents_register_together_without_gap_nor_double(
        self, service: Service, agent: Agent
    ) -> None:
        def work() -> None:
            for _time in range(5):
                make_letter(service, agent)

        together(work, 4)
        numbers = Letter.objects.values_list("number", flat=True)
        assert sorted(numbers) == list(range(1, 21))

    def test_the_same_line_sent_twice_at_once_is_registered_once(
        self, service: Service, agent: Agent
    ) -> None:
        one = entry(service)
        together(
            lambda: register(one, organisation=service.organisation, by=agent, now=factories.NOW),
            4,
        )
        assert Letter.objects.count() == Demande.objects.count() == 1
        assert Numbering.objects.get().last == 1


def taken_together(organisation: Organisation) -> list[int]:
    """Numbers that four threads took, ten each, every one holding its own a little."""
    taken: list[int] = []

    def work() -> None:
        for _time in range(10):
            with transaction.atomic():
                counter = numbering.held(organisation, 2026)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.002)")
                counter.last += 1
                counter.save(update_fields=["last"])
                taken.append(counter.last)

    with transaction.atomic():
        Numbering.objects.create(organisation=organisation, year=2026)
    together(work, 4)
    return taken


def together(work: Callable[[], object], threads: int) -> None:
    """Start them at one signal; what one of them raises fails the test."""
    start, failures = threading.Barrier(threads), list[BaseException]()

    def run() -> None:
        with closed_connection():
            start.wait()
            try:
                work()
            except BaseException as error:
                failures.append(error)

    running = [threading.Thread(target=run) for _number in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    assert failures == []


@contextmanager
def closed_connection() -> Iterator[None]:
    try:
        yield
    finally:
        connection.close()
