"""Verbs on surveys: each is one transaction, or a named refusal that writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from contacts.enums import Channel
from contacts.models import Demande
from directory.models import Agent, Organisation, Service
from surveys import errors, ready
from surveys.answers import Submission, checked_answers
from surveys.enums import LinkState, Mode, Privacy, Status
from surveys.links import answer_url
from surveys.models import Answer, AnswerSheet, Invitation, Notice, QrCode, Question, Survey
from surveys.models.distribution import hash_of, new_code, new_token
from surveys.models.notice import NOTICE_FIELDS

INVITATION_LIFE = timedelta(days=30)


@dataclass(frozen=True)
class Invited:
    """An invitation with its token, which is known at this moment only."""

    invitation: Invitation
    token: str

    @property
    def url(self) -> str:
        return answer_url(self.token)


@transaction.atomic
def adopt_ready_survey(
    organisation: Organisation,
    *,
    by: Agent | None,
    at: datetime,
    name: str = "satisfaction",
    title: str = "",
    privacy: Privacy = Privacy.PSEUDONYMOUS,
) -> Survey:
    """Copy a ready survey into the organisation, as a draft whose notice is still to complete."""
    model = ready.load(name)
    title = title or model.title
    if Survey.objects.filter(organisation=organisation, title=title).exists():
        raise errors.TitleTaken
    survey = Survey(
        organisation=organisation,
        title=title,
        introduction=model.introduction,
        translations=model.translations,
        ready_name=name,
        privacy=privacy,
        created_at=at,
        created_by=by,
        controller=organisation.name,
        **model.notice,
    )
    survey.full_clean(exclude=["created_by"])
    survey.save(force_insert=True)
    Question.objects.bulk_create(
        Question(organisation=organisation, survey=survey, position=position, **question)
        for position, question in enumerate(model.questions, 1)
    )
    return survey


@transaction.atomic
def change_notice(survey: Survey, words: Mapping[str, str], *, at: datetime) -> None:
    """Write the notice. Once the survey has opened, each change is a new complete version."""
    survey = _locked(survey)
    for name in NOTICE_FIELDS:
        setattr(survey, name, words[name].strip())
    if not survey.is_draft:
        _publish_notice(survey, at=at)
    survey.save(update_fields=[*NOTICE_FIELDS, "notice"])


def _publish_notice(survey: Survey, *, at: datetime) -> None:
    """Make the words of the survey its current version, unless they already are."""
    if missing := survey.missing():
        raise errors.NoticeIncomplete(missing)
    latest = survey.notices.last()
    if latest is None or latest.words() != survey.words():
        latest = Notice.objects.create(
            organisation_id=survey.organisation_id,
            survey=survey,
            version=latest.version + 1 if latest else 1,
            published_at=at,
            **survey.words(),
        )
    survey.notice = latest


@transaction.atomic
def open_survey(survey: Survey, *, at: datetime) -> None:
    """Let answers in; a closed survey may open again."""
    survey = _locked(survey)
    if survey.is_open:
        raise errors.SurveyAlreadyOpen
    if not survey.questions.exists():
        raise errors.SurveyWithoutQuestion
    _publish_notice(survey, at=at)
    survey.status = Status.OPEN
    survey.opened_at = survey.opened_at or at
    survey.closed_at = None
    survey.save(update_fields=["status", "opened_at", "closed_at", "notice"])


@transaction.atomic
def close_survey(survey: Survey, *, at: datetime) -> None:
    """Let no more answers in; those given stay."""
    closed = Survey.objects.filter(pk=survey.pk, status=Status.OPEN).update(
        status=Status.CLOSED, closed_at=at
    )
    if not closed:
        raise errors.SurveyNotOpen


@transaction.atomic
def invite(demande: Demande, *, survey: Survey, by: Agent | None, at: datetime) -> Invited:
    """Give the usager of a demande the right to answer once.

    Asked again before the answer came, it makes a new link and the former one stops working: the
    token is not kept, so it cannot be shown twice.
    """
    if demande.organisation_id != survey.organisation_id:
        raise errors.OtherOrganisation
    if not survey.is_open:
        raise errors.SurveyNotOpen
    token = new_token()
    invitation, is_new = Invitation.objects.select_for_update().get_or_create(
        survey=survey, demande=demande, defaults=_invitation_of(demande, token, by=by, at=at)
    )
    if not is_new:
        _renew(invitation, token, at=at)
    return Invited(invitation, token)


def _invitation_of(
    demande: Demande, token: str, *, by: Agent | None, at: datetime
) -> dict[str, object]:
    return {
        "organisation_id": demande.organisation_id,
        "service_id": demande.service_id,
        "channel": demande.channel,
        "token_hash": hash_of(token),
        "created_at": at,
        "invited_on": demande.service.calendar.day_of(at),
        "expires_at": at + INVITATION_LIFE,
        "created_by": by,
    }


def _renew(invitation: Invitation, token: str, *, at: datetime) -> None:
    if invitation.is_used:
        raise errors.AlreadyAnswered
    invitation.token_hash = hash_of(token)
    invitation.expires_at = at + INVITATION_LIFE
    invitation.save(update_fields=["token_hash", "expires_at"])


@transaction.atomic
def make_qr(
    survey: Survey,
    *,
    service: Service,
    by: Agent | None,
    at: datetime,
    channel: Channel = Channel.GUICHET,
) -> QrCode:
    """The QR code of a service's poster; one per service and channel."""
    if service.organisation_id != survey.organisation_id:
        raise errors.OtherOrganisation
    try:
        with transaction.atomic():
            return QrCode.objects.create(
                organisation_id=survey.organisation_id,
                survey=survey,
                service=service,
                channel=channel,
                code=new_code(),
                created_at=at,
                created_by=by,
            )
    except IntegrityError as error:
        raise errors.QrCodeExists from error


