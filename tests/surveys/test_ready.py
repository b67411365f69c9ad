"""The ready survey: the questions that indicators read, in every language it names."""

import pytest
from django.utils import translation

from directory.models import Organisation
from surveys import actions, errors, ready
from surveys.enums import Kind, Privacy, Status
from surveys.models import Survey
from tests import factories


def test_the_questions_that_indicators_read(draft: Survey) -> None:
    kinds = dict(draft.questions.values_list("key", "kind"))
    assert kinds == {
        "satisfaction": Kind.SCALE,
        "clarity": Kind.SCALE,
        "effort": Kind.SCALE,
        "reached": Kind.YES_NO,
        "comment": Kind.LONG_TEXT,
    }
    levels = {question.key: question.levels for question in draft.questions.all()}
    assert levels["satisfaction"][-1] == "Très satisfait"
    assert (levels["effort"][0], levels["effort"][-1]) == ("Très facile", "Très difficile")
    comment = draft.questions.get(key="comment")
    assert not comment.required
    assert all(word in comment.help for word in ("nom", "santé", "religion"))


@pytest.mark.parametrize("name", ready.names())
def test_every_text_exists_in_every_language(name: str) -> None:
    model = ready.load(name)
    for language in model.translations:
        for question in model.questions:
            said = question["translations"][language]
            assert said["label"]
            assert len(said.get("levels", [])) == len(question.get("levels", []))
            assert bool(said.get("help")) == bool(question.get("help"))


def test_a_question_in_the_language_of_the_page(draft: Survey) -> None:
    effort = draft.questions.get(key="effort")
    with translation.override("en"):
        assert effort.shown_levels[4] == (5, "Very difficult")
    with translation.override("de"):
        assert effort.shown_levels[4] == (5, "Très difficile")


def test_an_unknown_model_is_refused(organisation: Organisation) -> None:
    with pytest.raises(LookupError):
        actions.adopt_ready_survey(organisation, by=None, at=factories.NOW, name="../secrets")


def test_a_title_serves_once(organisation: Organisation, draft: Survey) -> None:
    with pytest.raises(errors.TitleTaken):
        actions.adopt_ready_survey(organisation, by=None, at=factories.NOW)
    again = actions.adopt_ready_survey(
        organisation, by=None, at=factories.NOW, title="Autre", privacy=Privacy.ANONYMOUS
    )
    assert (again.status, again.privacy) == (Status.DRAFT, Privacy.ANONYMOUS)
