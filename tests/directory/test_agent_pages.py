"""Accounts: created, invited, changed, closed; and what a closed account can still do: nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from directory.enums import Role
from directory.models import Agent, Organisation, Service
from tests.factories import PASSWORD, make_agent, make_organisation, make_service

Login = Callable[[Agent], Client]


@pytest.fixture
def browser(administrateur: Agent, client_of: Login) -> Client:
    return client_of(administrateur)


def account(service: Service, **changes: Any) -> dict[str, Any]:
    data = {
        "full_name": "Thomas Lefèvre",
        "email": "Thomas.Lefevre@mairie.example",
        "role": "agent",
        "services": [service.pk],
    }
    return data | changes


def errors_of(response: Any) -> dict[str, list[str]]:
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


def only_link(text: str) -> str:
    (link,) = re.findall(r"http://localhost:8000(/\S+)", text)
    return str(link)


def choose_password(link: str, password: str = PASSWORD) -> Any:
    guest = Client()
    form = guest.get(link, follow=True)
    url = form.redirect_chain[-1][0] if form.redirect_chain else link
    return guest.post(url, {"password1": password, "password2": password}, follow=True)


def can_log_in(agent: Agent, password: str = PASSWORD) -> bool:
    guest = Client(REMOTE_ADDR="198.51.100.7")
    guest.post(reverse("account_login"), {"login": agent.email, "password": password})
    return "_auth_user_id" in guest.session


# --- Creating --------------------------------------------------------------------------------
def test_a_new_agent_is_invited_and_chooses_a_password(browser: Client, service: Service) -> None:
    response = browser.post(reverse("agent_new"), account(service), follow=True)
    agent = Agent.objects.get(email="thomas.lefevre@mairie.example")
    assert response.redirect_chain == [(reverse("agent_edit", args=[agent.public_id]), 302)]
    assert "a été envoyée à thomas.lefevre@mairie.example" in response.content.decode()
    assert (agent.role, list(agent.services.all())) == (Role.AGENT, [service])
    (message,) = mail.outbox
    assert message.to == [agent.email]
    link = only_link(str(message.body))
    assert not can_log_in(agent)
    choose_password(link)
    assert can_log_in(agent)


def test_an_invitation_serves_once(browser: Client, service: Service) -> None:
    browser.post(reverse("agent_new"), account(service))
    agent = Agent.objects.get(email="thomas.lefevre@mairie.example")
    link = only_link(str(mail.outbox[0].body))
    choose_password(link)
    choose_password(link, "une tout autre phrase de passe")
    assert can_log_in(agent)
    assert not can_log_in(agent, "une tout autre phrase de passe")


def test_a_silent_mail_server_is_said(
    browser: Client, service: Service, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    page = browser.post(reverse("agent_new"), account(service), follow=True).content.decode()
    assert "n’a pas pu partir" in page
    assert Agent.objects.filter(email="thomas.lefevre@mairie.example").exists()


def test_the_link_can_be_handed_over(browser: Client, organisation: Organisation) -> None:
    agent = make_agent(organisation)
    url = reverse("agent_invite", args=[agent.public_id])
    response = browser.post(url, {"by": "hand"})
    assert "no-store" in response["Cache-Control"]
    (value,) = re.findall(r'value="(http://localhost:8000[^"]+)"', response.content.decode())
    choose_password(only_link(value))
    assert can_log_in(agent)
    assert mail.outbox == []


def test_links_do_not_follow_the_host_of_the_request(
    browser: Client, organisation: Organisation, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    agent = make_agent(organisation)
    browser.post(reverse("agent_invite", args=[agent.public_id]), headers={"host": "evil.example"})
    assert "evil.example" not in str(mail.outbox[0].body)


@pytest.mark.parametrize("situation", [{"password": PASSWORD}, {"is_active": False}])
@pytest.mark.parametrize("by", ["mail", "hand"])
def test_no_invitation_into_a_used_or_closed_account(
    situation: dict[str, Any], by: str, browser: Client, organisation: Organisation
) -> None:
    agent = make_agent(organisation, **situation)
    url = reverse("agent_invite", args=[agent.public_id])
    response = browser.post(url, {"by": by}, follow=True)
    assert response.redirect_chain
    assert "alert--error" in response.content.decode()
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"email": "pas une adresse"}, "email", "valide"),
        ({"full_name": " "}, "full_name", "obligatoire"),
        ({"role": "chef"}, "role", "chef"),
        ({"services": []}, "services", "Choisissez au moins un service"),
        ({"services": ["0"]}, "services", "0"),
    ],
)
def test_a_wrong_account_comes_back_as_typed(
    changes: dict[str, Any], field: str, message: str, browser: Client, service: Service
) -> None:
    data = account(service, **changes)
    response = browser.post(reverse("agent_new"), data)
    assert response.status_code == 422
    found = errors_of(response)
    assert list(found) == [field]
    assert message in found[field][0]
    if field != "full_name":
        assert "Thomas Lefèvre" in response.content.decode()
    assert mail.outbox == []


def test_an_address_serves_one_account_whatever_its_capitals(
    browser: Client, service: Service
) -> None:
    make_agent(make_organisation(), email="thomas.lefevre@mairie.example")
    response = browser.post(reverse("agent_new"), account(service))
    assert errors_of(response) == {"email": ["Un agent utilise déjà cette adresse."]}


def test_a_service_of_another_organisation_cannot_be_given(
    browser: Client, service: Service
) -> None:
    foreign = make_service(make_organisation())
    response = browser.post(reverse("agent_new"), account(service, services=[foreign.pk]))
    assert list(errors_of(response)) == ["services"]


def test_only_the_fields_of_the_form_are_read(
    browser: Client, organisation: Organisation, service: Service
) -> None:
    agent = make_agent(organisation, Role.AGENT, service, password=PASSWORD)
    before = Agent.objects.filter(pk=agent.pk).values().get()
    forged = {
        "organisation": make_organisation().pk,
        "public_id": "00000000-0000-0000-0000-000000000000",
        "password": "x",
        "is_active": "",
        "created_at": "2000-01-01",
        "last_login": "2000-01-01",
        "is_superuser": "on",
    }
    data = account(service, full_name=agent.full_name, **forged)
    url = reverse("agent_edit", args=[agent.public_id])
    assert browser.post(url, data).status_code == 302
    assert Agent.objects.filter(pk=agent.pk).values().get() == before


# --- Changing --------------------------------------------------------------------------------
def test_role_and_services_change(
    browser: Client, agent: Agent, service: Service, other_service: Service
) -> None:
    data = account(other_service, full_name="Zoé Petit", role="responsable")
    assert browser.post(reverse("agent_edit", args=[agent.public_id]), data).status_code == 302
    agent.refresh_from_db()
    assert (agent.full_name, agent.role) == ("Zoé Petit", Role.RESPONSABLE)
    assert list(agent.services.all()) == [other_service]


def test_a_changed_role_holds_at_the_next_request(
    browser: Client, organisation: Organisation, service: Service, client_of: Login
) -> None:
    second = make_agent(organisation, Role.ADMINISTRATEUR)
    theirs = client_of(second)
    assert theirs.get(reverse("services")).status_code == 200
    browser.post(reverse("agent_edit", args=[second.public_id]), account(service))
    assert theirs.get(reverse("services")).status_code == 403


def test_the_last_administrateur_cannot_be_demoted(
    browser: Client, administrateur: Agent, service: Service
) -> None:
    url = reverse("agent_edit", args=[administrateur.public_id])
    response = browser.post(url, account(service, full_name="Solène Kerviel"))
    assert response.status_code == 422
    assert "dernier administrateur actif" in errors_of(response)["role"][0]
    assert "Solène Kerviel" in response.content.decode()
    administrateur.refresh_from_db()
    assert administrateur.role == Role.ADMINISTRATEUR


@pytest.mark.parametrize("second", [True, False])
def test_nobody_locks_themselves_out(
    second: bool, browser: Client, administrateur: Agent, organisation: Organisation
) -> None:
    if second:
        make_agent(organisation, Role.ADMINISTRATEUR)
    url = reverse("agent_deactivate", args=[administrateur.public_id])
    page = browser.post(url, follow=True).content.decode()
    assert ("votre propre compte" if second else "dernier administrateur actif") in page
    administrateur.refresh_from_db()
    assert administrateur.is_active


# --- Closing: refused at the very next request -----------------------------------------------
def test_a_closed_account_is_refused_at_the_next_request(
    browser: Client, organisation: Organisation, client_of: Login
) -> None:
    agent = make_agent(organisation, Role.QUALITE, password=PASSWORD)
    theirs = client_of(agent)
    home = reverse("accessibility")
    assert theirs.get(reverse("services")).status_code == 403
    browser.post(reverse("agent_deactivate", args=[agent.public_id]))
    refused = theirs.get(reverse("services"))
    assert refused.status_code == 302
    assert refused["Location"].startswith(reverse("account_login"))
    assert theirs.post(reverse("service_new"), {}).status_code == 302
    assert theirs.get(home).status_code == 200
    assert not can_log_in(agent)


def test_old_sessions_and_invitations_do_not_come_back_with_the_account(
    browser: Client, organisation: Organisation, client_of: Login
) -> None:
    agent = make_agent(organisation, Role.QUALITE)
    browser.post(reverse("agent_invite", args=[agent.public_id]))
    link = only_link(str(mail.outbox[0].body))
    theirs = client_of(agent)
    browser.post(reverse("agent_deactivate", args=[agent.public_id]))
    browser.post(reverse("agent_reactivate", args=[agent.public_id]))
    agent.refresh_from_db()
    assert agent.is_active
    assert theirs.get(reverse("services")).status_code == 302
    choose_password(link)
    assert not can_log_in(agent)


# --- The list --------------------------------------------------------------------------------
def test_the_list_is_searched_and_puts_closed_accounts_last(
    browser: Client, organisation: Organisation
) -> None:
    make_agent(organisation, full_name="Aa Fermé", is_active=False)
    make_agent(organisation, full_name="Zz Ouvert")
    make_agent(make_organisation(), full_name="Zz Ailleurs")
    everyone = browser.get(reverse("agents")).context["page"].object_list
    assert everyone[len(everyone) - 1].full_name == "Aa Fermé"
    found = browser.get(reverse("agents"), {"q": "zz"}).context["page"].object_list
    assert [agent.full_name for agent in found] == ["Zz Ouvert"]
    assert (
        "Aucun agent ne correspond" in browser.get(reverse("agents"), {"q": "%_'"}).content.decode()
    )


@pytest.mark.parametrize("page", ["0", "-1", "abc", "99999"])
def test_a_page_that_does_not_exist_shows_one_that_does(page: str, browser: Client) -> None:
    assert browser.get(reverse("agents"), {"page": page}).status_code == 200


def test_a_reset_link_starts_with_the_configured_address(
    client: Client, organisation: Organisation, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    agent = make_agent(organisation, password=PASSWORD)
    client.post(
        reverse("account_reset_password"),
        {"email": agent.email},
        headers={"host": "mechant.example"},
    )
    [message] = mail.outbox
    assert "mechant.example" not in message.body
    link = next(word for word in message.body.split() if "/mot-de-passe/nouveau/" in word)
    assert link.startswith(settings.PUBLIC_BASE_URL)
    page = client.get(link.removeprefix(settings.PUBLIC_BASE_URL), follow=True)
    assert page.context["form"].fields.keys() == {"password1", "password2"}
