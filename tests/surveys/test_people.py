"""What an usager answered is shown where it was announced as nominative, and nowhere else."""

from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.models import Usager
from directory.enums import Role
from directory.models import Agent, Organisation, Service
from surveys import actions
from surveys.answers import Submission
from surveys.enums import Privacy
from surveys.models import Survey
from tests import factories
from tests.surveys.situations import VALUES, ready_to_open

Login = Callable[[Agent], Client]


@pytest.fixture
def usager(organisation: Organisation) -> Usager:
    return Usager.objects.create(organisation=organisation, full_name="Zoé Lefèvre")


def opened(organisation: Organisation, privacy: Privacy) -> Survey:
    survey = ready_to_open(organisation, title=f"Enquête {privacy.value}", privacy=privacy)
    actions.open_survey(survey, at=factories.NOW)
    survey.refresh_from_db()
    return survey


def answers(survey: Survey, service: Service, usager: Usager) -> None:
    demande = factories.make_demande(service, replied=factories.TODAY, usager=usager)
    invited = actions.invite(demande, survey=survey, by=None, at=factories.NOW)
    actions.answer_invitation(invited.invitation, Submission(VALUES), at=factories.NOW)


def page(client: Client, usager: Usager) -> str:
    return unescape(client.get(f"/usagers/{usager.public_id}/enquetes/").content.decode())


@pytest.mark.parametrize("privacy", list(Privacy))
def test_nominative_surveys_alone(
    client_of: Login, responsable: Agent, service: Service, usager: Usager, privacy: Privacy
) -> None:
    answers(opened(service.organisation, privacy), service, usager)
    text = page(client_of(responsable), usager)
    shown = privacy == Privacy.IDENTIFIED
    assert (f"Enquête {privacy.value}" in text) is shown
    assert ("Accueil rapide." in text) is shown
    assert ("Aucune réponse nominative" in text) is not shown


def test_demandes_of_other_services_are_not_told(
    client_of: Login,
    responsable: Agent,
    administrateur: Agent,
    other_service: Service,
    usager: Usager,
) -> None:
    survey = opened(other_service.organisation, Privacy.IDENTIFIED)
    answers(survey, other_service, usager)
    assert "Accueil rapide." not in page(client_of(responsable), usager)
    assert "Accueil rapide." in page(client_of(administrateur), usager)


def test_as_many_queries_for_one_and_for_twenty(
    client_of: Login, organisation: Organisation, service: Service, usager: Usager
) -> None:
    survey, counts = opened(organisation, Privacy.IDENTIFIED), []
    client = client_of(factories.make_agent(organisation, Role.RESPONSABLE, service))
    for how_many in (1, 19):
        for _ in range(how_many):
            answers(survey, service, usager)
        with CaptureQueriesContext(connection) as captured:
            page(client, usager)
        counts.append(len(captured))
    assert counts[0] == counts[1]
