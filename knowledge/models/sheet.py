"""Answer sheets: a question usagers ask, its answer, and what it said each time it served."""

import uuid
from datetime import date, timedelta
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Count, F, Func, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Now
from django.utils.translation import gettext_lazy as _

from directory.models import Agent, Motif, Organisation, Service
from knowledge.blocks import Block, blocks_of

# Made by the first migration: French stems of words without their accents.
FRENCH = "knowledge_french"
COUNTED_DAYS = 30


class SheetQuerySet(models.QuerySet["Sheet"]):
    def current(self) -> Self:
        """What may be answered: published, not archived."""
        return self.filter(published_at__isnull=False, archived_at__isnull=True)

    def proposed(self) -> Self:
        return self.filter(published_at__isnull=True, archived_at__isnull=True)

    def to_review(self, *, on: date) -> Self:
        """Same rule as `Sheet.is_to_review`, over rows."""
        return self.filter(
            Q(review_on__lt=on) | Q(valid_until__lt=on) | Q(owner=None) | Q(owner__is_active=False)
        )

    def with_uses(self, *, on: date) -> Self:
        """Each with how often it served these thirty days."""
        served = (
            SheetUse.objects.filter(
                organisation=OuterRef("organisation"),
                sheet=OuterRef("pk"),
                on_day__gt=on - timedelta(days=COUNTED_DAYS),
            )
            .order_by()
            .values("sheet")
            .annotate(count=Count("pk"))
            .values("count")
        )
        counted = Coalesce(Subquery(served, output_field=IntegerField()), 0)
        return self.annotate(recent_uses=counted)

    def for_list(self, *, on: date) -> Self:
        """Read shape of the lists: service, motif, owner and recent uses."""
        return self.defer("answer", "search", "plain").with_uses(on=on).with_names()

    def with_names(self) -> Self:
        return self.select_related("service", "motif", "owner")


class Sheet(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    question = models.CharField(_("question"), max_length=250)
    answer = models.TextField(_("réponse"))
    keywords = models.CharField(_("autres mots de l’usager"), max_length=250, blank=True)
    # Null is every service of the organisation.
    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("service"), related_name="+", null=True, blank=True
    )
    motif = models.ForeignKey(
        Motif, models.SET_NULL, verbose_name=_("motif"), related_name="+", null=True, blank=True
    )
    valid_until = models.DateField(_("valable jusqu’au"), null=True, blank=True)
    review_on = models.DateField(_("à revoir le"), null=True, blank=True)
    owner = models.ForeignKey(
        Agent, models.SET_NULL, verbose_name=_("tenue par"), related_name="+", null=True
    )
    reviewed_on = models.DateField(_("relue le"), null=True, editable=False)
    # The number of the `SheetVersion` that holds the present text.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("écrite le"), db_default=Now())
    # Null while it is only proposed.
    published_at = models.DateTimeField(_("publiée le"), null=True, editable=False)
    archived_at = models.DateTimeField(_("archivée le"), null=True, editable=False)
    search = models.GeneratedField(
        expression=(
            SearchVector("question", weight="A", config=FRENCH)
            + SearchVector("keywords", weight="B", config=FRENCH)
            + SearchVector("answer", weight="C", config=FRENCH)
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    # What misspelt words are compared with: the words of the usager, without accents.
    plain = models.GeneratedField(
        expression=Func(
            Concat("question", Value(" "), "keywords"),
            function="knowledge_plain",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("fiche réponse")
        ordering = ["question", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(question="") & ~Q(answer=""),
                name="sheet_asks_and_answers",
                violation_error_message=_("Une fiche a une question et une réponse."),
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="sheet_version"),
        ]
        indexes = [
            GinIndex(fields=["search"], name="sheet_search_words"),
            models.Index(
                fields=["organisation", "question"],
                condition=Q(archived_at__isnull=True),
                name="sheet_list",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def is_current(self) -> bool:
        return self.published_at is not None and self.archived_at is None

    @property
    def is_proposed(self) -> bool:
        return self.published_at is None and self.archived_at is None

    def is_to_review(self, on: date) -> bool:
        """The day itself is still good; without an active owner nobody answers for it."""
        return bool(self.reasons_to_review(on))

    def reasons_to_review(self, on: date) -> list[str]:
        found = []
        if self.is_expired(on):
            found.append(str(_("n’est plus valable")))
        if self.review_on and self.review_on < on:
            found.append(str(_("relecture dépassée")))
        if self.owner is None or not self.owner.is_active:
            found.append(str(_("plus personne ne la tient")))
        return found

    def is_expired(self, on: date) -> bool:
        return self.valid_until is not None and self.valid_until < on

    @property
    def blocks(self) -> list[Block]:
        return blocks_of(self.answer)


class SheetVersion(models.Model):
    """What a sheet said, from its first text to the present one: a trigger keeps it as written."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    question = models.CharField(_("question"), max_length=250)
    answer = models.TextField(_("réponse"))
    at = models.DateTimeField(_("écrite le"))
    by = models.ForeignKey(Agent, models.SET_NULL, related_name="+", null=True, db_index=False)

    class Meta:
        verbose_name = _("version d’une fiche")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint("sheet", "number", name="sheetversion_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.question} ({self.number})"

    @property
    def blocks(self) -> list[Block]:
        return blocks_of(self.answer)


class SheetUse(models.Model):
    """A sheet that served as an answer, once; it names no usager."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="uses", db_index=False)
    version = models.ForeignKey(SheetVersion, models.CASCADE, related_name="+", db_index=False)
    # Made by the form that is sent: the same form sent twice is one use.
    key = models.UUIDField()
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(_("canal"), max_length=10)
    on_day = models.DateField(_("jour"))
    at = models.DateTimeField(_("date"))
    agent = models.ForeignKey(Agent, models.SET_NULL, related_name="+", null=True, db_index=False)

    class Meta:
        verbose_name = _("emploi d’une fiche")
        constraints = [
            models.UniqueConstraint(F("sheet"), F("key"), name="sheetuse_once"),
            models.CheckConstraint(condition=~Q(channel=""), name="sheetuse_channel"),
        ]
        indexes = [
            models.Index(fields=["organisation", "sheet", "on_day"], name="sheetuse_count"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.on_day:%d/%m/%Y}"
