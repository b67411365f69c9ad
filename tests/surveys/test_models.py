"""What the database refuses, whatever writes."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from directory.models import Service
from surveys.actions import Invited
from surveys.enums import Kind, Mode, Privacy, Status
from surveys.models import Answer, AnswerSheet, Invitation, Notice, QrCode, Question, Survey
from tests import factories
from tests.surveys.situations import answered


def refused(constraint: str, write: Any, *args: Any, **kwargs: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write(*args, **kwargs)


def a_sheet(survey: Survey, service: Service, **kwargs: Any) -> AnswerSheet:
    values: dict[str, Any] = {
        "organisation": survey.organisation,
        "survey": survey,
        "service": service,
        "mode": Mode.QR,
        "privacy": Privacy.ANONYMOUS,
        "answered_on": factories.TODAY,
        "notice": survey.notice,
    }
    return AnswerSheet(**values | kwargs)


@pytest.mark.parametrize(
    "model", [Survey, Question, Invitation, QrCode, AnswerSheet, Answer, Notice]
)
def test_every_row_belongs_to_an_organisation(model: type[models.Model]) -> None:
    field = model._meta.get_field("organisation")
    assert isinstance(field, models.ForeignKey)
    assert not field.null


def test_one_sheet_per_invitation(survey: Survey, service: Service, invited: Invited) -> None:
    link = {
        "mode": Mode.LINK,
        "privacy": Privacy.PSEUDONYMOUS,
        "invitation": invited.invitation,
        "submitted_at": factories.NOW,
    }
    a_sheet(survey, service, **link).save()
    refused("invitation_id", a_sheet(survey, service, **link).save)
    with pytest.raises(ValidationError, match="Cette invitation a déjà sa réponse"):
        a_sheet(survey, service, **link).full_clean()


@pytest.mark.parametrize("level", [0, 6, 32767])
def test_a_scale_goes_from_1_to_5(qr: QrCode, level: int) -> None:
    sheet = answered(qr)
    change = Answer.objects.filter(sheet=sheet, scale__isnull=False)
    refused("answer_scale_from_1_to_5", change.update, scale=level)
    answer = change.get()
    answer.scale = level
    with pytest.raises(ValidationError, match="niveau de 1 à 5"):
        answer.validate_constraints()


def test_an_answer_is_one_thing(qr: QrCode) -> None:
    change = Answer.objects.filter(sheet=answered(qr))
    refused("answer_is_one_thing", change.update, yes=True)
    refused("answer_is_one_thing", change.update, scale=None)


def test_a_text_has_a_limit(qr: QrCode) -> None:
    change = Answer.objects.filter(sheet=answered(qr, comment="Bien."), text__isnull=False)
    change.update(text="é" * 4000)
    refused("answer_text_not_too_long", change.update, text="é" * 4001)


@pytest.mark.parametrize(
    "key", [{"submitted_at": factories.NOW}, {"corrected_at": factories.NOW}, {"invitation": True}]
)
def test_an_anonymous_sheet_keeps_no_key(
    survey: Survey, service: Service, invited: Invited, key: dict[str, Any]
) -> None:
    if "invitation" in key:
        key = {"invitation": invited.invitation}
    refused("sheet_anonymous_keeps_no_key", a_sheet(survey, service, mode="link", **key).save)


def test_a_traced_sheet_comes_from_an_invitation(survey: Survey, service: Service) -> None:
    sheet = a_sheet(survey, service, mode=Mode.LINK, privacy=Privacy.PSEUDONYMOUS)
    refused("sheet_traced_has_its_invitation", sheet.save)


@pytest.mark.parametrize("mode", [Mode.QR, Mode.TABLET])
def test_a_shared_device_is_anonymous(
    survey: Survey, service: Service, invited: Invited, mode: Mode
) -> None:
    traced = {"invitation": invited.invitation, "submitted_at": factories.NOW}
    sheet = a_sheet(survey, service, mode=mode, privacy=Privacy.IDENTIFIED, **traced)
    refused("sheet_shared_device_is_anonymous", sheet.save)


def test_privacy_never_changes(draft: Survey) -> None:
    mine = Survey.objects.filter(pk=draft.pk)
    refused("ne change plus", mine.update, privacy=Privacy.ANONYMOUS)
    mine.update(privacy=draft.privacy, title="Un autre titre")


def test_an_open_survey_has_a_notice(draft: Survey) -> None:
    mine = Survey.objects.filter(pk=draft.pk)
    change = {"status": Status.OPEN, "opened_at": factories.NOW}
    refused("survey_opens_with_a_notice", mine.update, **change)


@pytest.mark.parametrize("field", ["controller", "purpose", "legal_basis", "recipients"])
def test_a_notice_is_complete(survey: Survey, field: str) -> None:
    refused("notice_complete", Notice.objects.filter(survey=survey).update, **{field: " \n"})


def test_questions_are_told_apart(draft: Survey) -> None:
    question = draft.questions.get(key="clarity")
    changes: list[tuple[str, dict[str, Any]]] = [
        ("question_position_unique", {"position": 1}),
        ("question_key_unique", {"key": "effort"}),
        ("question_key_form", {"key": "_notice"}),
        ("question_scale_has_five_levels", {"levels": ["Bien", "Mal"]}),
        ("question_scale_has_five_levels", {"kind": Kind.YES_NO}),
    ]
    for constraint, change in changes:
        refused(constraint, Question.objects.filter(pk=question.pk).update, **change)


def test_a_token_is_never_kept_in_clear(invited: Invited) -> None:
    assert invited.token not in str(Invitation.objects.values().get())
    refused("invitation_token_is_hashed", Invitation.objects.update, token_hash=invited.token)
    assert len(invited.token) >= 22  # 128 bits in base64


def test_an_invitation_expires_later(invited: Invited) -> None:
    refused("invitation_expires_later", Invitation.objects.update, expires_at=factories.NOW)
