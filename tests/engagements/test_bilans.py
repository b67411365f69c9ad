"""A closed bilan says for ever what its period was, whatever is changed afterwards (rule 16)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from contacts import actions as reception
from contacts.enums import Channel, ReplyKind
from contacts.models import Demande
from contacts.target_actions import set_target
from directory import actions
from directory.models import Agent, Organisation, Service
from engagements import referential
from engagements.bilans import (
    BilanClosed,
    BilanEndsBeforeItStarts,
    PeriodNotOver,
    close_bilan,
    snapshot,
)
from engagements.demo.erasing import erase
from engagements.merging import merge_services
from engagements.models import Bilan, StaleTally
from engagements.readings import detail
from engagements.recount import recount_stale
from engagements.scope import Scope
from surveys import actions as surveys
from tests.factories import (
    NOW,
    TODAY,
    add_reply,
    make_demande,
    make_service,
    national_targets,
)
from tests.surveys.situations import answered, poster_of, ready_to_open

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 21)


@pytest.fixture
def town(organisation: Organisation, service: Service, other_service: Service) -> Organisation:
    """Demandes in every state, and an opinion."""
    national_targets(organisation)
    make_demande(service, date(2026, 6, 4), replied=date(2026, 6, 8))
    make_demande(service, date(2026, 6, 1), replied=date(2026, 6, 12))
    make_demande(service, date(2026, 6, 2))
    make_demande(other_service, date(2026, 6, 19))
    make_demande(other_service, date(2026, 6, 3), channel=Channel.MAIL, replied=date(2026, 6, 9))
    make_demande(other_service, TODAY, replied=TODAY)
    survey = ready_to_open(organisation)
    surveys.open_survey(survey, at=NOW)
    survey.refresh_from_db()
    answered(poster_of(survey, service), at=NOW.replace(day=15), satisfaction=5)
    return organisation


def close(organisation: Organisation, by: Agent | None = None) -> Bilan:
    bilan = close_bilan(organisation, first=FIRST, last=LAST, by=by, now=NOW)
    bilan.refresh_from_db()
    return bilan


def indicator(bilan: Bilan, key: str) -> dict[str, Any]:
    found = [one for one in bilan.figures["indicators"] if one["key"] == key]
    assert found, [one["key"] for one in bilan.figures["indicators"]]
    told: dict[str, Any] = found[0]
    return told


def live(organisation: Organisation) -> dict[str, Any]:
    scope = Scope(organisation_id=organisation.pk, first=FIRST, last=LAST, today=TODAY)
    return snapshot(scope)


def test_a_bilan_says_what_the_dashboard_says(
    town: Organisation, service: Service, administrateur: Agent
) -> None:
    bilan = close(town, by=administrateur)
    assert (bilan.closed_by, bilan.closed_at) == (administrateur, NOW)
    scope = Scope(organisation_id=town.pk, first=FIRST, last=LAST, today=TODAY)
    for engagement in referential.load().engagements:
        for one in engagement.measured:
            shown = detail(one, scope).total
            kept = indicator(bilan, one.key)["total"]
            assert (kept["in_time"], kept["n"]) == (shown.hits, shown.n)
            assert (kept["late"], kept["overdue"]) == (shown.late, shown.overdue)
            assert (kept["pending"], kept["rate"]) == (shown.pending, shown.rate)
            assert kept["histogram"] == {str(key): n for key, n in shown.histogram.items()}
    mail = indicator(bilan, "first-reply-email")
    (cell,) = [one for one in mail["cells"] if one["service"] == service.pk]
    # E-mails within 5 days, réclamations by e-mail within 15.
    told = cell["service_name"], cell["channel"], cell["limits"]
    assert told == ("État civil", "email", [5, 15])
    counts = [cell[name] for name in ("in_time", "late", "overdue", "pending", "n")]
    assert counts == [1, 1, 1, 0, 3]
    assert cell["histogram"] == {"2": 1, "9": 1}
    assert indicator(bilan, "satisfaction")["total"]["n"] == 1


CHANGES: dict[str, Callable[[Organisation, Service, Service], object]] = {
    "a change of calendar": lambda town, one, other: _work_on_saturdays(one),
    "a closing": lambda town, one, other: actions.close_days(
        one.calendar, first=date(2026, 6, 5), last=date(2026, 6, 5), label="Pont", today=TODAY
    ),
    "a target": lambda town, one, other: set_target(
        town, limit=1, valid_from=date(2026, 5, 1), channel=Channel.EMAIL
    ),
    "a merge": lambda town, one, other: merge_services(
        one, other, by=None, why="Réorganisation", today=TODAY
    ),
    "a transfer": lambda town, one, other: reception.transfer(
        one_open(one), to_service=other, reason="", by=_someone(town), at=NOW
    ),
    "a late reply": lambda town, one, other: add_reply(
        one_open(one), ReplyKind.MERITS, date(2026, 6, 3)
    ),
    "a deleted demande": lambda town, one, other: one_open(one).delete(),
    "another name": lambda town, one, other: Service.objects.filter(pk=one.pk).update(
        name="Mairie"
    ),
}


def _work_on_saturdays(service: Service) -> None:
    service.calendar.weekday_mask |= 1 << 5
    actions.change_calendar(service.calendar, today=TODAY)


def one_open(service: Service) -> Demande:
    return Demande.objects.get(service=service, closed_on=None)


def _someone(organisation: Organisation) -> Agent:
    return Agent.objects.create(organisation=organisation, email="a@mairie.example")


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_moves_a_closed_bilan(
    change: str, town: Organisation, service: Service, other_service: Service
) -> None:
    bilan = close(town)
    before, frozen = live(town), bilan.figures
    CHANGES[change](town, service, other_service)
    recount_stale()
    assert not StaleTally.objects.exists()
    assert live(town) != before
    bilan.refresh_from_db()
    assert bilan.figures == frozen


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE engagements_bilan SET figures = '{}'",
        "UPDATE engagements_bilan SET last = last + 1",
        "UPDATE engagements_bilan SET closed_by_id = NULL, closed_at = now()",
        "DELETE FROM engagements_bilan",
    ],
)
def test_plain_sql_cannot_move_it_either(
    statement: str, town: Organisation, administrateur: Agent
) -> None:
    close(town, by=administrateur)
    with pytest.raises(IntegrityError, match="stays as it was written"), transaction.atomic():
        _execute(statement)


def test_control_without_the_trigger_plain_sql_moves_it(town: Organisation) -> None:
    bilan = close(town)
    _execute("SET CONSTRAINTS ALL IMMEDIATE")
    _execute("ALTER TABLE engagements_bilan DISABLE TRIGGER engagements_bilan_stays")
    _execute("UPDATE engagements_bilan SET figures = '{}'")
    bilan.refresh_from_db()
    assert bilan.figures == {}


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_lost_account_leaves_its_bilan(town: Organisation) -> None:
    someone = _someone(town)
    bilan = close(town, by=someone)
    someone.delete()
    bilan.refresh_from_db()
    assert bilan.closed_by is None


def test_a_bilan_leaves_with_its_organisation(town: Organisation) -> None:
    close(town)
    erase(town)
    assert not Bilan.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        (FIRST, TODAY, PeriodNotOver),
        (LAST, FIRST, BilanEndsBeforeItStarts),
        (FIRST, LAST, BilanClosed),
    ],
)
def test_what_cannot_be_closed_is_refused(
    first: date, last: date, refusal: type[Exception], town: Organisation
) -> None:
    close(town)
    with pytest.raises(refusal):
        close_bilan(town, first=first, last=last, by=None, now=NOW)
    assert Bilan.objects.count() == 1


def test_a_period_of_nothing_is_told_as_nothing(organisation: Organisation) -> None:
    make_service(organisation)
    bilan = close(organisation)
    assert all(one["total"]["n"] == 0 for one in bilan.figures["indicators"])
    assert all(one["total"]["rate"] is None for one in bilan.figures["indicators"])
