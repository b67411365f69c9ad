"""The register: what was found of a réclamation or a suggestion, and what was done about it."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contacts.enums import ComplaintCause, ComplaintFamily, ComplaintOutcome
from contacts.models.demande import Demande
from directory.models import Agent, Organisation


class ComplaintCategory(models.Model):
    """The second level of the tree, each organisation's own; the first is `ComplaintFamily`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    family = models.CharField(_("famille"), max_length=16, choices=ComplaintFamily.choices)
    name = models.CharField(_("intitulé"), max_length=120)
    is_active = models.BooleanField(_("proposée à la saisie"), default=True)

    class Meta:
        verbose_name = _("catégorie de réclamation")
        ordering = ["family", "name"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "family",
                "name",
                name="complaint_category_unique",
                violation_error_message=_("Une catégorie porte déjà ce nom dans cette famille."),
            ),
            models.CheckConstraint(
                condition=Q(family__in=ComplaintFamily.values), name="complaint_category_family"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Complaint(models.Model):
    """One line of the register, made when someone qualifies a réclamation or a suggestion.

    It stays when the demande is requalified as something else: the register no longer shows it.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    demande = models.OneToOneField(Demande, models.CASCADE, related_name="complaint")
    family = models.CharField(_("famille"), max_length=16, choices=ComplaintFamily.choices)
    category = models.ForeignKey(
        ComplaintCategory, models.PROTECT, verbose_name=_("catégorie"), related_name="+", null=True
    )
    cause = models.CharField(_("cause"), max_length=16, choices=ComplaintCause.choices, blank=True)
    cause_text = models.TextField(_("précision sur la cause"), blank=True)
    outcome = models.CharField(
        _("conclusion"), max_length=12, choices=ComplaintOutcome.choices, blank=True
    )
    remedy = models.TextField(_("remède apporté"), blank=True)
    # Words or an address: actions are not rows of the product yet.
    action_reference = models.CharField(_("action décidée"), max_length=300, blank=True)
    qualified_at = models.DateTimeField(_("qualifiée le"), db_default=Now())
    qualified_by = models.ForeignKey(
        Agent, models.SET_NULL, related_name="+", null=True, db_index=False
    )

    class Meta:
        verbose_name = _("ligne du registre des réclamations")
        constraints = [
            models.CheckConstraint(
                condition=Q(family__in=ComplaintFamily.values), name="complaint_family"
            ),
            models.CheckConstraint(
                condition=Q(cause__in=["", *ComplaintCause.values]), name="complaint_cause"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *ComplaintOutcome.values]), name="complaint_outcome"
            ),
        ]

    def __str__(self) -> str:
        return self.get_family_display()
