"""What a person sends, checked against the questions it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from surveys import errors
from surveys.enums import Kind
from surveys.models import Answer, Question, Survey
from surveys.models.answer import LONGEST_TEXT
from surveys.models.survey import FIRST_LANGUAGE, SCALE

Value = int | bool | str | None


@dataclass(frozen=True)
class Submission:
    """Answers by key of question: 1 to 5, true or false, a text; null or "" is no answer."""

    values: Mapping[str, Value]
    language: str = FIRST_LANGUAGE
    notice_version: int | None = None


def checked_answers(survey: Survey, values: Mapping[str, Value]) -> list[Answer]:
    """Answers ready to be written, or the refusal of the first that its question cannot take."""
    questions = list(survey.asked())
    for key in values:
        if key not in {question.key for question in questions}:
            raise errors.AnswerUnknown(key)
    answers = [_answer(question, values.get(question.key)) for question in questions]
    return [answer for answer in answers if answer]


def _answer(question: Question, value: Value) -> Answer | None:
    if isinstance(value, str):
        value = value.replace("\0", "").strip()
    if value is None or value == "":
        if question.required:
            raise errors.AnswerMissing(question.key)
        return None
    return Answer(question=question, **_column(question, value))


def _column(question: Question, value: int | bool | str) -> dict[str, int | bool | str]:
    match question.kind, value:
        case Kind.YES_NO, bool():
            return {"yes": value}
        case Kind.SCALE, int() if not isinstance(value, bool) and value in SCALE:
            return {"scale": value}
        case Kind.LONG_TEXT, str() if len(value) <= LONGEST_TEXT:
            return {"text": value}
        case Kind.LONG_TEXT, str():
            raise errors.AnswerTooLong(question.key)
    raise errors.AnswerOutOfScale(question.key)


def given_by(sheet_id: UUID) -> dict[str, Value]:
    """The answers of a sheet by key of question, as a form shows them again."""
    answers = Answer.objects.filter(sheet=sheet_id).select_related("question")
    return {answer.question.key: _value(answer) for answer in answers}


def _value(answer: Answer) -> Value:
    if answer.yes is not None:
        return answer.yes
    return answer.text if answer.scale is None else answer.scale
