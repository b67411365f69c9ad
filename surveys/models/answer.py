"""What a person sent in one go, and each of their answers."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Coalesce, Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from contacts.enums import Channel
from directory.models import Organisation, Service
from surveys.enums import Mode, Privacy
from surveys.models.distribution import Invitation
from surveys.models.notice import Notice
from surveys.models.survey import SCALE, Question, Survey

CORRECTION_WINDOW = timedelta(hours=24)
LONGEST_TEXT = 4000


class AnswerSheet(models.Model):
    """One person's answers. An anonymous sheet has no key and no time finer than the day.

    `privacy` is the truth of this sheet: what comes by QR code is anonymous in any survey. The
    primary key is drawn at random, so that it tells no order.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="sheets", db_index=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices, blank=True)
    mode = models.CharField(_("mode de diffusion"), max_length=6, choices=Mode.choices)
    privacy = models.CharField(_("confidentialité"), max_length=12, choices=Privacy.choices)
    answered_on = models.DateField(_("répondue le"))
    submitted_at = models.DateTimeField(_("envoyée à"), null=True)
    corrected_at = models.DateTimeField(_("corrigée à"), null=True)
    invitation = models.OneToOneField(
        Invitation,
        models.CASCADE,
        related_name="sheet",
        null=True,
        error_messages={"unique": _("Cette invitation a déjà sa réponse.")},
    )
    notice = models.ForeignKey(
        Notice,
        models.RESTRICT,
        verbose_name=_("mention montrée"),
        related_name="+",
        db_index=False,
    )
    language = models.CharField(_("langue"), max_length=8, default="fr")

    class Meta:
        verbose_name = _("questionnaire rempli")
        constraints = [
            models.CheckConstraint(
                condition=~Q(privacy=Privacy.ANONYMOUS)
                | Q(invitation__isnull=True, submitted_at__isnull=True, corrected_at__isnull=True),
                name="sheet_anonymous_keeps_no_key",
                violation_error_message=_(
                    "Une réponse anonyme ne garde ni invitation ni heure d’envoi."
                ),
            ),
            models.CheckConstraint(
                condition=Q(privacy=Privacy.ANONYMOUS)
                | Q(invitation__isnull=False, submitted_at__isnull=False),
                name="sheet_traced_has_its_invitation",
                violation_error_message=_("Une réponse avec suivi vient d’une invitation."),
            ),
            models.CheckConstraint(
                condition=Q(mode__in=[Mode.LINK, Mode.PAPER]) | Q(privacy=Privacy.ANONYMOUS),
                name="sheet_shared_device_is_anonymous",
                violation_error_message=_(
                    "Une réponse donnée par QR code ou tablette est anonyme."
                ),
            ),
            models.CheckConstraint(condition=Q(privacy__in=Privacy.values), name="sheet_privacy"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="sheet_mode"),
            models.CheckConstraint(
                condition=Q(channel__in=["", *Channel.values]), name="sheet_channel"
            ),
        ]
        indexes = [
            models.Index(
                fields=["survey", "service", "answered_on"],
                include=["channel", "mode"],
                name="sheet_results",
            ),
            models.Index(
                fields=["organisation", "answered_on"],
                include=["service", "channel"],
                name="sheet_dashboard",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.answered_on:%d/%m/%Y}"

    def is_correctable(self, at: datetime) -> bool:
        until = self.correctable_until
        return until is not None and at <= until

    @property
    def correctable_until(self) -> datetime | None:
        """The last instant of the correction window; null when nothing leads back to the sheet."""
        return self.submitted_at + CORRECTION_WINDOW if self.submitted_at else None


class AnswerQuerySet(models.QuerySet["Answer"]):
    def in_period(self, first: date | None, last: date | None) -> Self:
        """Given from `first` to `last`, both included; null leaves that side open."""
        given = self
        if first:
            given = given.filter(sheet__answered_on__gte=first)
        return given.filter(sheet__answered_on__lte=last) if last else given

    def of_services(self, services: Iterable[int] | None) -> Self:
        return self if services is None else self.filter(sheet__service__in=list(services))

    def by_channels(self, channels: Iterable[str] | None) -> Self:
        return self if channels is None else self.filter(sheet__channel__in=list(channels))

    def with_figure(self) -> Self:
        """Answers that count as a number: 1 to 5, or 1 for yes and 0 for no."""
        yes = Cast("yes", models.IntegerField())
        return self.filter(text__isnull=True).annotate(
            figure=Coalesce("scale", yes, output_field=models.IntegerField())
        )


class Answer(models.Model):
    """One question answered: exactly one of the three columns holds the answer."""

    pk = models.CompositePrimaryKey("sheet_id", "question_id")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    sheet = models.ForeignKey(AnswerSheet, models.CASCADE, related_name="answers", db_index=False)
    question = models.ForeignKey(Question, models.RESTRICT, related_name="answers", db_index=False)
    scale = models.PositiveSmallIntegerField(_("niveau"), null=True)
    yes = models.BooleanField(_("oui"), null=True)
    text = models.TextField(_("texte"), max_length=LONGEST_TEXT, null=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("réponse à une question")
        constraints = [
            models.CheckConstraint(
                condition=Q(scale__isnull=False, yes__isnull=True, text__isnull=True)
                | Q(scale__isnull=True, yes__isnull=False, text__isnull=True)
                | Q(scale__isnull=True, yes__isnull=True, text__isnull=False),
                name="answer_is_one_thing",
                violation_error_message=_("Une réponse est un niveau, un oui ou non, ou un texte."),
            ),
            models.CheckConstraint(
                condition=Q(scale__isnull=True) | Q(scale__gte=SCALE[0], scale__lte=SCALE[-1]),
                name="answer_scale_from_1_to_5",
                violation_error_message=_("Choisissez un niveau de 1 à 5."),
            ),
            models.CheckConstraint(
                condition=Q(text__isnull=True) | Q(LessThanOrEqual(Length("text"), LONGEST_TEXT)),
                name="answer_text_not_too_long",
                violation_error_message=_("Un texte compte au plus 4 000 caractères."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["question", "sheet"],
                include=["scale", "yes"],
                name="answer_results",
            )
        ]

    def __str__(self) -> str:
        return str(self.text if self.text is not None else self.scale)
