"""A rebuild makes every stored figure equal to its rows, says what was not, and resumes."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from directory.models import Organisation, Service
from engagements import rebuild as rebuilding
from engagements.distributions import Month
from engagements.models import DayTally, Incident, MonthTally, Rebuilding, StaleTally
from engagements.rebuild import RebuildingElsewhere, differences, rebuild
from engagements.recount import recount_stale
from engagements.settling import Settled, settle_month
from engagements.tasks import compare_tallies
from jobs.models import PeriodicJob
from jobs.periodic import alone
from tests.factories import TODAY, make_demande, make_organisation, make_service


@pytest.fixture
def town(service: Service) -> Organisation:
    """Five months of demandes, all counted."""
    for offset in range(0, 130, 5):
        make_demande(service, TODAY - timedelta(days=offset), replied=TODAY)
    make_demande(service, TODAY - timedelta(days=7))
    recount_stale()
    return service.organisation


def stored() -> list[object]:
    return [*DayTally.objects.order_by("pk").values(), *MonthTally.objects.order_by("pk").values()]


def test_a_rebuild_and_recounts_come_out_the_same(town: Organisation) -> None:
    counted = stored()
    DayTally.objects.all().delete()
    MonthTally.objects.all().delete()
    rebuild(town)
    assert stored() == counted


def test_what_is_right_is_not_written_again(town: Organisation) -> None:
    def versions() -> list[tuple[object, ...]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ctid, xmin FROM engagements_daytally ORDER BY ctid")
            return list(cursor.fetchall())

    before = versions()
    assert rebuild(town).differences == 0
    assert versions() == before
    assert not Incident.objects.exists()


SPOILT = {
    "a wrong day": lambda: DayTally.objects.filter(open=0).update(cumulative=[99]),
    "a missing day": lambda: DayTally.objects.order_by("pk")[:1].get().delete(),
    "a wrong month": lambda: MonthTally.objects.filter(nature="").update(values=[31]),
    "a missing month": lambda: MonthTally.objects.exclude(nature="").delete(),
    "a row of nothing": lambda: DayTally.objects.bulk_create(
        [
            DayTally(
                organisation=Organisation.objects.get(),
                service=Service.objects.get(),
                channel="mail",
                nature="information",
                family=0,
                measure="merits",
                received_on=date(2026, 4, 30),
                values=[1],
                cumulative=[1],
                open=0,
            )
        ]
    ),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_difference_is_mended_and_written_as_an_incident(
    town: Organisation, spoil: object
) -> None:
    counted = stored()
    assert callable(spoil)
    spoil()
    told = differences(town.pk)
    assert told
    state = rebuild(town)
    assert stored() == counted
    assert differences(town.pk) == []
    incidents = Incident.objects.filter(kind="difference")
    assert sum(incident.cells for incident in incidents) == state.differences > 0
    assert {incident.repaired_at is None for incident in incidents} == {False}
    assert incidents[0].details["named"][0]["table"].startswith("engagements_")


def test_what_a_mark_announced_is_no_incident(town: Organisation, service: Service) -> None:
    make_demande(service, TODAY - timedelta(days=40), replied=TODAY)
    assert rebuild(town).differences == 0
    assert not StaleTally.objects.exists()
    assert differences(town.pk) == []


def test_a_stopped_rebuild_goes_on_where_it_was(
    town: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []

    def stop_after_two(done: int, total: int) -> None:
        told.append((done, total))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(town, progress=stop_after_two)
    assert len(Rebuilding.objects.get().done) == 2
    settled = []
    plain = settle_month

    def watched(month: Month) -> Settled:
        settled.append(month.first)
        return plain(month)

    monkeypatch.setattr(rebuilding, "settle_month", watched)
    state = rebuild(town)
    assert len(settled) == told[0][1] - 2
    assert state.finished_at
    assert sorted(state.done) == sorted(set(state.done))


def test_a_deadline_leaves_the_rest_for_later(town: Organisation) -> None:
    assert rebuild(town, until=timezone.now()).finished_at is None
    assert rebuild(town).finished_at


def test_an_empty_organisation_is_rebuilt_at_once(db: None) -> None:
    assert rebuild(make_organisation()).done == []


def test_other_organisations_are_left_alone(town: Organisation) -> None:
    other = make_service(make_organisation())
    make_demande(other, TODAY)
    rebuild(town)
    assert {mark.organisation_id for mark in StaleTally.objects.all()} == {other.organisation_id}


@pytest.mark.django_db(transaction=True)
def test_a_write_during_a_rebuild_is_neither_lost_nor_an_incident(service: Service) -> None:
    """A transaction open while its month is rebuilt commits afterwards: its mark stays."""
    make_demande(service, TODAY)
    recount_stale()

    def rebuild_elsewhere() -> int:
        with closing(connection):
            return rebuild(service.organisation).differences

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        make_demande(service, TODAY, replied=TODAY)
        assert pool.submit(rebuild_elsewhere).result() == 0
    assert StaleTally.objects.exists()
    recount_stale()
    assert differences(service.organisation_id) == []


@pytest.mark.django_db(transaction=True)
def test_several_months_at_once(service: Service) -> None:
    for offset in range(0, 130, 5):
        make_demande(service, TODAY - timedelta(days=offset), replied=TODAY)
    state = rebuild(service.organisation, jobs=3)
    assert (len(state.done), bool(state.finished_at)) == (5, True)
    assert differences(service.organisation_id) == []


@pytest.mark.django_db(transaction=True)
def test_one_rebuild_at_a_time(service: Service) -> None:
    def elsewhere() -> None:
        with closing(connection):
            rebuild(service.organisation)

    with (
        ThreadPoolExecutor(1) as pool,
        alone(f"rebuild {service.organisation_id}"),
        pytest.raises(RebuildingElsewhere),
    ):
        pool.submit(elsewhere).result()


def test_the_nightly_comparison(town: Organisation) -> None:
    assert compare_tallies() == 0
    assert compare_tallies() is None
    MonthTally.objects.update(cumulative=[7])
    PeriodicJob.objects.update(last_success_at=timezone.now() - timedelta(days=1))
    Rebuilding.objects.update(finished_at=timezone.now() - timedelta(days=1))
    wrong = compare_tallies()
    assert wrong
    assert Incident.objects.exists()


def test_the_nightly_comparison_waits_for_a_rebuild_by_hand(
    town: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(*_args: object, **_kwargs: object) -> None:
        raise RebuildingElsewhere

    monkeypatch.setattr("engagements.tasks.rebuild", elsewhere)
    assert compare_tallies() is None
    assert PeriodicJob.objects.get(name="compare_tallies").last_success_at is None


class TestCommand:
    def call(self, *arguments: str) -> tuple[str, str]:
        out, errors = StringIO(), StringIO()
        call_command("rebuild_tallies", *arguments, stdout=out, stderr=errors)
        return out.getvalue(), errors.getvalue()

    def test_it_says_what_it_did(self, town: Organisation) -> None:
        out, errors = self.call("--organisation", town.name)
        assert out == f"{town.name} : 5 mois recomptés, aucune différence.\n"
        assert "5/5 mois" in errors

    def test_it_says_what_was_wrong(self, town: Organisation) -> None:
        DayTally.objects.update(open=3)
        out, _errors = self.call()
        assert "étaient faux et sont réparés" in out

    def test_a_wrong_name_and_a_wrong_number(self, town: Organisation) -> None:
        with pytest.raises(SystemExit) as refusal:
            self.call("--organisation", "Ville inconnue")
        assert refusal.value.code == 2
        for jobs in ("0", "17", "deux"):
            with pytest.raises(Exception, match="donnez un nombre de 1 à 16"):
                self.call("--jobs", jobs)

    def test_restart_forgets_where_it_was(self, town: Organisation) -> None:
        Rebuilding.objects.create(organisation=town, done=[date(2026, 6, 1)])
        DayTally.objects.update(open=3)
        out, _errors = self.call("--restart")
        assert "5 mois recomptés" in out
        assert differences(town.pk) == []
