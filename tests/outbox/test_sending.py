"""Sending through a real SMTP server: what leaves, what waits, what is set aside."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from directory.models import Organisation
from outbox import mail, sending
from outbox.actions import post
from outbox.models import OutgoingMessage
from outbox.sending import LAST_ATTEMPT, claim, send_batch, wait_after
from outbox.tasks import send_due
from tests import factories
from tests.factories import NOW
from tests.outbox.server import Post, free_port, listening
from tests.outbox.situations import make_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings: Settings) -> Iterator[Post]:
    taken = Post()
    with listening(taken, settings):
        yield taken


def test_a_message_leaves_with_its_words(office: Post, organisation: Organisation) -> None:
    row = make_message(organisation, subject="Réponse à votre réclamation – n° 7")
    assert send_batch(organisation, now=NOW) == 1
    [message] = office.taken
    assert message["Subject"] == "Réponse à votre réclamation – n° 7"
    assert message.get_content().strip() == "Bonjour, ça ira."
    assert message["To"] == "ana@usager.example"
    assert message["Message-ID"] == f"<{row.public_id}@mairie.example>"
    assert message["From"] == f"{organisation.name} <ne-pas-repondre@mairie.example>"
    row.refresh_from_db()
    assert (row.sent_at, row.attempts, row.last_error) == (NOW, 1, "")


def test_several_leave_through_one_connection_and_only_once(
    office: Post, organisation: Organisation
) -> None:
    for number in range(30):
        make_message(organisation, f"usager{number}@usager.example")
    assert send_due() == 30
    assert send_due() == 0
    assert len({message["To"] for message in office.taken}) == len(office.taken) == 30
    assert len(office.connections) == 2  # one a batch of twenty


def test_what_is_not_due_waits(office: Post, organisation: Organisation) -> None:
    make_message(organisation, at=NOW + timedelta(minutes=1))
    assert send_batch(organisation, now=NOW) == 0


def test_each_organisation_has_its_turn(office: Post, organisation: Organisation) -> None:
    other = factories.make_organisation()
    for _number in range(25):
        make_message(organisation)
    make_message(other, "voisin@usager.example")
    send_due()
    assert "voisin@usager.example" in [message["To"] for message in office.taken[:21]]


@pytest.mark.parametrize(
    ("answer", "aside", "said"),
    [
        ("550 5.1.1 Boîte inconnue", True, "refuse ce destinataire : 550 5.1.1 Boîte inconnue"),
        ("450 4.2.1 Plus tard", False, "refuse ce destinataire : 450 4.2.1 Plus tard"),
    ],
)
def test_a_refused_recipient(
    office: Post, organisation: Organisation, answer: str, aside: bool, said: str
) -> None:
    office.refuses["ana@usager.example"] = answer
    row = make_message(organisation)
    send_batch(organisation, now=NOW)
    row.refresh_from_db()
    assert (row.set_aside_at is not None, row.sent_at) == (aside, None)
    assert row.next_try_at >= NOW + timedelta(minutes=5)
    assert said in row.last_error.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("answer", "aside", "said"),
    [("554 5.7.1 Spam", True, "refuse ce message"), ("451 Occupé", False, "demande d’attendre")],
)
def test_a_refused_text(
    office: Post, organisation: Organisation, answer: str, aside: bool, said: str
) -> None:
    office.answers["ana@usager.example"] = answer
    row = make_message(organisation)
    send_batch(organisation, now=NOW)
    row.refresh_from_db()
    assert (row.set_aside_at is not None, said in row.last_error) == (aside, True)


def test_a_message_at_fault_never_holds_the_others(
    office: Post, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "SECONDS_TO_ANSWER", 0.3)
    office.hangs_up_on.add("coupe@usager.example")
    office.sleeps_on.add("lent@usager.example")
    office.refuses["inconnu@usager.example"] = "550 Inconnu"
    names = ("coupe", "ana", "lent", "ben", "inconnu", "eva")
    for name in names:
        make_message(organisation, f"{name}@usager.example")
    send_batch(organisation, now=NOW)
    taken = [message["To"].partition("@")[0] for message in office.taken]
    assert [name for name in taken if name != "lent"] == ["ana", "ben", "eva"]
    states = dict(OutgoingMessage.objects.values_list("to", "last_error"))
    assert "interrompue" in states["coupe@usager.example"]
    assert "interrompue" in states["lent@usager.example"]


def test_after_eight_tries_a_human_decides(office: Post, organisation: Organisation) -> None:
    office.refuses["ana@usager.example"] = "450 Plus tard"
    row = make_message(organisation)
    now = NOW
    for attempt in range(1, LAST_ATTEMPT + 1):
        assert send_batch(organisation, now=now) == 1, attempt
        row.refresh_from_db()
        assert (row.attempts, row.set_aside_at is None) == (attempt, attempt < LAST_ATTEMPT)
        now = row.next_try_at
    assert send_batch(organisation, now=now) == 0


def test_waits_grow_and_stay_bounded() -> None:
    minutes = [wait_after(attempts, draw=0) // timedelta(minutes=1) for attempts in range(1, 9)]
    assert minutes == [5, 10, 20, 40, 80, 160, 240, 240]
    assert wait_after(8, draw=1) == timedelta(hours=4, minutes=48)
    assert wait_after(1, draw=0.5) == timedelta(minutes=5, seconds=30)


def test_a_server_nobody_reaches_costs_no_attempt(
    settings: Settings, organisation: Organisation
) -> None:
    with listening(Post(), settings):
        settings.EMAIL_PORT = free_port()
        rows = [make_message(organisation) for _row in range(3)]
        assert send_batch(organisation, now=NOW) is None
    for row in rows:
        row.refresh_from_db()
        assert (row.attempts, row.set_aside_at) == (0, None)
        assert row.next_try_at == NOW + timedelta(minutes=1)
        assert "refused" in row.last_error


def test_a_worker_killed_in_the_middle_leaves_it_to_the_next(
    office: Post, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the server took it: it leaves again, recognisable (at least once)."""
    row = make_message(organisation)

    def killed(*_args: object, **_kwargs: object) -> None:
        raise SystemExit

    monkeypatch.setattr(sending, "note_sent", killed)
    with pytest.raises(SystemExit):
        send_batch(organisation, now=NOW)
    monkeypatch.undo()
    row.refresh_from_db()
    assert (row.attempts, row.sent_at) == (1, None)
    assert send_batch(organisation, now=NOW + timedelta(minutes=4)) == 0
    assert send_batch(organisation, now=row.next_try_at) == 1
    first, again = (message["Message-ID"] for message in office.taken)
    assert first == again


