"""The page « État » in a real Chromium, calm and troubled: axe silent, as wide as a phone."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from directory.enums import Role
from directory.models import Agent, Service
from engagements.models import Incident, Rebuilding, StaleTally
from jobs import canaries
from jobs.enums import Queue
from jobs.periodic import note_failure, note_success
from tests import factories
from tests.browser import DESKTOP, PHONE, axe_violations, log_in, opened, overflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def calm(service: Service) -> None:
    for queue in Queue:
        canaries.complete(queue, "celery@a", now=timezone.now())
    note_success("compare_tallies", now=timezone.now())
    Rebuilding.objects.create(organisation=service.organisation, finished_at=timezone.now())


def troubled(service: Service) -> None:
    factories.make_demande(service)
    StaleTally.objects.update(marked_at=timezone.now() - timedelta(hours=3))
    factories.make_demande(service)
    StaleTally.objects.filter(marked_at__gt=timezone.now() - timedelta(hours=1)).update(
        set_aside_at=timezone.now()
    )
    note_failure("compare_tallies", OSError("No space left on device"), now=timezone.now())
    for kind, cells in (("difference", 12), ("set_aside", 1)):
        Incident.objects.create(
            organisation=service.organisation,
            kind=kind,
            cells=cells,
            details={"reason": "numeric field overflow"} if cells == 1 else {},
        )


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("state", [calm, troubled])
def test_the_state_of_the_service(
    browser: Browser,
    live_server: LiveServer,
    service: Service,
    client_of: Callable[[Agent], Client],
    state: Callable[[Service], None],
    size: tuple[int, int],
) -> None:
    state(service)
    client = client_of(factories.make_agent(service.organisation, Role.ADMINISTRATEUR))
    with opened(browser, f"{live_server.url}/sante/", size) as page:
        log_in(page, live_server, client)
        page.goto(f"{live_server.url}/etat/")
        assert page.title().startswith("État du service")
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/etat-{state.__name__}-{size[0]}.png", full_page=True)
        assert axe_violations(page) + overflow(page) == []
