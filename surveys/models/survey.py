"""The survey and its questions."""

import uuid
from collections.abc import Mapping
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from directory.models import Agent, Organisation
from surveys.enums import Kind, Privacy, Status
from surveys.models.notice import Notice, NoticeText

FIRST_LANGUAGE = "fr"
SCALE = range(1, 6)


def in_language(row: "Survey | Question", field: str) -> Any:
    """The text in the language of the page, else in French: a gap is never an empty label."""
    translations: Mapping[str, Mapping[str, Any]] = row.translations
    said = translations.get(get_language() or FIRST_LANGUAGE, {})
    return said.get(field) or getattr(row, field)


class SurveyQuerySet(models.QuerySet["Survey"]):
    def open(self) -> Self:
        return self.filter(status=Status.OPEN)


class Survey(NoticeText):
    """A questionnaire; its privacy is fixed for ever and its questions once it has opened."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="surveys")
    title = models.CharField(_("titre"), max_length=200)
    introduction = models.TextField(_("introduction"), max_length=1000, blank=True)
    # {"en": {"title": …, "introduction": …}}
    translations = models.JSONField(_("traductions"), default=dict, blank=True)
    ready_name = models.CharField(_("modèle"), max_length=40, blank=True, editable=False)
    privacy = models.CharField(
        _("confidentialité"), max_length=12, choices=Privacy.choices, default=Privacy.PSEUDONYMOUS
    )
    status = models.CharField(
        _("état"), max_length=6, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    notice = models.ForeignKey(
        Notice, models.RESTRICT, related_name="+", null=True, editable=False, db_index=False
    )
    created_at = models.DateTimeField(_("créée le"))
    opened_at = models.DateTimeField(_("ouverte le"), null=True, editable=False)
    closed_at = models.DateTimeField(_("fermée le"), null=True, editable=False)
    created_by = models.ForeignKey(
        Agent, models.SET_NULL, related_name="+", null=True, editable=False, db_index=False
    )

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("enquête")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "title",
                name="survey_title_unique",
                violation_error_message=_("Une enquête porte déjà ce titre."),
            ),
            models.CheckConstraint(condition=Q(privacy__in=Privacy.values), name="survey_privacy"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="survey_status"),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT) | Q(notice__isnull=False, opened_at__isnull=False),
                name="survey_opens_with_a_notice",
                violation_error_message=_("Une enquête ne s’ouvre pas sans mention d’information."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def asked(self) -> "models.QuerySet[Question]":
        """Its questions in their order, found in its organisation alone."""
        return self.questions.filter(organisation=self.organisation_id)

    @property
    def is_open(self) -> bool:
        return self.status == Status.OPEN

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def languages(self) -> list[str]:
        return [FIRST_LANGUAGE, *sorted(self.translations)]

    @property
    def shown_title(self) -> str:
        return str(in_language(self, "title"))

    @property
    def shown_introduction(self) -> str:
        return str(in_language(self, "introduction"))


class Question(models.Model):
    """One question. `key` says what it measures, the same from survey to survey."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions", db_index=False)
    position = models.PositiveSmallIntegerField(_("rang"))
    key = models.SlugField(_("clé"), max_length=40, db_index=False)
    kind = models.CharField(_("sorte"), max_length=12, choices=Kind.choices)
    label = models.CharField(_("question"), max_length=300)
    help = models.CharField(_("aide"), max_length=500, blank=True)
    # The words of 1 to 5, in that order everywhere (counting rule 22).
    levels = ArrayField(
        models.CharField(max_length=80), verbose_name=_("niveaux"), default=list, blank=True
    )
    required = models.BooleanField(_("obligatoire"), default=False)
    # {"en": {"label": …, "help": …, "levels": […]}}
    translations = models.JSONField(_("traductions"), default=dict, blank=True)

    class Meta:
        verbose_name = _("question")
        ordering = ["survey", "position"]
        constraints = [
            models.UniqueConstraint(
                "survey",
                "position",
                name="question_position_unique",
                violation_error_message=_("Deux questions ont le même rang."),
            ),
            models.UniqueConstraint(
                "survey",
                "key",
                name="question_key_unique",
                violation_error_message=_("Deux questions ont la même clé."),
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="question_kind"),
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z][a-z0-9_]*$"),
                name="question_key_form",
                violation_error_message=_("Une clé s’écrit en minuscules, sans espace ni accent."),
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.SCALE, levels__len=len(SCALE))
                | (~Q(kind=Kind.SCALE) & Q(levels__len=0)),
                name="question_scale_has_five_levels",
                violation_error_message=_("Une échelle a cinq niveaux, chacun avec ses mots."),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "key"], name="question_measure"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def shown_label(self) -> str:
        return str(in_language(self, "label"))

    @property
    def shown_help(self) -> str:
        return str(in_language(self, "help"))

    @property
    def shown_levels(self) -> list[tuple[int, str]]:
        """Values of the scale with their words."""
        return list(zip(SCALE, in_language(self, "levels"), strict=True)) if self.levels else []
