"""« Envois » : counts, decisions, and what is never shown; the purge of what is over."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from directory.models import Agent, Organisation
from jobs.models import PeriodicJob
from outbox import actions, errors
from outbox.models import OutgoingMessage
from outbox.tasks import purge
from tests import factories
from tests.factories import NOW
from tests.outbox.situations import make_message

Login = Callable[[Agent], Client]
pytestmark = pytest.mark.django_db


def aside(organisation: Organisation, **fields: object) -> OutgoingMessage:
    told = {"set_aside_at": NOW, "attempts": 8, "last_error": "550 Inconnu", **fields}
    return make_message(organisation, **told)  # type: ignore[arg-type]


def test_the_page_counts_each_state(
    client_of: Login, administrateur: Agent, organisation: Organisation
) -> None:
    now = timezone.now()
    make_message(organisation, written_at=now - timedelta(minutes=40))
    make_message(organisation, last_error="450 Plus tard", attempts=2)
    make_message(organisation, sent_at=now)
    make_message(organisation, sent_at=now - timedelta(days=8))
    aside(organisation)
    aside(organisation, abandoned_at=NOW)
    aside(factories.make_organisation())
    response = client_of(administrateur).get("/envois/")
    state = response.context["state"]
    assert (state.waiting, state.retried, state.sent, state.set_aside) == (2, 1, 1, 1)
    assert (response.context["minutes"], response.context["late"]) == (40, True)


def test_texts_are_never_shown(
    client_of: Login, administrateur: Agent, organisation: Organisation
) -> None:
    aside(organisation)
    page = unescape(client_of(administrateur).get("/envois/").content.decode())
    assert "550 Inconnu" in page
    assert "ça ira" not in page


def test_twenty_lines_cost_as_many_queries_as_one(
    client_of: Login,
    administrateur: Agent,
    organisation: Organisation,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_of(administrateur)
    aside(organisation)
    aside(organisation)
    with django_assert_max_num_queries(100) as few:
        client.get("/envois/")
    for _row in range(20):
        aside(organisation)
    with django_assert_max_num_queries(len(few)):
        client.get("/envois/")


def test_a_message_is_tried_again(
    client_of: Login, administrateur: Agent, organisation: Organisation
) -> None:
    row = aside(organisation)
    client = client_of(administrateur)
    assert client.post(f"/envois/{row.public_id}/reprendre/").status_code == 302
    row.refresh_from_db()
    assert (row.set_aside_at, row.attempts) == (None, 0)
    assert row.next_try_at <= timezone.now()
    again = client.post(f"/envois/{row.public_id}/abandonner/", follow=True)
    assert "n’est plus de côté" in unescape(again.content.decode())
    row.refresh_from_db()
    assert row.abandoned_at is None


def test_a_message_is_abandoned_once(
    client_of: Login, administrateur: Agent, organisation: Organisation
) -> None:
    row = aside(organisation)
    client_of(administrateur).post(f"/envois/{row.public_id}/abandonner/")
    row.refresh_from_db()
    assert row.abandoned_at is not None
    with pytest.raises(errors.NotSetAside):
        actions.retry(row, now=NOW)


def test_all_are_tried_again_and_none_of_the_neighbour(
    client_of: Login, administrateur: Agent, organisation: Organisation
) -> None:
    for _row in range(3):
        aside(organisation)
    theirs = aside(factories.make_organisation())
    client_of(administrateur).post("/envois/reprendre/")
    assert [row.pk for row in OutgoingMessage.objects.set_aside()] == [theirs.pk]


def test_an_empty_page_says_so(client_of: Login, administrateur: Agent) -> None:
    assert "Rien n’est de côté" in unescape(
        client_of(administrateur).get("/envois/").content.decode()
    )


class TestPurge:
    def test_what_is_over_keeps_its_line_without_its_text(
        self, organisation: Organisation, settings: Settings
    ) -> None:
        settings.OUTBOX_KEEP_DAYS = 30
        old, recent = timezone.now() - timedelta(days=31), timezone.now() - timedelta(days=29)
        gone = [
            make_message(organisation, sent_at=old),
            aside(organisation, set_aside_at=old),
            aside(organisation, set_aside_at=old, abandoned_at=old),
        ]
        kept = [
            make_message(organisation, sent_at=recent),
            make_message(organisation, written_at=old),
        ]
        assert purge() == 3
        for row in gone:
            key = row.key
            row.refresh_from_db()
            assert (row.to, row.subject, row.body, row.last_error) == ("", "", "", "")
            assert row.key == key
            assert row.sent_at or row.abandoned_at
        for row in kept:
            row.refresh_from_db()
            assert row.body
        assert purge() is None
        assert PeriodicJob.objects.get(name="purge_outbox").last_success_at

    def test_a_key_once_used_stays_used(self, organisation: Organisation) -> None:
        row = make_message(organisation, sent_at=NOW)
        actions.purge_over(organisation, before=NOW + timedelta(days=1), now=NOW)
        assert not actions.post(
            organisation, key=row.key, to="a@b.example", subject="S", body="B", now=NOW
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"sent_at": NOW, "set_aside_at": NOW},
        {"abandoned_at": NOW},
        {"purged_at": NOW},
        {"purged_at": NOW, "to": "", "subject": "", "body": ""},
        {"sent_at": NOW, "purged_at": NOW},
    ],
)
def test_the_database_refuses_states_that_mean_nothing(
    organisation: Organisation, wrong: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_message(organisation, **wrong)  # type: ignore[arg-type]
