"""Verbs on surveys: opening, notices, invitations, and one answer each (counting rules 20, 21)."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, models

from contacts.models import Demande
from directory.enums import Territory
from directory.models import Organisation, Service
from surveys import actions, errors
from surveys.answers import Submission, Value, given_by
from surveys.enums import LinkState, Mode, Privacy, Status
from surveys.models import Answer, AnswerSheet, Invitation, Notice, QrCode, Survey
from surveys.models.answer import CORRECTION_WINDOW
from surveys.models.notice import NOTICE_FIELDS
from tests import factories
from tests.surveys.situations import VALUES, answered, ready_to_open

NOW = factories.NOW
SECOND = timedelta(seconds=1)


def submit(invited: actions.Invited, at: datetime = NOW, **values: Value) -> AnswerSheet:
    return actions.answer_invitation(invited.invitation, Submission(VALUES | values), at=at)


class TestOpening:
    @pytest.mark.parametrize("field", NOTICE_FIELDS)
    def test_never_with_an_incomplete_notice(self, draft: Survey, field: str) -> None:
        Survey.objects.filter(pk=draft.pk).update(**{field: "  "})
        with pytest.raises(errors.NoticeIncomplete) as refusal:
            actions.open_survey(draft, at=NOW)
        assert len(refusal.value.missing) == 1
        assert refusal.value.missing[0] in str(refusal.value)
        draft.refresh_from_db()
        assert draft.status == Status.DRAFT

    def test_never_without_question(self, draft: Survey) -> None:
        draft.questions.all().delete()
        with pytest.raises(errors.SurveyWithoutQuestion):
            actions.open_survey(draft, at=NOW)

    def test_only_once_until_closed(self, survey: Survey) -> None:
        with pytest.raises(errors.SurveyAlreadyOpen):
            actions.open_survey(survey, at=NOW)
        actions.close_survey(survey, at=NOW)
        with pytest.raises(errors.SurveyNotOpen):
            actions.close_survey(survey, at=NOW)
        actions.open_survey(survey, at=NOW)

    def test_the_notice_shown_stays_with_the_answer(self, survey: Survey, qr: QrCode) -> None:
        before = answered(qr)
        words = survey.words() | {"purpose": "Autre finalité."}
        actions.change_notice(survey, words, at=NOW)
        qr = QrCode.objects.for_answering().get()
        after = answered(qr)
        late = actions.answer_qr(qr, Submission({"satisfaction": 1}, notice_version=1), at=NOW)
        assert (before.notice.version, after.notice.version, late.notice.version) == (1, 2, 1)
        assert before.notice.purpose != after.notice.purpose == "Autre finalité."

    def test_an_open_survey_never_loses_its_notice(self, survey: Survey) -> None:
        with pytest.raises(errors.NoticeIncomplete):
            actions.change_notice(survey, survey.words() | {"purpose": ""}, at=NOW)
        survey.refresh_from_db()
        assert survey.purpose
        assert Notice.objects.filter(survey=survey).count() == 1


class TestInviting:
    def test_a_demande_has_one_invitation(self, survey: Survey, demande: Demande) -> None:
        first = actions.invite(demande, survey=survey, by=None, at=NOW)
        second = actions.invite(demande, survey=survey, by=None, at=NOW)
        assert first.token != second.token
        assert Invitation.objects.count() == 1
        assert Invitation.objects.get().service == demande.service

    def test_not_after_the_answer(self, survey: Survey, invited: actions.Invited) -> None:
        submit(invited)
        demande = Demande.objects.get()
        with pytest.raises(errors.AlreadyAnswered):
            actions.invite(demande, survey=survey, by=None, at=NOW)

    def test_only_to_an_open_survey(self, draft: Survey, demande: Demande) -> None:
        with pytest.raises(errors.SurveyNotOpen):
            actions.invite(demande, survey=draft, by=None, at=NOW)

    def test_never_for_another_organisation(self, survey: Survey) -> None:
        elsewhere = factories.make_service(factories.make_organisation())
        demande = factories.make_demande(elsewhere)
        with pytest.raises(errors.OtherOrganisation):
            actions.invite(demande, survey=survey, by=None, at=NOW)
        with pytest.raises(errors.OtherOrganisation):
            actions.make_qr(survey, service=elsewhere, by=None, at=NOW)

    def test_one_qr_code_per_service(
        self, survey: Survey, qr: QrCode, other_service: Service
    ) -> None:
        with pytest.raises(errors.QrCodeExists):
            actions.make_qr(survey, service=qr.service, by=None, at=NOW)
        other = actions.make_qr(survey, service=other_service, by=None, at=NOW)
        assert other.code != qr.code


class TestOneInvitationOneAnswer:
    def test_the_answer_is_recorded(self, invited: actions.Invited, demande: Demande) -> None:
        sheet = submit(invited)
        assert given_by(sheet.pk) == VALUES
        assert (sheet.mode, sheet.channel, sheet.service) == (
            Mode.LINK,
            demande.channel,
            demande.service,
        )
        assert sheet.answered_on == date(2026, 6, 22)
        invited.invitation.refresh_from_db()
        assert invited.invitation.is_used

    @pytest.mark.parametrize("late", [-SECOND, timedelta(0)])
    def test_corrected_within_24_hours(self, invited: actions.Invited, late: timedelta) -> None:
        sheet = submit(invited)
        at = NOW + CORRECTION_WINDOW + late
        again = submit(invited, at, satisfaction=1, comment="", clarity=None)
        assert again.pk == sheet.pk
        assert given_by(sheet.pk) == {"satisfaction": 1, "effort": 2, "reached": True}
        again.refresh_from_db()
        assert (again.submitted_at, again.answered_on) == (NOW, date(2026, 6, 22))
        assert again.corrected_at == at

    def test_not_corrected_after_24_hours(self, invited: actions.Invited) -> None:
        sheet = submit(invited)
        with pytest.raises(errors.AlreadyAnswered):
            submit(invited, NOW + CORRECTION_WINDOW + SECOND, satisfaction=1)
        assert given_by(sheet.pk) == VALUES
        assert AnswerSheet.objects.count() == 1

    def test_a_correction_does_not_extend_the_window(self, invited: actions.Invited) -> None:
        submit(invited)
        submit(invited, NOW + timedelta(hours=23), satisfaction=2)
        with pytest.raises(errors.AlreadyAnswered):
            submit(invited, NOW + timedelta(hours=25), satisfaction=1)

    def test_a_refused_correction_changes_nothing(self, invited: actions.Invited) -> None:
        sheet = submit(invited)
        with pytest.raises(errors.AnswerMissing):
            submit(invited, satisfaction=None)
        assert given_by(sheet.pk) == VALUES

    @pytest.mark.parametrize(
        ("late", "state"),
        [(-SECOND, LinkState.READY), (timedelta(0), LinkState.READY), (SECOND, LinkState.EXPIRED)],
    )
    def test_expiry(self, invited: actions.Invited, late: timedelta, state: LinkState) -> None:
        assert invited.invitation.state(invited.invitation.expires_at + late) == state

    def test_nothing_after_expiry_or_closing(
        self, invited: actions.Invited, survey: Survey, qr: QrCode
    ) -> None:
        with pytest.raises(errors.InvitationExpired):
            submit(invited, invited.invitation.expires_at + SECOND)
        actions.close_survey(survey, at=NOW)
        with pytest.raises(errors.SurveyNotOpen):
            submit(invited)
        with pytest.raises(errors.SurveyNotOpen):
            answered(QrCode.objects.for_answering().get())
        assert not AnswerSheet.objects.exists()

    def test_no_correction_once_closed(self, invited: actions.Invited, survey: Survey) -> None:
        submit(invited)
        actions.close_survey(survey, at=NOW)
        with pytest.raises(errors.AlreadyAnswered):
            submit(invited, satisfaction=1)

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ({"satisfaction": None}, errors.AnswerMissing),
            ({"satisfaction": 0}, errors.AnswerOutOfScale),
            ({"satisfaction": 6}, errors.AnswerOutOfScale),
            ({"satisfaction": True}, errors.AnswerOutOfScale),
            ({"satisfaction": "3"}, errors.AnswerOutOfScale),
            ({"reached": 1}, errors.AnswerOutOfScale),
            ({"comment": "x" * 4001}, errors.AnswerTooLong),
            ({"comment": 3}, errors.AnswerOutOfScale),
            ({"price": 3}, errors.AnswerUnknown),
        ],
    )
    def test_what_a_question_cannot_take(
        self, invited: actions.Invited, change: dict[str, Value], refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            submit(invited, NOW, **change)
        assert not AnswerSheet.objects.exists()
        invited.invitation.refresh_from_db()
        assert not invited.invitation.is_used

    def test_the_day_is_that_of_the_service(self, survey: Survey) -> None:
        calendar = factories.make_calendar(survey.organisation, Territory.NOUVELLE_CALEDONIE)
        away = factories.make_service(survey.organisation, calendar)
        poster = actions.make_qr(survey, service=away, by=None, at=NOW)
        evening = datetime.combine(factories.TODAY, datetime.min.time(), tzinfo=factories.PARIS)
        sheet = answered(poster, evening + timedelta(hours=20))
        assert sheet.answered_on == date(2026, 6, 23)


@pytest.mark.django_db(transaction=True)
def test_two_sendings_at_once_are_one_answer(invited: actions.Invited) -> None:
    """The second waits for the first, then corrects it; with the lock off, one of them fails."""
    barrier, failures = threading.Barrier(2), []

    def send(level: int) -> None:
        try:
            barrier.wait(timeout=10)
            submit(invited, satisfaction=level)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[level]) for level in (1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not failures
    assert AnswerSheet.objects.count() == 1
    assert Answer.objects.filter(scale__isnull=False).count() == 3


class TestAnonymity:
    def test_an_anonymous_link_leaves_two_facts_without_a_key(
        self, anonymous_survey: Survey, demande: Demande
    ) -> None:
        invited = actions.invite(demande, survey=anonymous_survey, by=None, at=NOW)
        sheet = submit(invited)
        assert (sheet.invitation_id, sheet.submitted_at) == (None, None)
        assert Invitation.objects.get().is_used
        with pytest.raises(errors.AlreadyAnswered):
            submit(invited, satisfaction=1)

    def test_a_poster_is_anonymous_in_any_survey(self, organisation: Organisation) -> None:
        survey = ready_to_open(organisation, privacy=Privacy.IDENTIFIED)
        actions.open_survey(survey, at=NOW)
        survey.refresh_from_db()
        service = factories.make_service(organisation)
        qr = actions.make_qr(survey, service=service, by=None, at=NOW)
        sheet = answered(qr)
        assert (sheet.privacy, sheet.mode) == (Privacy.ANONYMOUS, Mode.QR)
        assert (sheet.invitation_id, sheet.submitted_at) == (None, None)

    def test_an_anonymous_answer_holds_nothing_finer_than_the_day(self, qr: QrCode) -> None:
        sheet = answered(qr, NOW + timedelta(minutes=7, seconds=42))
        for row in (sheet, *sheet.answers.all()):
            moments = [
                field for field in row._meta.fields if isinstance(field, models.DateTimeField)
            ]
            assert [field.name for field in moments if getattr(row, field.attname)] == []

    def test_no_column_leads_from_an_answer_to_a_demande_or_an_agent(self) -> None:
        """One key leads back, the invitation, and the database keeps it null when anonymous."""
        leads = {
            field.name: field.related_model._meta.label_lower
            for field in AnswerSheet._meta.fields + Answer._meta.fields
            if field.related_model
        }
        assert set(leads.values()) == {
            "directory.organisation",
            "directory.service",
            "surveys.survey",
            "surveys.invitation",
            "surveys.notice",
            "surveys.answersheet",
            "surveys.question",
        }

    def test_keys_tell_no_order(self, qr: QrCode) -> None:
        keys = [answered(qr).pk for _turn in range(30)]
        assert keys != sorted(keys)
        assert all(key.version == 4 for key in keys)
        assert not any(isinstance(f, models.AutoField) for f in Answer._meta.fields)
