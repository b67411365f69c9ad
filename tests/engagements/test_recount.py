"""A recount that fails or dies: what is at fault is set aside, all the rest is done (fault F3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Min

from contacts.enums import Measure
from directory.models import Service
from engagements import recount
from engagements.distributions import Month
from engagements.figures import IndicatorQuery
from engagements.models import DayTally, Incident, StaleTally
from engagements.rebuild import differences
from engagements.recount import (
    SET_ASIDE_AFTER,
    close_incidents,
    recount_month,
    recount_stale,
    try_again,
)
from tests.factories import TODAY, make_demande

JUNE = date(2026, 6, 1)
POISON = date(2026, 6, 4)


@contextmanager
def poisoned(day: date) -> Iterator[None]:
    """Counting this day of receipt fails in the database, whoever tries."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE engagements_daytally ADD CONSTRAINT poison "
                       f"CHECK (received_on <> '{day}')")  # fmt: skip
        yield
        cursor.execute("ALTER TABLE engagements_daytally DROP CONSTRAINT poison")


@pytest.fixture
def june(service: Service) -> Month:
    """Twenty cells, one a day, each marked once."""
    for offset in range(20):
        make_demande(service, JUNE + timedelta(days=offset), replied=TODAY)
    first = StaleTally.objects.values("received_on").annotate(first=Min("pk")).values("first")
    StaleTally.objects.exclude(pk__in=list(first.values_list("first", flat=True))).delete()
    return Month(service.organisation_id, JUNE)


def test_one_bad_cell_does_not_hold_up_the_others(june: Month) -> None:
    with poisoned(POISON):
        recount_stale()
        (left,) = StaleTally.objects.all()
        assert left.received_on == POISON
        assert DayTally.objects.values("received_on").distinct().count() == 19


def test_after_five_tries_it_is_set_aside_with_an_incident(june: Month, service: Service) -> None:
    with poisoned(POISON):
        recount_stale()
        while StaleTally.objects.get().attempts < SET_ASIDE_AFTER:
            assert not Incident.objects.exists()
            recount_stale()
        recount_stale()
        mark, incident = StaleTally.objects.get(), Incident.objects.get()
        assert (mark.attempts, mark.set_aside_at is None) == (SET_ASIDE_AFTER, False)
        assert incident.kind == "set_aside"
        assert "poison" in incident.details["reason"]
        # The figure does not wait for it: the cell is counted from its rows.
        query = IndicatorQuery(service.organisation_id, Measure.MERITS, today=TODAY, as_of=TODAY)
        assert query.figure().total == 20
    assert close_incidents() == 0
    assert try_again(service.organisation) == 1
    assert recount_stale() == 1
    assert close_incidents() == 1
    assert differences(service.organisation_id) == []


def test_many_marks_are_settled_by_counting_their_month(
    june: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "WHOLE_MONTH", 10)
    monkeypatch.setattr(Month, "recount", lambda _self, _cells: pytest.fail("one by one"))
    assert recount_month(june) == 20
    assert not StaleTally.objects.exists()
    assert differences(june.organisation_id) == []
    assert not Incident.objects.exists()


def test_a_bad_cell_among_many_is_looked_for_one_by_one(
    june: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "WHOLE_MONTH", 10)
    with poisoned(POISON):
        recount_stale()
        assert StaleTally.objects.get().received_on == POISON
        assert DayTally.objects.values("received_on").distinct().count() == 19


def test_control_without_the_halving_one_bad_cell_stops_all(
    june: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    def whole(month: Month, marks: list[recount.Mark]) -> int:
        with transaction.atomic():
            month.recount(mark.cell for mark in marks)
        return len(marks)

    monkeypatch.setattr(recount, "_settle", whole)
    with pytest.raises(Exception, match="poison"), poisoned(POISON):
        recount_stale()


class Died(BaseException):
    """The worker was killed: nothing after this point runs, nothing catches it."""


def dies_on(day: date, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Recounting `day` kills the worker; returns the sizes of the batches begun."""
    plain, sizes = Month.recount, []

    def recount_or_die(self: Month, cells: object) -> None:
        batch = list(cells)  # type: ignore[call-overload]
        sizes.append(len(batch))
        if any(cell[4] == day for cell in batch):
            raise Died
        plain(self, batch)

    monkeypatch.setattr(Month, "recount", recount_or_die)
    return sizes


def test_a_cell_that_kills_its_worker_is_isolated_and_set_aside(
    june: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "FEW", 4)
    sizes = dies_on(POISON, monkeypatch)
    deaths = 0
    for _ in range(40):
        try:
            recount_month(june)
        except Died:
            deaths += 1
    # Twice with all the others, then among few, then alone.
    assert sizes[:4] == [20, 20, 4, 4]
    assert sizes.count(1) == 2 + 3
    assert deaths == SET_ASIDE_AFTER
    assert Incident.objects.get().details["reason"] == "Le décompte s’est interrompu sans message."
    assert StaleTally.objects.get().received_on == POISON
    assert DayTally.objects.values("received_on").distinct().count() == 19


def test_a_lost_connection_is_not_the_fault_of_the_cells(
    june: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as lost, poisoned(POISON):
        lost.setattr(connection, "is_usable", lambda: False)
        with pytest.raises(Exception, match="poison"):
            recount_stale()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")  # as a lost connection would have
    assert not Incident.objects.exists()
