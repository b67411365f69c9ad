"""A clock job runs once at a time, when due, and stays due until it succeeds."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from jobs.dueness import Every
from jobs.models import PeriodicJob
from jobs.periodic import Unfinished, alone, note_success, run_if_due

NOW = datetime(2026, 6, 22, 10, tzinfo=UTC)
HOURLY = Every(timedelta(hours=1))
pytestmark = pytest.mark.django_db


def job() -> PeriodicJob:
    return PeriodicJob.objects.get(name="work")


def test_the_work_is_told_its_last_success() -> None:
    told: list[datetime | None] = []
    assert run_if_due("work", HOURLY, told.append, now=NOW) is None
    run_if_due("work", HOURLY, told.append, now=NOW + timedelta(hours=6))
    assert told == [None, NOW]
    assert job().last_success_at == NOW + timedelta(hours=6)


def test_what_is_not_due_does_nothing() -> None:
    note_success("work", now=NOW)
    assert run_if_due("work", HOURLY, lambda _last: pytest.fail("done again"), now=NOW) is None


def test_a_failure_is_written_and_stays_due() -> None:
    def fails(_last: datetime | None) -> None:
        raise ValueError("la base est pleine")

    with pytest.raises(ValueError, match="pleine"):
        run_if_due("work", HOURLY, fails, now=NOW)
    assert job().last_error == "ValueError: la base est pleine"
    assert job().last_success_at is None
    assert run_if_due("work", HOURLY, lambda _last: "fait", now=NOW) == "fait"
    assert job().last_error == ""
    assert job().last_failure_at == NOW


def test_unfinished_work_is_no_failure_and_stays_due() -> None:
    def half(_last: datetime | None) -> None:
        raise Unfinished

    assert run_if_due("work", HOURLY, half, now=NOW) is None
    assert (job().last_success_at, job().last_error) == (None, "")


@pytest.mark.django_db(transaction=True)
def test_two_wake_ups_at_once_do_the_work_once() -> None:
    done: list[str] = []

    def elsewhere() -> None:
        with closing(connection):
            run_if_due("work", HOURLY, lambda _last: done.append("elsewhere"), now=NOW)

    with ThreadPoolExecutor(1) as pool:

        def here(_last: datetime | None) -> None:
            pool.submit(elsewhere).result()
            done.append("here")

        run_if_due("work", HOURLY, here, now=NOW)
    assert done == ["here"]


@pytest.mark.django_db(transaction=True)
def test_the_lock_is_given_back() -> None:
    def taken() -> bool:
        with closing(connection), alone("work") as ours:
            return ours

    with ThreadPoolExecutor(1) as pool:
        with alone("work"):
            assert not pool.submit(taken).result()
        assert pool.submit(taken).result()
