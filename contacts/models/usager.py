"""The person who asks; a demande may have none."""

import uuid
from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Reverse, Upper
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation


class UsagerQuerySet(models.QuerySet["Usager"]):
    def standing(self) -> Self:
        """Those that have not been merged into another."""
        return self.filter(merged_into=None)


class Usager(models.Model):
    """A merged usager stays as it was, for whoever writes again from its old address."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    full_name = models.CharField(_("nom"), max_length=160, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    # E.164, or the digits of a short number (3939): see `contacts.phones`.
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    # Goes up at each change of the identity, a merge and its undoing included.
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # Always somebody who stands: merging them in turn brings those behind along.
    merged_into = models.ForeignKey(
        "self", models.CASCADE, related_name="merged", null=True, editable=False, db_index=False
    )
    # Words of the name without case nor accents, sorted; kept by PostgreSQL whatever writes.
    name_words = models.GeneratedField(
        expression=Func(F("full_name"), function="contacts_name_words"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = UsagerQuerySet.as_manager()

    class Meta:
        verbose_name = _("usager")
        constraints = [
            models.CheckConstraint(
                condition=Q(phone__regex=r"^(\+[1-9][0-9]{4,14}|[0-9]{0,6})$"),
                name="usager_phone_form",
                violation_error_message=_("Ce numéro de téléphone n’est pas valide."),
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("pk")),
                name="usager_not_merged_into_itself",
                violation_error_message=_("Une fiche ne se réunit pas avec elle-même."),
            ),
        ]
        indexes = [
            models.Index(
                "merged_into", name="usager_merged_behind", condition=Q(merged_into__isnull=False)
            ),
            GinIndex("name_words", name="usager_search_name", fastupdate=False),
            models.Index("organisation", "name_words", name="usager_same_name"),
            models.Index(
                "organisation",
                OpClass(Upper("email"), "text_pattern_ops"),
                name="usager_search_email",
            ),
            models.Index(
                "organisation",
                OpClass("phone", "varchar_pattern_ops"),
                name="usager_search_phone",
            ),
            models.Index(
                "organisation",
                OpClass(Reverse("phone"), "text_pattern_ops"),
                name="usager_search_last_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email or self.phone or str(_("Usager sans nom"))
