"""The pages of the telephone that live under load: every statement says which organisation."""

import uuid
from collections.abc import Callable

from django.core.cache import cache
from django.test import Client

from directory.models import Agent, Service
from tests.telephony.situations import make_call, make_line
from tests.telephony.test_incoming import Exchange
from tests.test_hot_queries import Watch, organised, watched

__all__ = ["organised", "watched"]


def test_the_pages_of_the_day(
    client_of: Callable[[Agent], Client], agent: Agent, service: Service, watched: Watch
) -> None:
    cache.clear()
    make_line(service, "+33199001200")
    make_call(service)
    assert Exchange(service.organisation).tell() == 201
    client = client_of(agent)
    typed = {
        "key": str(uuid.uuid4()),
        "outcome": "agent",
        "service": service.pk,
        "rings": "3",
        "started_at": "2026-06-01T10:00",
    }
    with watched():
        assert client.get("/telephone/").status_code == 200
        assert client.get("/telephone/en-cours/").status_code == 200
        assert client.get("/telephone/saisie/").status_code == 200
        assert client.post("/telephone/saisie/", typed).status_code == 302


def test_the_figures(
    client_of: Callable[[Agent], Client], responsable: Agent, service: Service, watched: Watch
) -> None:
    make_call(service)
    with watched():
        asked = {"du": "2026-06-01", "au": "2026-06-30"}
        assert client_of(responsable).get("/telephone/chiffres/", asked).status_code == 200
