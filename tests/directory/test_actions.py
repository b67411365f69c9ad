"""Verbs of the annuaire: what they refuse, by name and in French; what the database refuses too."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from directory import actions, errors
from directory.enums import Role
from directory.models import (
    Agent,
    Closing,
    ExceptionalOpening,
    Motif,
    Organisation,
    Service,
    WorkingCalendar,
)
from tests.factories import TODAY, make_agent, make_motif, make_organisation, make_service

DAY = date(2026, 6, 4)


# --- Trees -----------------------------------------------------------------------------------
def test_a_service_does_not_go_below_itself(organisation: Organisation) -> None:
    top = make_service(organisation)
    middle = make_service(organisation, parent=top)
    bottom = make_service(organisation, parent=middle)
    for parent in (top, middle, bottom):
        top.parent = parent
        with pytest.raises(errors.ServiceBelowItself, match="l’un de ceux qui dépendent de lui"):
            actions.save_service(top)
    top.refresh_from_db()
    assert top.parent is None


def test_a_service_moves_to_another_branch(organisation: Organisation) -> None:
    one, other = make_service(organisation), make_service(organisation)
    child = make_service(organisation, parent=one)
    child.parent = other
    actions.save_service(child)
    assert list(other.children.all()) == [child]


def test_a_family_that_holds_motifs_stays_a_family(organisation: Organisation) -> None:
    family, other = make_motif(organisation), make_motif(organisation)
    make_motif(organisation, parent=family)
    family.parent = other
    with pytest.raises(errors.FamilyBelowFamily):
        actions.save_motif(family)


# --- Calendars -------------------------------------------------------------------------------
def test_a_closing_that_ends_before_it_starts(calendar: WorkingCalendar) -> None:
    with pytest.raises(errors.ClosingEndsBeforeItStarts, match="précède le premier"):
        actions.close_days(calendar, first=DAY, last=date(2026, 6, 3), label="Pont", today=TODAY)


def test_closings_of_a_calendar_do_not_overlap(calendar: WorkingCalendar) -> None:
    actions.close_days(calendar, first=DAY, last=date(2026, 6, 10), label="Pont", today=TODAY)
    with pytest.raises(ValidationError, match="couvre déjà une partie de ces jours"):
        actions.close_days(
            calendar, first=date(2026, 6, 10), last=date(2026, 6, 12), label="Pont", today=TODAY
        )


def test_a_day_opens_once(calendar: WorkingCalendar) -> None:
    actions.open_day(calendar, day=DAY, label="Solidarité", today=TODAY)
    with pytest.raises(ValidationError, match="déjà une ouverture exceptionnelle"):
        actions.open_day(calendar, day=DAY, label="Encore", today=TODAY)


def test_a_calendar_works_at_least_one_day(organisation: Organisation) -> None:
    with pytest.raises(ValidationError, match="au moins un jour travaillé"):
        actions.open_calendar(
            organisation, name="Jamais", territory="metropole", today=TODAY, weekday_mask=0
        )


def test_an_unknown_time_zone_is_refused(organisation: Organisation) -> None:
    with pytest.raises(ValidationError, match="Fuseau horaire inconnu : Lune/Tycho"):
        actions.open_calendar(
            organisation, name="Lune", territory="metropole", today=TODAY, time_zone="Lune/Tycho"
        )


# --- People ----------------------------------------------------------------------------------
def test_a_new_agent_has_no_password(organisation: Organisation, service: Service) -> None:
    agent = actions.create_agent(
        organisation, email="A.B@Mairie.Example", full_name="A B", role="agent", services=[service]
    )
    assert agent.email == "a.b@mairie.example"
    assert not agent.has_usable_password()
    assert list(agent.services.all()) == [service]


def test_the_last_administrateur_keeps_the_role(organisation: Organisation) -> None:
    only = make_agent(organisation, Role.ADMINISTRATEUR)
    make_agent(organisation, Role.ADMINISTRATEUR, is_active=False)
    make_agent(make_organisation(), Role.ADMINISTRATEUR)
    with pytest.raises(errors.LastAdministrator, match="dernier administrateur actif"):
        actions.change_agent(only, full_name="X", role=Role.QUALITE, services=[])
    with pytest.raises(errors.LastAdministrator):
        actions.deactivate_agent(only, by=only)
    only.refresh_from_db()
    assert (only.role, only.is_active) == (Role.ADMINISTRATEUR, True)


def test_one_of_two_administrateurs_may_leave(organisation: Organisation) -> None:
    one = make_agent(organisation, Role.ADMINISTRATEUR)
    other = make_agent(organisation, Role.ADMINISTRATEUR)
    with pytest.raises(errors.OwnAccount):
        actions.deactivate_agent(one, by=one)
    actions.deactivate_agent(one, by=other)
    with pytest.raises(errors.LastAdministrator):
        actions.change_agent(other, full_name="X", role=Role.AGENT, services=[])


def leave_at_once(agents: list[Agent], others: list[Agent]) -> list[str]:
    """Each agent is deactivated by the other, at the same instant; the names of the refusals."""
    refused: list[str] = []
    ready = threading.Barrier(len(agents))

    def leave(agent: Agent, by: Agent) -> None:
        try:
            ready.wait(timeout=10)
            actions.deactivate_agent(agent, by=by)
        except errors.Refusal as refusal:
            refused.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=leave, args=pair) for pair in zip(agents, others, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.django_db(transaction=True)
def test_two_administrateurs_cannot_leave_at_once() -> None:
    organisation = make_organisation()
    pair = [make_agent(organisation, Role.ADMINISTRATEUR) for _ in range(2)]
    assert leave_at_once(pair, pair[::-1]) == ["LastAdministrator"]
    assert organisation.agents.active().count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_queue_both_would_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    organisation = make_organisation()
    pair = [make_agent(organisation, Role.ADMINISTRATEUR) for _ in range(2)]
    both_have_looked = threading.Barrier(2)
    look = actions._keep_an_administrator

    def look_then_wait(agent: Agent) -> None:
        look(agent)
        both_have_looked.wait(timeout=10)

    monkeypatch.setattr(actions, "_one_at_a_time", lambda organisation_id: None)
    monkeypatch.setattr(actions, "_keep_an_administrator", look_then_wait)
    assert leave_at_once(pair, pair[::-1]) == []
    assert organisation.agents.active().count() == 0


def test_deactivation_takes_the_password_away(organisation: Organisation) -> None:
    admin = make_agent(organisation, Role.ADMINISTRATEUR)
    agent = make_agent(organisation, password="une phrase de passe longue")
    actions.deactivate_agent(agent, by=admin)
    assert not agent.has_usable_password()
    actions.reactivate_agent(agent)
    agent.refresh_from_db()
    assert agent.is_active
    assert not agent.has_usable_password()


# --- What the database refuses, whatever writes ----------------------------------------------
def test_constraints_hold_without_the_actions(
    organisation: Organisation, calendar: WorkingCalendar, service: Service
) -> None:
    owned = {"organisation": organisation}
    of_calendar = {**owned, "calendar": calendar}
    closed = {"first_day": DAY, "last_day": DAY, "label": "x"}
    Closing.objects.create(**of_calendar, **closed)
    ExceptionalOpening.objects.create(**of_calendar, day=DAY, label="x")
    family = make_motif(organisation, name="Voirie")
    writes: dict[str, Callable[[], object]] = {
        "service_name_unique": lambda: make_service(organisation, name=service.name),
        "service_not_its_own_parent": lambda: Service.objects.filter(pk=service.pk).update(
            parent=service
        ),
        "motif_name_unique": lambda: Motif.objects.create(**owned, name=family.name),
        "calendar_name_unique": lambda: WorkingCalendar.objects.create(**owned, name=calendar.name),
        "calendar_weekdays": lambda: WorkingCalendar.objects.create(
            **owned, name="x", weekday_mask=128
        ),
        "closing_ends_after_it_starts": lambda: Closing.objects.create(
            **of_calendar, first_day=date(2026, 7, 2), last_day=date(2026, 7, 1), label="x"
        ),
        "closing_no_overlap": lambda: Closing.objects.create(**of_calendar, **closed),
        "opening_day_unique": lambda: ExceptionalOpening.objects.create(
            **of_calendar, day=DAY, label="x"
        ),
        "agent_role": lambda: make_agent(organisation, "chef"),  # type: ignore[arg-type]
    }
    for constraint, write in writes.items():
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            write()


def test_the_same_words_are_free_elsewhere(organisation: Organisation, service: Service) -> None:
    other = make_organisation()
    make_service(other, name=service.name)
    family = make_motif(organisation, name="Voirie")
    make_motif(organisation, name="Voirie", parent=family)
