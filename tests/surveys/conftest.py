"""A survey in preparation, an open one, and the ways to answer it."""

import pytest

from contacts.models import Demande
from directory.models import Organisation, Service
from surveys import actions
from surveys.enums import Privacy
from surveys.models import QrCode, Survey
from tests import factories
from tests.surveys.situations import ready_to_open


@pytest.fixture
def draft(organisation: Organisation) -> Survey:
    return ready_to_open(organisation)


@pytest.fixture
def survey(draft: Survey) -> Survey:
    actions.open_survey(draft, at=factories.NOW)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def anonymous_survey(organisation: Organisation) -> Survey:
    made = ready_to_open(organisation, title="Enquête anonyme", privacy=Privacy.ANONYMOUS)
    actions.open_survey(made, at=factories.NOW)
    made.refresh_from_db()
    return made


@pytest.fixture
def demande(service: Service) -> Demande:
    return factories.make_demande(service, replied=factories.TODAY)


@pytest.fixture
def invited(survey: Survey, demande: Demande) -> actions.Invited:
    return actions.invite(demande, survey=survey, by=None, at=factories.NOW)


@pytest.fixture
def qr(survey: Survey, service: Service) -> QrCode:
    return actions.make_qr(survey, service=service, by=None, at=factories.NOW)
