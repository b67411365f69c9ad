"""House rules of the tests, and the small town they share."""

from collections.abc import Callable

import pytest
from django.test import Client

from directory.enums import Role
from directory.models import Agent, Organisation, Service, WorkingCalendar
from tests import factories


@pytest.fixture
def organisation(db: None) -> Organisation:
    return factories.make_organisation("Ville de Saint-Aubin")


@pytest.fixture
def calendar(organisation: Organisation) -> WorkingCalendar:
    return factories.make_calendar(organisation, name="Métropole")


@pytest.fixture
def service(organisation: Organisation, calendar: WorkingCalendar) -> Service:
    return factories.make_service(organisation, calendar, name="État civil")


@pytest.fixture
def other_service(organisation: Organisation, calendar: WorkingCalendar) -> Service:
    return factories.make_service(organisation, calendar, name="Urbanisme")


@pytest.fixture
def agent(organisation: Organisation, service: Service) -> Agent:
    return factories.make_agent(organisation, Role.AGENT, service)


@pytest.fixture
def responsable(organisation: Organisation, service: Service) -> Agent:
    return factories.make_agent(organisation, Role.RESPONSABLE, service)


@pytest.fixture
def qualite(organisation: Organisation) -> Agent:
    return factories.make_agent(organisation, Role.QUALITE)


@pytest.fixture
def administrateur(organisation: Organisation) -> Agent:
    return factories.make_agent(organisation, Role.ADMINISTRATEUR)


@pytest.fixture
def client_of() -> Callable[[Agent], Client]:
    """A browser in which this agent is logged in."""

    def login(agent: Agent) -> Client:
        client = Client()
        client.force_login(agent, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return login
