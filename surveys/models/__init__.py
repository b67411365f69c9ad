"""Surveys and their questions, the ways to reach people, and what they answered."""

from surveys.models.answer import Answer, AnswerSheet
from surveys.models.distribution import Invitation, QrCode
from surveys.models.notice import Notice
from surveys.models.survey import Question, Survey

__all__ = ["Answer", "AnswerSheet", "Invitation", "Notice", "QrCode", "Question", "Survey"]
