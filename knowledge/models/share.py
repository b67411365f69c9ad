"""An annuaire that one organisation shows to another, once both have agreed."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.models import Agent, Organisation


class AnnuaireShareQuerySet(models.QuerySet["AnnuaireShare"]):
    def standing(self) -> Self:
        """Proposed or agreed, not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def in_force(self) -> Self:
        """Agreed by both sides, and withdrawn by neither."""
        return self.standing().filter(accepted_at__isnull=False)


class AnnuaireShare(models.Model):
    """`organisation` shows its services to `shown_to`. Each step stays: who took it, and when."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    # The database removes the row with either organisation: see the first migration.
    shown_to = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", db_constraint=False
    )
    proposed_at = models.DateTimeField(_("proposé le"))
    proposed_by = models.ForeignKey(
        Agent, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    accepted_at = models.DateTimeField(_("accepté le"), null=True)
    accepted_by = models.ForeignKey(
        Agent, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True)
    withdrawn_by = models.ForeignKey(
        Agent, models.SET_NULL, related_name="+", null=True, db_index=False
    )

    objects = AnnuaireShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("annuaire partagé")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(organisation=F("shown_to")),
                name="share_with_another",
                violation_error_message=_("Une organisation ne se partage pas son annuaire."),
            ),
            models.UniqueConstraint(
                F("organisation"),
                F("shown_to"),
                condition=Q(withdrawn_at__isnull=True),
                name="share_standing_once",
                violation_error_message=_("Cet annuaire lui est déjà proposé ou partagé."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(accepted_at__gte=F("proposed_at")),
                name="share_accepted_after_proposal",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("proposed_at")),
                name="share_withdrawn_after_proposal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.shown_to}"