@transaction.atomic
def answer_invitation(
    invitation: Invitation, submission: Submission, *, at: datetime
) -> AnswerSheet:
    """Record the answers of an invitation, or correct them in their window (rule 20)."""
    # Two statements: one that waited for the lock would still not see the sheet written meanwhile.
    its_row = Q(organisation=invitation.organisation_id, pk=invitation.pk)
    Invitation.objects.select_for_update().get(its_row)
    invitation = Invitation.objects.for_answering().get(its_row)
    state = invitation.state(at)
    if state == LinkState.CORRECTABLE:
        return _correct(invitation.sheet, submission, at=at)
    _refuse_unless_ready(state)
    Invitation.objects.filter(its_row).update(is_used=True)
    survey, traced = invitation.survey, Privacy(invitation.survey.privacy).keeps_a_key
    return _record(
        AnswerSheet(
            survey=survey,
            service=invitation.service.standing,
            channel=invitation.channel,
            mode=invitation.mode,
            privacy=survey.privacy,
            invitation=invitation if traced else None,
            submitted_at=at if traced else None,
        ),
        submission,
        at=at,
    )


@transaction.atomic
def answer_qr(qr: QrCode, submission: Submission, *, at: datetime) -> AnswerSheet:
    """Record answers that came by a poster: without any key, dated to the day."""
    _refuse_unless_ready(qr.state())
    return _record(
        AnswerSheet(
            survey=qr.survey,
            service=qr.service.standing,
            channel=qr.channel,
            mode=Mode.QR,
            privacy=Privacy.ANONYMOUS,
        ),
        submission,
        at=at,
    )


def _refuse_unless_ready(state: LinkState) -> None:
    if state == LinkState.EXPIRED:
        raise errors.InvitationExpired
    if state == LinkState.ANSWERED:
        raise errors.AlreadyAnswered
    if state != LinkState.READY:
        raise errors.SurveyNotOpen


def _record(sheet: AnswerSheet, submission: Submission, *, at: datetime) -> AnswerSheet:
    answers = checked_answers(sheet.survey, submission.values)
    sheet.organisation_id = sheet.survey.organisation_id
    sheet.answered_on = sheet.service.calendar.day_of(at)
    _note_circumstances(sheet, submission)
    sheet.save(force_insert=True)
    _write(sheet, answers)
    return sheet


def _correct(sheet: AnswerSheet, submission: Submission, *, at: datetime) -> AnswerSheet:
    answers = checked_answers(sheet.survey, submission.values)
    sheet.corrected_at = at
    _note_circumstances(sheet, submission)
    sheet.save(update_fields=["corrected_at", "notice", "language"])
    sheet.answers.filter(organisation=sheet.organisation_id).delete()
    _write(sheet, answers)
    return sheet


def _note_circumstances(sheet: AnswerSheet, submission: Submission) -> None:
    """The notice that was shown and the language; a version that is not the survey's is ignored."""
    shown = sheet.survey.notices.filter(
        organisation=sheet.organisation_id, version=submission.notice_version or 0
    ).first()
    sheet.notice = shown or sheet.survey.notice  # type: ignore[assignment]
    sheet.language = submission.language if submission.language in sheet.survey.languages else "fr"


def _write(sheet: AnswerSheet, answers: list[Answer]) -> None:
    for answer in answers:
        answer.organisation_id, answer.sheet = sheet.organisation_id, sheet
    Answer.objects.bulk_create(answers)


def _locked(survey: Survey) -> Survey:
    return Survey.objects.select_for_update().get(pk=survey.pk)
