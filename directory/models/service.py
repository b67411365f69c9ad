"""Public services and the subjects they answer, two trees of an organisation."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.enums import Silence
from directory.models.calendar import WorkingCalendar
from directory.models.organisation import Organisation

# Silence of these kinds makes a decision (CRPA, L231-1 and L231-4).
IMPLICIT = (Silence.ACCEPTANCE, Silence.REJECTION)
# The months of silence when no text says otherwise (CRPA, L231-1 and L231-4).
USUAL_SILENCE = 2
LONGEST_SILENCE = 60


def with_descendants(parents: dict[int, int | None], roots: Iterable[int]) -> set[int]:
    """Ids of `roots` and of everything below them, given each node's parent."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for node, parent in parents.items():
        children[parent].append(node)
    found: set[int] = set()
    waiting = [root for root in roots if root in parents]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(children[node])
    return found


class ServiceQuerySet(models.QuerySet["Service"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def and_below(self, roots: Iterable[int]) -> Self:
        """Services whose id is in `roots`, with all their descendants."""
        return self.filter(pk__in=with_descendants(dict(self.values_list("pk", "parent")), roots))


class Service(models.Model):
    """A public service, guichet or desk; services form a tree."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="services")
    name = models.CharField(_("nom"), max_length=160)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("service de rattachement"),
        related_name="children",
        null=True,
        blank=True,
    )
    calendar = models.ForeignKey(
        WorkingCalendar, models.PROTECT, verbose_name=_("calendrier"), related_name="services"
    )
    phone = models.CharField(_("téléphone"), max_length=32, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    address = models.TextField(_("adresse"), blank=True)
    is_active = models.BooleanField(_("en activité"), default=True)
    # The service that took over everything this one held; never itself a merged one.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("fusionné avec"),
        related_name="+",
        null=True,
        editable=False,
    )

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "name",
                name="service_name_unique",
                violation_error_message=_("Un service porte déjà ce nom."),
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="service_not_its_own_parent",
                violation_error_message=_("Un service ne peut pas être rattaché à lui-même."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(is_active=False),
                name="service_merged_is_closed",
                violation_error_message=_(
                    "Un service fusionné avec un autre ne peut pas être remis en activité."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def standing(self) -> "Service":
        """The service that answers for this one today: itself, or the one it was merged into."""
        return self.merged_into or self


class MotifQuerySet(models.QuerySet["Motif"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def for_choice(self) -> Self:
        """Read shape of a list to choose from: each motif with its family and usual service."""
        return self.active().select_related("parent", "service")


class Motif(models.Model):
    """What a demande is about; a family (no parent) gathers motifs."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="motifs")
    name = models.CharField(_("intitulé"), max_length=160)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("famille"),
        related_name="children",
        null=True,
        blank=True,
    )
    service = models.ForeignKey(
        Service,
        models.SET_NULL,
        verbose_name=_("service habituel"),
        related_name="motifs",
        null=True,
        blank=True,
    )
    is_active = models.BooleanField(_("proposé à la saisie"), default=True)
    # Empty: nobody has said yet what silence is worth, and no acknowledgement may pretend to know.
    silence = models.CharField(_("silence"), max_length=10, choices=Silence.choices, blank=True)
    silence_months = models.PositiveSmallIntegerField(
        _("délai du silence, en mois"), null=True, blank=True
    )
    # Shown to agents, judged by nothing: delay targets are set by service, channel and nature.
    processing_days = models.PositiveSmallIntegerField(
        _("délai de traitement indicatif, en jours"), null=True, blank=True
    )

    objects = MotifQuerySet.as_manager()

    class Meta:
        verbose_name = _("motif")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "parent",
                "name",
                nulls_distinct=False,
                name="motif_name_unique",
                violation_error_message=_("Un motif porte déjà cet intitulé dans cette famille."),
            ),
            models.CheckConstraint(
                condition=Q(silence__in=["", *Silence.values]), name="motif_silence"
            ),
            models.CheckConstraint(
                condition=Q(
                    silence__in=IMPLICIT, silence_months__gte=1, silence_months__lte=LONGEST_SILENCE
                )
                | Q(silence__in=["", Silence.NONE], silence_months__isnull=True),
                name="motif_silence_months",
                violation_error_message=_(
                    "Le délai du silence va de 1 à 60 mois, et seulement quand le silence vaut "
                    "acceptation ou rejet."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name
