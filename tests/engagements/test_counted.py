"""What other registers count, read by the board as their own pages read it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from directory.models import Agent, Service
from engagements.counted import COUNTED
from engagements.referential import load
from engagements.scope import Scope
from tests.waiting.situations import make_room, make_ticket
from waiting.queries import WaitQuery

Login = Callable[[Agent], Client]


@pytest.fixture
def scope(service: Service) -> Scope:
    today = timezone.localdate()
    return Scope(
        organisation_id=service.organisation_id,
        first=today - timedelta(days=400),
        last=today,
        today=today,
    )


def test_waits_are_those_of_their_page(
    service: Service, other_service: Service, scope: Scope
) -> None:
    room, now = make_room(service), timezone.now()
    for days, waited in ((0, 3), (0, 15), (40, 14)):
        make_ticket(room, now - timedelta(days=days), waited=waited)
    make_ticket(make_room(other_service), now, waited=90)
    cells = COUNTED["waits"].cells(scope)
    services = [service.pk, other_service.pk]
    asked = WaitQuery(scope.organisation_id, services, scope.first, scope.last).waits()
    assert sum(one.n for one in cells.values()) == asked.n == 4
    assert sum(one.hits for one in cells.values()) == asked.under
    months = {month for place, month in cells if place == service.pk}
    assert len(months) == len({f"{now - timedelta(days=days):%Y-%m}" for days in (0, 40)})


@pytest.mark.parametrize("name", sorted(COUNTED))
def test_another_channel_has_nothing_to_say(service: Service, scope: Scope, name: str) -> None:
    make_ticket(make_room(service), timezone.now(), waited=3)
    online = replace(scope, channels=frozenset({"online"}))
    assert COUNTED[name].cells(online) == {}


def test_the_board_shows_the_promise_itself() -> None:
    """An engagement is first measured by what it promises: rings, not who picked up."""
    first = {one.number: one.measured[0].counted for one in load().engagements if one.measured}
    assert (first[8], first[12]) == ("waits", "rings")


@pytest.mark.parametrize(
    "address",
    [
        "/tableau-de-bord/",
        "/engagements/8/",
        "/engagements/8/waits/export.csv",
        "/engagements/10/registered/",
        "/engagements/12/",
        "/engagements/12/answered/",
    ],
)
def test_the_pages_of_the_registers_open(
    client_of: Login, qualite: Agent, service: Service, address: str
) -> None:
    make_ticket(make_room(service), timezone.now() - timedelta(minutes=30), waited=3)
    assert client_of(qualite).get(address).status_code == 200
