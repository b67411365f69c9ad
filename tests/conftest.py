"""House rules of the tests, and the small town they share."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_django
from django.conf import settings as configured
from django.test import Client
from hypothesis import settings as hypothesis_settings
from pytest_django.fixtures import Settings

from directory.enums import Role
from directory.models import Agent, Organisation, Service, WorkingCalendar
from tests import factories

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# What a commit shows today it shows tomorrow: drawn examples are the same at every run. Looking for
# new ones is a run of its own: HYPOTHESIS=explore ./bin/test tests/directory
hypothesis_settings.register_profile("settled", derandomize=True, database=None)
hypothesis_settings.register_profile("explore", max_examples=2000, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS", "settled"))

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"


def pytest_configure() -> None:
    """Each worker empties its own cache, never its neighbour's.

    Set before collection: looking for fixtures in a module that imports `cache` already opens it.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    place = f"{configured.CACHES['default']['LOCATION']}?db={int(worker.removeprefix('gw')) + 1}"
    configured.CACHES["default"]["LOCATION"] = place


@pytest.fixture(scope="session", autouse=True)
def _static_root() -> None:
    """WhiteNoise warns of a missing directory, and warnings are errors."""
    Path(configured.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings) -> None:
    """Pages are tested as they are written, without collecting static files first."""
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a test attaches never lies among the files of a demonstration."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"


TOWN = "Ville de Saint-Aubin"


def the_calendar() -> WorkingCalendar:
    """The town's calendar: counting its 13,000 days once serves every test that rolls back."""
    found = WorkingCalendar.objects.filter(organisation__name=TOWN).first()
    return found or factories.make_calendar(factories.make_organisation(TOWN), name="Métropole")


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        the_calendar()


@pytest.fixture
def calendar(db: None) -> WorkingCalendar:
    return the_calendar()


@pytest.fixture
def organisation(calendar: WorkingCalendar) -> Organisation:
    return calendar.organisation


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


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """One Chromium a module; nothing of it is loaded where no test asks for it."""
    from tests.browser import launch

    with launch() as one:
        yield one
