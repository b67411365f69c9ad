"""The login: by address and password, limited, and nobody makes an account alone."""

import itertools
import random

import pytest
from django.test import Client
from django.urls import reverse

from directory.enums import Role
from directory.models import Agent, Organisation
from tests.factories import PASSWORD, make_agent

_hosts = itertools.count(random.SystemRandom().randrange(60_000))


@pytest.fixture
def guest(db: None) -> Client:
    """A browser at an address of its own: attempts are counted by address too."""
    high, low = divmod(next(_hosts) % 65_536, 256)
    return Client(REMOTE_ADDR=f"10.77.{high}.{low}")


@pytest.fixture
def known(organisation: Organisation) -> Agent:
    number = random.SystemRandom().randrange(10**9)
    return make_agent(
        organisation,
        Role.QUALITE,
        email=f"agent{number}@mairie.example",
        password=PASSWORD,
    )


def attempt(guest: Client, email: str, password: str) -> bool:
    guest.post(reverse("account_login"), {"login": email, "password": password})
    return "_auth_user_id" in guest.session


def test_the_login_page_shows_to_anyone(guest: Client) -> None:
    assert guest.get(reverse("account_login")).status_code == 200


def test_address_and_password_open_the_door(guest: Client, known: Agent) -> None:
    assert attempt(guest, known.email, PASSWORD)


def test_capitals_in_the_address_do_not_matter(guest: Client, known: Agent) -> None:
    assert attempt(guest, known.email.upper(), PASSWORD)


@pytest.mark.parametrize("password", ["", "mauvaise phrase de passe", PASSWORD.upper()])
def test_a_wrong_password_does_not(guest: Client, known: Agent, password: str) -> None:
    assert not attempt(guest, known.email, password)


def test_an_unknown_address_gets_the_same_answer(guest: Client, known: Agent) -> None:
    url = reverse("account_login")
    pages = [
        guest.post(url, {"login": email, "password": "mauvaise phrase"}).context["form"].errors
        for email in (known.email, f"x{known.email}")
    ]
    assert pages[0] == pages[1]


def test_an_invited_agent_without_password_cannot_enter(
    guest: Client, organisation: Organisation
) -> None:
    agent = make_agent(organisation)
    for password in ("", "!", agent.password):
        assert not attempt(guest, agent.email, password)


def test_after_five_failures_even_the_right_password_waits(guest: Client, known: Agent) -> None:
    for _ in range(5):
        assert not attempt(guest, known.email, "mauvaise phrase de passe")
    assert not attempt(guest, known.email, PASSWORD)


def test_control_four_failures_are_forgiven(guest: Client, known: Agent) -> None:
    for _ in range(4):
        assert not attempt(guest, known.email, "mauvaise phrase de passe")
    assert attempt(guest, known.email, PASSWORD)


def test_after_ten_failures_an_address_waits_whoever_it_tries(guest: Client, known: Agent) -> None:
    for number in range(10):
        assert not attempt(guest, f"inconnu{number}.{known.email}", "mauvaise phrase de passe")
    assert not attempt(guest, known.email, PASSWORD)


def test_nobody_makes_an_account_alone(guest: Client) -> None:
    url = reverse("account_signup")
    before = Agent.objects.count()
    data = {"email": "x@y.example", "password1": PASSWORD, "password2": PASSWORD}
    guest.get(url)
    guest.post(url, data)
    assert Agent.objects.count() == before
    assert "_auth_user_id" not in guest.session


def test_logging_out_takes_a_post(guest: Client, known: Agent) -> None:
    attempt(guest, known.email, PASSWORD)
    guest.get(reverse("account_logout"))
    assert "_auth_user_id" in guest.session
    guest.post(reverse("account_logout"))
    assert "_auth_user_id" not in guest.session


def test_a_session_replayed_after_logout_is_dead(guest: Client, known: Agent) -> None:
    attempt(guest, known.email, PASSWORD)
    kept = guest.cookies["sessionid"].value
    guest.post(reverse("account_logout"))
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert thief.get(reverse("services")).status_code == 302
