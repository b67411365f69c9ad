"""What one usager answered to surveys announced as nominative: no other leads back to them."""

from dataclasses import dataclass

from django.utils.translation import gettext

from contacts.access import demandes_of
from contacts.models import Usager
from directory.models import Agent
from surveys.enums import Privacy
from surveys.models import Answer, AnswerSheet

MOST = 50


@dataclass(frozen=True)
class Said:
    question: str
    words: str


@dataclass(frozen=True)
class Opinion:
    """A questionnaire, and what was said to each question."""

    sheet: AnswerSheet
    answers: list[Said]


def opinions_of(usager: Usager, agent: Agent) -> list[Opinion]:
    """The latest first, about demandes that the agent sees. Pseudonymous answers have no name."""
    sheets = AnswerSheet.objects.filter(
        organisation=usager.organisation_id,
        privacy=Privacy.IDENTIFIED,
        invitation__demande__in=demandes_of(agent).filter(usager=usager),
    )
    shown = sheets.select_related("survey", "invitation__demande", "service")
    ordered = shown.prefetch_related("answers__question").order_by("-submitted_at", "pk")[:MOST]
    return [Opinion(one, _said(one)) for one in ordered]


def _said(sheet: AnswerSheet) -> list[Said]:
    answers = sorted(sheet.answers.all(), key=lambda answer: answer.question.position)
    return [Said(answer.question.shown_label, _in_words(answer)) for answer in answers]


def _in_words(answer: Answer) -> str:
    if answer.text is not None:
        return answer.text
    if answer.yes is not None:
        return gettext("Oui") if answer.yes else gettext("Non")
    return str(dict(answer.question.shown_levels).get(answer.scale or 0, answer.scale))
