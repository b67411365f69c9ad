"""Situations of surveys, in the words of the trade."""

from datetime import datetime
from typing import Any

from directory.models import Organisation, Service
from surveys import actions
from surveys.answers import Submission, Value
from surveys.models import AnswerSheet, QrCode, Survey
from tests import factories

# A questionnaire as a browser sends it.
FILLED = {
    "satisfaction": "4",
    "clarity": "5",
    "effort": "2",
    "reached": "yes",
    "comment": "Accueil rapide.",
}
VALUES: dict[str, Value] = {
    "satisfaction": 4,
    "clarity": 5,
    "effort": 2,
    "reached": True,
    "comment": "Accueil rapide.",
}


def ready_to_open(organisation: Organisation, **kwargs: Any) -> Survey:
    """The ready survey, its notice complete, not open yet."""
    survey = actions.adopt_ready_survey(organisation, by=None, at=factories.NOW, **kwargs)
    survey.rights_contact = "dpo@saint-aubin.example"
    survey.save()
    return survey


def answered(qr: QrCode, at: datetime = factories.NOW, **values: Value) -> AnswerSheet:
    """A questionnaire that came by the poster; the first question must be answered."""
    return actions.answer_qr(qr, Submission({"satisfaction": 3, **values}), at=at)


def poster_of(survey: Survey, service: Service) -> QrCode:
    return actions.make_qr(survey, service=service, by=None, at=factories.NOW)