def test_a_row_that_kills_its_workers_is_set_aside(
    office: Post, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = make_message(organisation)
    now = NOW
    for _death in range(LAST_ATTEMPT):
        claim(organisation, now=now)
        row.refresh_from_db()
        now = row.next_try_at
    office.refuses["ana@usager.example"] = "450 Plus tard"
    send_batch(organisation, now=now)
    row.refresh_from_db()
    assert row.set_aside_at == now


def test_what_a_batch_had_no_time_for_is_given_back(
    office: Post, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SECONDS_A_BATCH", -1.0)
    row = make_message(organisation)
    send_batch(organisation, now=NOW)
    row.refresh_from_db()
    assert (row.attempts, row.next_try_at, office.taken) == (0, NOW, [])


@pytest.mark.parametrize(
    "to",
    [
        "ana@usager.example\r\nBcc: tous@usager.example",
        "ana@usager.example, ben@usager.example",
        "ana@usager.example\n\nTexte",
        "pas une adresse",
        "",
    ],
)
def test_an_address_adds_neither_header_nor_recipient(
    office: Post, organisation: Organisation, to: str
) -> None:
    row = make_message(organisation, to)
    make_message(organisation, "eva@usager.example")
    send_batch(organisation, now=NOW)
    row.refresh_from_db()
    assert row.set_aside_at == NOW
    assert office.envelopes == [["eva@usager.example"]]


def test_a_subject_adds_no_header(office: Post, organisation: Organisation) -> None:
    make_message(organisation, subject="Bonjour\r\nBcc: tous@usager.example\r\n\r\nTexte")
    send_batch(organisation, now=NOW)
    [message] = office.taken
    assert message["Bcc"] is None
    assert message["Subject"].startswith("Bonjour Bcc:")
    assert office.envelopes == [["ana@usager.example"]]


def test_a_subject_written_by_sql_adds_no_header(office: Post, organisation: Organisation) -> None:
    row = make_message(organisation)
    OutgoingMessage.objects.update(subject="Bonjour\nBcc: tous@usager.example")
    send_batch(organisation, now=NOW)
    row.refresh_from_db()
    assert row.set_aside_at == NOW
    assert office.taken == []


def test_a_dot_alone_does_not_end_the_text(office: Post, organisation: Organisation) -> None:
    text = "Avant\n.\nAprès\n.."
    post(organisation, key="point", to="a@usager.example", subject="S", body=text, now=NOW)
    send_batch(organisation, now=NOW)
    assert office.taken[0].get_content().replace("\r\n", "\n").strip() == text


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_row() -> None:
    organisation = factories.make_organisation()
    for _row in range(10):
        make_message(organisation)

    def elsewhere() -> list[int]:
        with closing(connection):
            return [row.pk for row in claim(organisation, now=NOW)]

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        mine = OutgoingMessage.objects.select_for_update().order_by("pk")[:4]
        held = {row.pk for row in mine}
        taken = pool.submit(elsewhere).result(timeout=20)
    assert len(taken) == 6
    assert not held & set(taken)


def test_the_wake_up_needs_no_broker(
    office: Post, organisation: Organisation, settings: Settings
) -> None:
    """Writing and sending look at the database alone: the broker may be anywhere."""
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    make_message(organisation, at=timezone.now())
    assert send_due() == 1
