"""The shape of what is typed: answers, notices, filters of results."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.enums import Channel
from directory.models import Service
from directory.models.service import ServiceQuerySet
from surveys import ready
from surveys.answers import Submission, Value
from surveys.enums import Kind, Privacy
from surveys.models import Question, Survey
from surveys.models.answer import LONGEST_TEXT
from surveys.models.notice import NOTICE_FIELDS
from ui.widgets import DayInput


class ScaleField(forms.TypedChoiceField):
    """A choice whose order means something."""

    is_scale = True


class AnswerForm(forms.Form):
    """The questions of a survey, each a native control, in their order."""

    # Not one of the questions: a key is a slug, without this underscore in front.
    _notice = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, questions: Iterable[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[question.key] = _field(question)

    def clean__notice(self) -> int | None:
        version: int | None = self.cleaned_data["_notice"]
        return version if version and version < 2**15 else None

    def submission(self, language: str) -> Submission:
        values: dict[str, Value] = dict(self.cleaned_data)
        version = values.pop("_notice", None)
        return Submission(values, language, version if isinstance(version, int) else None)


def _field(question: Question) -> forms.Field:
    words: dict[str, Any] = {
        "label": question.shown_label,
        "help_text": question.shown_help,
        "required": question.required,
    }
    if question.kind == Kind.LONG_TEXT:
        return _text_field(words)
    missing = {"required": _("Répondez à cette question.")}
    wrong = {"invalid_choice": _("Choisissez l’une des réponses proposées.")}
    made = ScaleField if question.kind == Kind.SCALE else forms.TypedChoiceField
    return made(
        choices=_choices(question),
        coerce=int if question.kind == Kind.SCALE else _is_yes,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages=missing | wrong,
        **words,
    )


def _text_field(words: dict[str, Any]) -> forms.Field:
    too_long = _("Votre texte est trop long : 4 000 caractères au plus.")
    return forms.CharField(
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": too_long},
        **words,
    )


def _choices(question: Question) -> list[tuple[int | str, str]]:
    if question.kind == Kind.SCALE:
        return [(value, words) for value, words in question.shown_levels]
    return [("yes", _("Oui")), ("no", _("Non"))]


def _is_yes(value: str) -> bool:
    return value == "yes"


def as_typed(values: dict[str, Value]) -> dict[str, object]:
    """Recorded answers as the initial values of the form that corrects them."""
    words = {True: "yes", False: "no"}
    return {
        key: words[value] if isinstance(value, bool) else value for key, value in values.items()
    }


class AdoptForm(forms.Form):
    """A new survey from a ready model."""

    title = forms.CharField(label=gettext_lazy("Titre"), max_length=200)
    privacy = forms.ChoiceField(
        label=gettext_lazy("Confidentialité"),
        choices=Privacy.choices,
        initial=Privacy.PSEUDONYMOUS,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Elle se choisit maintenant et ne change plus. Les réponses données par QR code sont "
            "toujours anonymes."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].initial = ready.load("satisfaction").title


class NoticeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Survey
        fields = NOTICE_FIELDS
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "recipients": forms.Textarea(attrs={"rows": 3}),
            "rights_contact": forms.Textarea(attrs={"rows": 3}),
        }


class ResultFilter(forms.Form):
    """Which answers are counted; nothing chosen means all of the agent's perimeter."""

    service = forms.ModelChoiceField(
        queryset=Service.objects.none(),
        to_field_name="public_id",
        required=False,
        label=gettext_lazy("Service"),
        empty_label=gettext_lazy("Tous"),
    )
    channel = forms.ChoiceField(
        choices=[("", gettext_lazy("Tous")), *Channel.choices],
        required=False,
        label=gettext_lazy("Canal"),
    )
    first = forms.DateField(required=False, label=gettext_lazy("Du"), widget=DayInput)
    last = forms.DateField(required=False, label=gettext_lazy("Au"), widget=DayInput)

    def __init__(self, *args: Any, services: ServiceQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["service"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = services

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and last < first:
            self.add_error("last", _("La fin de la période précède son début."))
        return found

    @property
    def in_force(self) -> int:
        """How many filters are set."""
        return sum(bool(value) for value in self.cleaned_data.values()) if self.is_valid() else 0
