"""What is kept about usagers: consents, who changed what, merges, and who is not who."""

import uuid
from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contacts.enums import ConsentKind, ConsentStep, UsagerVerb
from contacts.models.usager import Usager
from directory.models import Agent, Organisation


class Consent(models.Model):
    """A consent given or withdrawn; the latest one of its kind is in force. Never rewritten."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    usager = models.ForeignKey(Usager, models.CASCADE, related_name="consents")
    kind = models.CharField(_("objet"), max_length=16, choices=ConsentKind.choices)
    step = models.CharField(_("décision"), max_length=9, choices=ConsentStep.choices)
    at = models.DateTimeField(_("date"))
    how = models.CharField(_("recueilli comment"), max_length=200)
    by = models.ForeignKey(Agent, models.SET_NULL, related_name="+", null=True, db_index=False)

    class Meta:
        verbose_name = _("consentement")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ConsentKind.values), name="consent_kind"),
            models.CheckConstraint(condition=Q(step__in=ConsentStep.values), name="consent_step"),
            models.CheckConstraint(
                condition=~Q(how=""),
                name="consent_says_how",
                violation_error_message=_("Dites comment l’usager a donné sa décision."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} : {self.get_step_display()}"


class UsagerEntry(models.Model):
    """Who did what to the file of an usager, and when; never rewritten."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    usager = models.ForeignKey(Usager, models.CASCADE, related_name="journal")
    verb = models.CharField(_("acte"), max_length=20, choices=UsagerVerb.choices)
    at = models.DateTimeField(_("date"))
    by = models.ForeignKey(Agent, models.SET_NULL, related_name="+", null=True, db_index=False)
    details = models.JSONField(_("détails"), default=dict, blank=True)

    class Meta:
        verbose_name = _("acte sur une fiche d’usager")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verb__in=UsagerVerb.values), name="usager_entry_verb"
            ),
        ]

    def __str__(self) -> str:
        return self.get_verb_display()


class MergeQuerySet(models.QuerySet["Merge"]):
    def that_can_be_undone(self) -> Self:
        """Neither file has been changed since. Same rule as `Merge.can_be_undone`."""
        return self.filter(
            undone_at=None,
            absorbed__merged_into=F("kept"),
            kept__merged_into=None,
            kept__version=F("kept_version"),
        )


class Merge(models.Model):
    """Two files made one, with what is needed to make two of them again."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    kept = models.ForeignKey(Usager, models.CASCADE, related_name="merges_in")
    absorbed = models.ForeignKey(Usager, models.CASCADE, related_name="merges_away")
    at = models.DateTimeField(_("date"))
    by = models.ForeignKey(Agent, models.SET_NULL, related_name="+", null=True, db_index=False)
    # The identity of the kept file before; the absorbed file keeps its own.
    kept_before = models.JSONField(_("identité d’avant"))
    # `contacts.demande.usager` → keys of the rows that changed hands.
    moved = models.JSONField(_("lignes déplacées"), encoder=DjangoJSONEncoder)
    # The version that the merge gave to the kept file.
    kept_version = models.PositiveIntegerField()
    undone_at = models.DateTimeField(_("défaite le"), null=True)
    undone_by = models.ForeignKey(
        Agent, models.SET_NULL, related_name="+", null=True, db_index=False
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("réunion de fiches")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kept=F("absorbed")),
                name="merge_of_two",
                violation_error_message=_("Une fiche ne se réunit pas avec elle-même."),
            ),
            models.UniqueConstraint(
                "absorbed",
                condition=Q(undone_at=None),
                name="merge_once",
                violation_error_message=_("Cette fiche a déjà été réunie avec une autre."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed} → {self.kept}"

    @property
    def can_be_undone(self) -> bool:
        return (
            self.undone_at is None
            and self.absorbed.merged_into_id == self.kept_id
            and self.kept.merged_into_id is None
            and self.kept.version == self.kept_version
        )


class NotSame(models.Model):
    """Two files that look alike and are two persons: somebody said so."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    # The older of the two first.
    first = models.ForeignKey(Usager, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Usager, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("date"))
    by = models.ForeignKey(Agent, models.SET_NULL, related_name="+", null=True, db_index=False)

    class Meta:
        verbose_name = _("fiches distinctes")
        constraints = [
            models.UniqueConstraint("first", "second", name="not_same_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="not_same_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
