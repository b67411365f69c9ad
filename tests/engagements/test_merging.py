"""A service merged into another: everything moves at once, and only what moved is recounted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from contacts import actions as reception
from contacts.access import demandes_of
from contacts.enums import Channel, Measure, Nature
from contacts.models import DelayTarget, Demande
from contacts.target_actions import set_target
from contacts.tasks import refresh_due_dates
from directory.access import services_of
from directory.enums import ChangeVerb, Role
from directory.errors import (
    AlreadyMerged,
    MergeBelow,
    MergeIntoClosed,
    MergeOutside,
    MergeWithItself,
    Refusal,
)
from directory.models import Agent, Change, Organisation, Service
from engagements.figures import Figure, IndicatorQuery
from engagements.merging import merge_services
from engagements.models import StaleTally
from engagements.rebuild import differences
from engagements.recount import recount_stale
from surveys import actions as surveys
from surveys.answers import Submission
from surveys.models import AnswerSheet
from tests.factories import (
    NOW,
    TODAY,
    make_agent,
    make_calendar,
    make_demande,
    make_motif,
    make_organisation,
    make_service,
)
from tests.surveys.situations import VALUES, answered, ready_to_open

Login = Callable[[Agent], Client]
MONDAY = date(2026, 6, 1)


@pytest.fixture
def into(organisation: Organisation) -> Service:
    """Open on Saturdays too, under its own promise."""
    six_days = make_calendar(organisation, weekday_mask=0b0111111)
    return make_service(organisation, six_days, name="Accueil unique")


def merge(source: Service, into: Service, by: Agent | None = None) -> int:
    return merge_services(source, into, by=by, why="Réorganisation", today=TODAY)


def figures(organisation: Organisation, measure: Measure = Measure.FIRST_REPLY) -> list[Figure]:
    query = IndicatorQuery(
        organisation_id=organisation.pk, measure=measure, today=TODAY, as_of=TODAY, limit=5
    )
    return query.figures(by=("service", "channel", "nature"))


def settle(organisation: Organisation) -> None:
    recount_stale()
    assert not StaleTally.objects.exists()
    assert differences(organisation.pk) == []


def marks() -> set[tuple[Any, ...]]:
    return set(StaleTally.objects.values_list("service", "channel", "nature", "received_on"))


# --- Demandes ---------------------------------------------------------------------------------
def test_exactly_the_cells_of_the_moved_demandes_go_stale(
    service: Service, into: Service, other_service: Service
) -> None:
    organisation = service.organisation
    make_demande(service, MONDAY, replied=date(2026, 6, 9))
    make_demande(service, date(2026, 6, 4), channel=Channel.MAIL, nature=Nature.RECLAMATION)
    make_demande(into, MONDAY, replied=date(2026, 6, 5))
    make_demande(into, date(2026, 6, 2))
    make_demande(other_service, MONDAY)
    settle(organisation)
    before = figures(organisation)
    assert merge(service, into) == 2
    assert marks() == {
        (holder.pk, *cell)
        for holder in (service, into)
        for cell in (
            ("email", "information", MONDAY),
            ("mail", "reclamation", date(2026, 6, 4)),
        )
    }
    live = {measure: figures(organisation, measure) for measure in Measure}
    settle(organisation)
    assert {measure: figures(organisation, measure) for measure in Measure} == live
    held = {one.key["service"] for one in live[Measure.FIRST_REPLY]}
    assert held == {str(into.pk), str(other_service.pk)}
    apart = [one for one in before if one.key["service"] == str(other_service.pk)]
    assert [one for one in figures(organisation) if one in apart] == apart


def test_a_demande_keeps_its_dates_and_takes_the_calendar_of_its_new_service(
    service: Service, into: Service
) -> None:
    # From Thursday to the Monday after: two days without the Saturday, three with it.
    demande = make_demande(service, date(2026, 6, 4), replied=date(2026, 6, 8))
    assert figures(service.organisation)[0].histogram == {2: 1}
    merge(service, into)
    moved = Demande.objects.get(pk=demande.pk)
    assert (moved.received_at, moved.first_reply_at) == (
        demande.received_at,
        demande.first_reply_at,
    )
    assert (moved.round, moved.closed_on) == (1, demande.closed_on)
    assert figures(service.organisation)[0].histogram == {3: 1}


def test_open_demandes_follow_the_promise_of_their_new_service(
    service: Service, into: Service
) -> None:
    organisation = service.organisation
    set_target(organisation, limit=15, valid_from=date(2026, 1, 1), service=service)
    set_target(organisation, limit=3, valid_from=date(2026, 1, 1), service=into)
    waiting = make_demande(service, date(2026, 6, 4))
    closed = make_demande(service, date(2026, 6, 4), replied=date(2026, 6, 5))
    merge(service, into)
    waiting.refresh_from_db()
    assert (waiting.first_reply_limit, waiting.first_reply_due_on) == (3, date(2026, 6, 8))
    closed.refresh_from_db()
    assert closed.first_reply_due_on is None


def test_the_promises_of_the_source_end_and_those_of_the_destination_stay(
    service: Service, into: Service, administrateur: Agent
) -> None:
    organisation = service.organisation
    ended = set_target(organisation, limit=15, valid_from=date(2026, 1, 1), service=service)
    dropped = set_target(
        organisation, limit=9, valid_from=TODAY, service=service, channel=Channel.MAIL
    )
    kept = set_target(organisation, limit=3, valid_from=date(2026, 1, 1), service=into)
    merge(service, into, by=administrateur)
    ended.refresh_from_db()
    assert ended.valid_to == date(2026, 6, 21)
    assert not DelayTarget.objects.filter(pk=dropped.pk).exists()
    kept.refresh_from_db()
    assert kept.valid_to is None
    lines = Change.objects.filter(by=administrateur).values_list("verb", "what", "why")
    assert set(lines) == {
        ("target_ended", "Première réponse, État civil", "Réorganisation"),
        ("target_taken_back", "Première réponse, État civil, Courrier", "Réorganisation"),
        ("services_merged", "État civil → Accueil unique", "Réorganisation"),
    }


def test_the_statement_count_does_not_grow_with_the_demandes(
    service: Service, into: Service, django_assert_max_num_queries: Any
) -> None:
    for day in range(1, 20):
        make_demande(service, date(2026, 6, day))
    with django_assert_max_num_queries(40):
        merge(service, into)


# --- The annuaire -----------------------------------------------------------------------------
def test_agents_motifs_and_children_follow(service: Service, into: Service) -> None:
    organisation = service.organisation
    child = make_service(organisation, parent=service)
    motif = make_motif(organisation, service=service)
    newcomer = make_agent(organisation, Role.AGENT, service)
    both = make_agent(organisation, Role.AGENT, service, into)
    merge(service, into)
    for one in (child, motif):
        one.refresh_from_db()
    assert child.parent == into
    assert motif.service == into
    assert list(newcomer.services.all()) == list(both.services.all()) == [into]
    assert set(services_of(newcomer)) == {into, child, service}
    line = Change.objects.get(verb=ChangeVerb.SERVICES_MERGED)
    told = {name: after for name, (_before, after) in line.details.items()}
    assert told == {"agents": "2", "children": "1", "motifs": "1"}


def test_a_merged_service_is_closed_for_good(service: Service, into: Service) -> None:
    merge(service, into)
    assert (service.is_active, service.merged_into, service.parent) == (False, into, into)
    with pytest.raises(IntegrityError, match="service_merged_is_closed"), transaction.atomic():
        Service.objects.filter(pk=service.pk).update(is_active=True)


def test_a_chain_of_merges_leads_to_the_last(
    service: Service, into: Service, other_service: Service
) -> None:
    merge(service, into)
    merge(into, other_service)
    service.refresh_from_db()
    assert service.standing == other_service


def _below(source: Service) -> Service:
    middle = make_service(source.organisation, parent=source)
    return make_service(source.organisation, parent=middle)


def _merged(source: Service) -> Service:
    gone = make_service(source.organisation)
    merge(gone, make_service(source.organisation))
    return gone


REFUSALS: dict[type[Refusal], Callable[[Service], Service]] = {
    MergeWithItself: lambda source: Service.objects.get(pk=source.pk),
    MergeOutside: lambda source: make_service(make_organisation()),
    MergeBelow: _below,
    MergeIntoClosed: _merged,
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_what_is_refused_writes_nothing(refusal: type[Refusal], service: Service) -> None:
    destination = REFUSALS[refusal](service)
    make_demande(service)
    written = Change.objects.count()
    with pytest.raises(refusal):
        merge(service, destination)
    assert Change.objects.count() == written
    assert Demande.objects.get().service == service
    service.refresh_from_db()
    assert service.is_active


def test_a_service_is_merged_once(service: Service, into: Service, other_service: Service) -> None:
    merge(service, into)
    with pytest.raises(AlreadyMerged):
        merge(service, other_service)


# --- Surveys ----------------------------------------------------------------------------------
def test_invitations_answers_and_old_posters_speak_of_the_destination(
    service: Service, into: Service
) -> None:
    survey = ready_to_open(service.organisation)
    surveys.open_survey(survey, at=NOW)
    survey.refresh_from_db()
    qr = surveys.make_qr(survey, service=service, by=None, at=NOW)
    surveys.make_qr(survey, service=into, by=None, at=NOW)
    invited = surveys.invite(
        make_demande(service, replied=date(2026, 6, 3)), survey=survey, by=None, at=NOW
    )
    answered(qr)
    merge(service, into)
    qr = type(qr).objects.for_answering().get(pk=qr.pk)
    after = answered(qr)
    assert after.service == into
    surveys.answer_invitation(invited.invitation, Submission(VALUES), at=NOW)
    assert set(AnswerSheet.objects.values_list("service", flat=True)) == {into.pk}
    page = Client().get(reverse("survey_qr_answer", args=[qr.code]))
    assert page.status_code == 200
    assert "Accueil unique" in page.content.decode()


# --- Others at work meanwhile -----------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_transfer_under_way_and_a_merge_wait_for_each_other_without_a_ring(
    service: Service, into: Service, agent: Agent
) -> None:
    """The transfer holds the demande and will need the service: the merge takes them alike."""
    demande = make_demande(service)
    third = make_service(service.organisation)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Demande.objects.select_for_update().get(pk=demande.pk)
            merging = pool.submit(_merge_elsewhere, service, into)
            _until_someone_waits()
            reception.transfer(demande, to_service=third, reason="", by=agent, at=NOW)
        assert merging.result(timeout=20) == 0
    demande.refresh_from_db()
    assert demande.service == third


@pytest.mark.django_db(transaction=True)
def test_a_demande_registered_meanwhile_is_gathered_at_night(
    service: Service, into: Service
) -> None:
    set_target(service.organisation, limit=3, valid_from=date(2026, 1, 1), service=into)
    worker = make_agent(service.organisation, Role.AGENT, into)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        demande = make_demande(service, date(2026, 6, 4))
        assert pool.submit(_merge_elsewhere, service, into).result(timeout=20) == 0
    assert demande in demandes_of(worker)
    assert refresh_due_dates() == 2  # one gathered, its deadline set
    demande.refresh_from_db()
    assert (demande.service, demande.first_reply_due_on) == (into, date(2026, 6, 8))
    settle(service.organisation)


def _merge_elsewhere(source: Service, into: Service) -> int:
    with closing(connection):
        return merge(Service.objects.get(pk=source.pk), Service.objects.get(pk=into.pk))


def _until_someone_waits() -> None:
    """Another connection is held up by a lock of ours."""
    with connection.cursor() as cursor:
        for _attempt in range(2_000):
            cursor.execute(
                "SELECT pg_sleep(0.005), count(*) FROM pg_locks WHERE NOT granted"
                " AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            )
            if cursor.fetchall()[0][1]:
                return
    raise AssertionError("nobody waits")


# --- The page ---------------------------------------------------------------------------------
def test_an_administrateur_merges_from_the_page_of_the_service(
    client_of: Login, administrateur: Agent, service: Service, into: Service
) -> None:
    for _number in range(2):
        make_demande(service)
    browser = client_of(administrateur)
    address = reverse("service_merge", args=[service.public_id])
    assert (
        address in browser.get(reverse("service_edit", args=[service.public_id])).content.decode()
    )
    page = browser.get(address).content.decode()
    assert "2 demandes passent au service d’arrivée" in page
    refused = browser.post(address, {"into": into.pk})
    assert set(refused.context["form"].errors) == {"why", "agreed"}
    sent = {"into": into.pk, "why": "Un seul accueil", "agreed": "on"}
    assert browser.post(address, sent).status_code == 302
    line = Change.objects.get(verb=ChangeVerb.SERVICES_MERGED)
    assert (line.by, line.why) == (administrateur, "Un seul accueil")
    assert Demande.objects.filter(service=into).count() == 2
    again = browser.get(address).content.decode()
    assert "déjà été fusionné" in again
    reopened = {"name": service.name, "calendar": service.calendar_id, "is_active": "on"}
    response = browser.post(reverse("service_edit", args=[service.public_id]), reopened)
    assert "ne peut pas être remis en activité" in response.content.decode()


def test_a_destination_that_cannot_be_is_not_offered(
    client_of: Login, administrateur: Agent, service: Service, into: Service
) -> None:
    make_service(service.organisation, parent=service, name="En dessous")
    make_service(service.organisation, name="Fermé", is_active=False)
    address = reverse("service_merge", args=[service.public_id])
    form = client_of(administrateur).get(address).context["form"]
    offered = [label.strip() for value, label in form.fields["into"].choices if value]
    assert offered == ["Accueil unique"]
