"""No indicator is wrong: tallies, stale cells and raw rows always say the same (promise P5)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from contacts.enums import Channel, Measure, Nature, ReplyKind
from contacts.models import Demande, Reply
from contacts.target_actions import set_target
from directory import actions
from directory.models import Organisation, Service
from engagements.distributions import Month
from engagements.figures import Figure, IndicatorQuery
from engagements.models import DayTally, MonthTally, StaleTally
from engagements.rebuild import differences
from engagements.recount import (
    holding,
    recount_batch,
    recount_stale,
    settle_after_load,
)
from tests.factories import (
    TODAY,
    add_reply,
    make_calendar,
    make_demande,
    make_organisation,
    make_service,
)

MONDAY = date(2026, 6, 1)


def query(organisation: Organisation, **kwargs: object) -> IndicatorQuery:
    values: dict[str, object] = {
        "organisation_id": organisation.pk,
        "measure": Measure.FIRST_REPLY,
        "today": TODAY,
        "as_of": TODAY,
        "limit": 5,
    }
    return IndicatorQuery(**{**values, **kwargs})  # type: ignore[arg-type]


def settled(organisation: Organisation) -> None:
    recount_stale()
    assert not StaleTally.objects.exists()
    assert differences(organisation.pk) == []


def test_a_demande_marks_its_cell_and_the_worker_counts_it(service: Service) -> None:
    make_demande(service, MONDAY, replied=date(2026, 6, 4))
    mark = StaleTally.objects.first()
    assert mark is not None
    assert (mark.service_id, mark.channel, mark.received_on) == (service.pk, "email", MONDAY)
    settled(service.organisation)
    for model, rows in ((DayTally, 1), (MonthTally, 3)):
        stored = model.objects.values_list("measure", "values", "cumulative")
        assert sorted(stored) == [("first_reply", [3], [1])] * rows + [("merits", [3], [1])] * rows


WRITES = {
    "a bulk update": lambda service: Demande.objects.update(channel=Channel.MAIL),
    "a transfer": lambda service: Demande.objects.update(
        service=make_service(service.organisation, service.calendar)
    ),
    "a reply": lambda service: add_reply(
        Demande.objects.get(first_reply_on=None), ReplyKind.MERITS, date(2026, 6, 11)
    ),
    "a changed reply": lambda service: Reply.objects.update(on_day=date(2026, 6, 4)),
    "a deleted reply": lambda service: Reply.objects.all().delete(),
    "a deleted demande": lambda service: Demande.objects.open().delete(),
    "plain SQL": lambda service: _execute("UPDATE contacts_demande SET nature = 'suggestion'"),
    "a closing": lambda service: actions.close_days(
        service.calendar, first=date(2026, 6, 3), last=date(2026, 6, 3), label="Pont", today=TODAY
    ),
    "an exceptional opening": lambda service: actions.open_day(
        service.calendar, day=date(2026, 6, 6), label="Samedi", today=TODAY
    ),
    "another calendar": lambda service: _move_to_saturdays(service),
}


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _move_to_saturdays(service: Service) -> None:
    service.calendar = actions.open_calendar(
        service.organisation,
        name="Avec le samedi",
        territory="metropole",
        today=TODAY,
        weekday_mask=0b0111111,
    )
    service.save()


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_whatever_writes_the_figures_follow(service: Service, write: object) -> None:
    make_demande(service, MONDAY, replied=date(2026, 6, 9))
    make_demande(service, MONDAY, held=date(2026, 6, 5), announced=date(2026, 6, 19))
    make_demande(service, MONDAY)
    settled(service.organisation)
    before = {measure: _all(service, measure) for measure in Measure}
    assert callable(write)
    write(service)
    assert StaleTally.objects.exists()
    live = {measure: _all(service, measure) for measure in Measure}
    settled(service.organisation)
    assert {measure: _all(service, measure) for measure in Measure} == live
    assert live != before


def _all(service: Service, measure: Measure) -> list[Figure]:
    return query(service.organisation, measure=measure).figures(by=("service", "channel", "nature"))


def test_a_write_that_changes_no_delay_marks_nothing(service: Service) -> None:
    make_demande(service, replied=date(2026, 6, 3))
    recount_stale()
    Demande.objects.update(subject="autre objet")
    Reply.objects.update(text="relue")
    assert not StaleTally.objects.exists()


def test_a_closing_touches_exactly_the_delays_that_span_it(service: Service) -> None:
    spanning = make_demande(service, date(2026, 6, 2), replied=date(2026, 6, 4))
    make_demande(service, date(2026, 6, 3), replied=date(2026, 6, 5))
    make_demande(service, date(2026, 6, 1), replied=date(2026, 6, 2))
    recount_stale()
    actions.close_days(
        service.calendar, first=date(2026, 6, 3), last=date(2026, 6, 3), label="Pont", today=TODAY
    )
    assert {mark.received_on for mark in StaleTally.objects.all()} == {spanning.received_on}


def marks() -> set[tuple[object, ...]]:
    return set(StaleTally.objects.values_list("service", "channel", "nature", "received_on"))


def test_a_change_of_weekdays_touches_exactly_the_delays_that_span_a_changed_day(
    service: Service,
) -> None:
    calendar = service.calendar
    elsewhere = make_service(service.organisation, make_calendar(service.organisation))
    for one in (service, elsewhere):
        make_demande(one, date(2026, 6, 4), replied=date(2026, 6, 8))  # over a Saturday
        make_demande(one, date(2026, 6, 1), replied=date(2026, 6, 5))  # within a week
        make_demande(one, date(2026, 6, 2))  # open: its delay is counted on reading
    settled(service.organisation)
    calendar.weekday_mask |= 1 << 5
    actions.change_calendar(calendar, today=TODAY)
    assert marks() == {(service.pk, "email", "information", date(2026, 6, 4))}
    live = query(service.organisation).figures(by=("service", "day"))
    settled(service.organisation)
    assert query(service.organisation).figures(by=("service", "day")) == live


def test_a_service_that_changes_calendar_touches_its_own_cells_alone(
    service: Service, other_service: Service
) -> None:
    make_demande(service, MONDAY, replied=date(2026, 6, 8))
    make_demande(other_service, MONDAY, replied=date(2026, 6, 8))
    settled(service.organisation)
    service.calendar = make_calendar(service.organisation, weekday_mask=0b0111111)
    actions.save_service(service)
    assert marks() == {(service.pk, "email", "information", MONDAY)}


def test_a_change_of_target_touches_nothing_and_is_read_at_once(service: Service) -> None:
    """Targets are read at the moment of judging: no stored count depends on them."""
    organisation = service.organisation
    make_demande(service, MONDAY, replied=date(2026, 6, 9))
    set_target(organisation, limit=10, valid_from=date(2026, 1, 1))
    settled(organisation)
    judged = query(organisation, limit=None)
    assert (judged.figure().in_time, judged.figure().late) == (1, 0)
    set_target(organisation, limit=2, valid_from=date(2026, 5, 1))
    assert marks() == set()
    assert (judged.figure().in_time, judged.figure().late) == (0, 1)


@contextmanager
def dropped(trigger: str, table: str) -> Iterator[None]:
    """The protection switched off, inside the test's transaction."""
    _execute("SET CONSTRAINTS ALL IMMEDIATE")
    _execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    yield
    _execute("SET CONSTRAINTS ALL IMMEDIATE")
    _execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def test_control_without_the_trigger_a_figure_goes_wrong(service: Service) -> None:
    make_demande(service, MONDAY)
    settled(service.organisation)
    with dropped("engagements_demande_inserted", "contacts_demande"):
        make_demande(service, MONDAY)
    recount_stale()
    days = [one for one in differences(service.organisation.pk) if "day" in one.table]
    assert [(one.stored, one.wanted) for one in days] == [([[], [], 1], [[], [], 2])] * 2


