"""« État » : an administrateur sees what waits, who works and what went wrong."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from directory.models import Agent, Service
from engagements.models import Incident, Rebuilding, StaleTally
from jobs import canaries
from jobs.enums import Queue
from jobs.models import PeriodicJob
from jobs.periodic import note_failure
from tests.factories import make_demande, make_organisation, make_service

Login = Callable[[Agent], Client]


@pytest.fixture
def page(administrateur: Agent, client_of: Login) -> Callable[[], str]:
    client = client_of(administrateur)
    return lambda: client.get("/etat/").content.decode()


def all_alive() -> None:
    for queue in Queue:
        canaries.complete(queue, "celery@a", now=timezone.now())


def test_nothing_ever_ran(page: Callable[[], str]) -> None:
    text = page()
    assert "Quelque chose demande votre attention" in text
    assert text.count("personne ne répond") == 3
    assert "aucune comparaison encore faite" in text
    assert "Aucun incident" in text


def test_all_is_well(page: Callable[[], str], service: Service) -> None:
    all_alive()
    Rebuilding.objects.create(organisation=service.organisation, finished_at=timezone.now())
    make_demande(service)  # a mark a moment old is no trouble
    text = page()
    assert "Tout fonctionne" in text
    assert "à la dernière comparaison" in text
    assert "attente anormale" not in text


def test_a_mark_that_waits_is_trouble(page: Callable[[], str], service: Service) -> None:
    all_alive()
    make_demande(service)
    StaleTally.objects.update(marked_at=timezone.now() - timedelta(minutes=7))
    text = page()
    assert "attente anormale" in text
    assert "Tout fonctionne" not in text
    assert ">7<" in text


def test_trouble_is_told(page: Callable[[], str], service: Service) -> None:
    organisation = service.organisation
    Incident.objects.create(
        organisation=organisation, kind="set_aside", cells=1, details={"reason": "division"}
    )
    Incident.objects.create(
        organisation=organisation, kind="difference", cells=12, repaired_at=timezone.now()
    )
    note_failure("compare_tallies", ValueError("disque plein"), now=timezone.now())
    text = page()
    for words in ("division", "à traiter", "réparé", "disque plein", "à reprendre"):
        assert words in text


def test_what_was_set_aside_is_tried_again(
    administrateur: Agent, client_of: Login, service: Service
) -> None:
    make_demande(service)
    foreign = make_demande(make_service(make_organisation()))
    StaleTally.objects.update(set_aside_at=timezone.now(), attempts=5)
    client = client_of(administrateur)
    assert "Reprendre ce qui est de côté" in client.get("/etat/").content.decode()
    assert client.post("/etat/reprendre/").status_code == 302
    aside = StaleTally.objects.filter(set_aside_at__isnull=False)
    assert {mark.organisation_id for mark in aside} == {foreign.organisation_id}


def test_incidents_and_marks_of_others_are_not_shown(
    page: Callable[[], str], service: Service
) -> None:
    foreign = make_service(make_organisation())
    make_demande(foreign)
    Incident.objects.create(organisation=foreign.organisation, kind="difference", cells=3)
    text = page()
    assert "Aucun incident" in text
    assert StaleTally.objects.exists()
    assert not PeriodicJob.objects.exists()
