"""Questions over many answers; every figure on surveys comes from here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from contacts.enums import Channel
from directory.models import Service
from directory.models.service import ServiceQuerySet
from surveys.enums import Kind
from surveys.models import Answer, AnswerSheet, Invitation, QrCode, Question, Survey
from surveys.models.answer import AnswerQuerySet
from surveys.models.survey import SCALE, SurveyQuerySet

Histogram = dict[int, int]
Dimension = Literal["service", "channel", "month"]
Group = tuple[int | str | date, ...]


def question_distribution(
    organisation_id: int,
    question_key: str,
    *,
    first: date | None,
    last: date | None,
    services: Iterable[int] | None = None,
    channels: Iterable[str] | None = None,
) -> Histogram:
    """How many chose each value, over every survey of the organisation that asks this.

    1 to 5 for a scale, 1 and 0 for yes and no; only the values that were given. The period is by
    day of answer, both ends included; null means all services, all channels, no bound.
    """
    found = distributions(
        organisation_id, question_key, first=first, last=last, services=services, channels=channels
    )
    return found.get((), {})


def distributions(
    organisation_id: int,
    question_key: str,
    *,
    first: date | None,
    last: date | None,
    by: Sequence[Dimension] = (),
    services: Iterable[int] | None = None,
    channels: Iterable[str] | None = None,
) -> dict[Group, Histogram]:
    """The same per group; a key holds service id, channel, first day of month, as `by` orders."""
    answers = (
        Answer.objects.filter(
            sheet__organisation=organisation_id,
            question__organisation=organisation_id,
            question__key=question_key,
        )
        .in_period(first, last)
        .of_services(services)
        .by_channels(channels)
    )
    return _grouped(answers, by)


COLUMNS = {
    "service": F("sheet__service"),
    "channel": F("sheet__channel"),
    "month": TruncMonth("sheet__answered_on"),
}


def _grouped(answers: AnswerQuerySet, by: Sequence[Dimension]) -> dict[Group, Histogram]:
    groups = {f"by_{name}": COLUMNS[name] for name in by}
    rows = (
        answers.with_figure()
        .annotate(**groups)
        .values_list(*groups, "figure")
        .annotate(how_many=Count("sheet_id"))
        .order_by()
    )
    found: dict[Group, Histogram] = defaultdict(dict)
    for *group, figure, how_many in rows:
        found[tuple(group)][figure] = how_many
    return dict(found)


@dataclass(frozen=True)
class Scope:
    """Which answers of one survey: always within given services."""

    survey: Survey
    services: frozenset[int]
    first: date | None = None
    last: date | None = None
    channel: str = ""

    def answers(self) -> AnswerQuerySet:
        return (
            Answer.objects.filter(sheet__survey=self.survey)
            .in_period(self.first, self.last)
            .of_services(self.services)
            .by_channels([self.channel] if self.channel else None)
        )

    def histograms(self) -> dict[int, Histogram]:
        """By id of question."""
        rows = (
            self.answers()
            .with_figure()
            .values_list("question_id", F("figure"))
            .annotate(how_many=Count("sheet_id"))
            .order_by()
        )
        found: dict[int, Histogram] = defaultdict(dict)
        for question, figure, how_many in rows:
            found[question][figure] = how_many
        return dict(found)

    def comments(self) -> AnswerQuerySet:
        """Texts, latest day first; within a day the order is drawn at random and tells nothing."""
        return (
            self.answers()
            .filter(text__isnull=False)
            .select_related("sheet__service", "question")
            .order_by("-sheet__answered_on", "sheet_id")
        )

    def sheets_by_mode(self) -> dict[str, int]:
        sheets = AnswerSheet.objects.filter(survey=self.survey, service__in=self.services)
        sheets = sheets.filter(self._during("answered_on"), **self._by_channel())
        return dict(sheets.values_list("mode").annotate(n=Count("pk")).order_by())

    def invitations(self) -> dict[str, tuple[int, int]]:
        """(invited, answered) by channel, for the invitations made in the period."""
        rows = (
            Invitation.objects.filter(survey=self.survey, service__in=self.services)
            .filter(self._during("invited_on"), **self._by_channel())
            .values_list("channel")
            .annotate(invited=Count("pk"), answered=Count("pk", filter=Q(is_used=True)))
            .order_by()
        )
        found = {channel: (invited, answered) for channel, invited, answered in rows}
        return {channel: found[channel] for channel in Channel.values if channel in found}

    def _during(self, day: str) -> Q:
        since = Q(**{f"{day}__gte": self.first}) if self.first else Q()
        return since & (Q(**{f"{day}__lte": self.last}) if self.last else Q())

    def _by_channel(self) -> dict[str, str]:
        return {"channel": self.channel} if self.channel else {}


def survey_for_invitations(organisation_id: int) -> Survey | None:
    """The open survey that links lead to: the last one opened."""
    opened: SurveyQuerySet = Survey.objects.filter(organisation=organisation_id).open()
    return opened.order_by("-opened_at").first()


def surveys_asking(organisation_id: int, question_key: str) -> QuerySet[Survey]:
    """Surveys that have opened and ask this: without one, an indicator has nothing to wait for."""
    return Survey.objects.filter(
        organisation=organisation_id, opened_at__isnull=False, questions__key=question_key
    )


def answer_words(organisation_id: int, question_key: str) -> dict[int, str]:
    """Value → its words, as the organisation's latest survey that asks this puts them."""
    questions = Question.objects.filter(organisation=organisation_id, key=question_key)
    question = questions.order_by("-survey__created_at", "-pk").first()
    if question is None:
        return {}
    if question.kind == Kind.YES_NO:
        return {0: gettext("Non"), 1: gettext("Oui")}
    return dict(zip(SCALE, question.levels, strict=True))


def posters(survey: Survey, services: ServiceQuerySet) -> list[tuple[Service, bool]]:
    """Each active service, and whether its QR code is made."""
    made = set(QrCode.objects.filter(survey=survey).values_list("service_id", flat=True))
    return [(service, service.pk in made) for service in services.active()]