def test_control_without_the_reply_trigger_a_reply_is_not_seen(service: Service) -> None:
    demande = make_demande(service, MONDAY)
    with dropped("contacts_reply_inserted", "contacts_reply"):
        add_reply(demande, ReplyKind.MERITS, date(2026, 6, 3))
    demande.refresh_from_db()
    assert demande.merits_on is None


def test_recounting_twice_changes_nothing(service: Service) -> None:
    make_demande(service, MONDAY, replied=date(2026, 6, 9))
    settled(service.organisation)
    before = _stored()
    StaleTally.objects.create(
        organisation=service.organisation,
        service=service,
        channel="email",
        nature="information",
        family=0,
        received_on=MONDAY,
    )
    settled(service.organisation)
    assert _stored() == before


def _stored() -> list[object]:
    return [*DayTally.objects.order_by("pk").values(), *MonthTally.objects.order_by("pk").values()]


def test_batches_are_bounded_and_finish_the_work(service: Service) -> None:
    for offset in range(6):
        make_demande(service, MONDAY + timedelta(days=offset))
    june = Month(service.organisation_id, MONDAY)
    with holding(june):
        assert recount_batch(june, batch=4) == 4
    recount_stale(batch=4)
    settled(service.organisation)


def test_organisations_are_counted_apart(service: Service) -> None:
    foreign = make_service(make_organisation())
    make_demande(foreign, MONDAY)
    make_demande(service, MONDAY)
    recount_stale()
    assert query(service.organisation).figure().total == 1
    assert query(foreign.organisation).figure().total == 1


@pytest.mark.django_db(transaction=True)
def test_a_late_commit_is_never_slipped_past(service: Service) -> None:
    """A writer holds its transaction open while a worker recounts the same cell (fault F9)."""
    make_demande(service, MONDAY)
    recount_stale()
    other = connection.copy()
    try:
        with transaction.atomic():
            make_demande(service, MONDAY)
            with other.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM engagements_staletally")
                assert cursor.fetchone()[0] == 0
    finally:
        other.close()
    recount_stale()
    assert differences(service.organisation.pk) == []
    assert query(service.organisation).figure().total == 2


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_leaves_a_held_month_alone_and_does_the_others(service: Service) -> None:
    make_demande(service, MONDAY, nature=Nature.SUGGESTION)
    make_demande(service, MONDAY - timedelta(days=31))
    june = Month(service.organisation_id, MONDAY)
    with ThreadPoolExecutor(1) as pool:

        def elsewhere() -> int:
            with closing(connection):
                return recount_stale()

        with holding(june) as ours:
            assert ours
            assert pool.submit(elsewhere).result() == 1
        assert {mark.received_on for mark in StaleTally.objects.all()} == {MONDAY}
        assert pool.submit(elsewhere).result() == 1


def test_a_load_ends_with_fresh_figures(service: Service) -> None:
    make_demande(service, MONDAY, replied=date(2026, 6, 3))
    assert settle_after_load() > 0
    assert not StaleTally.objects.exists()
    assert differences(service.organisation_id) == []
