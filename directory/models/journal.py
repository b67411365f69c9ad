"""The journal of the annuaire: who changed what figures are counted by, when and why."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from directory.enums import ChangeVerb
from directory.models.agent import Agent
from directory.models.organisation import Organisation


class Change(models.Model):
    """One act on what is counted, written in its transaction by the action that does it.

    A trigger refuses to change or remove it; only the erasing of a whole organisation takes it
    away, and only the loss of an account empties `by`. Null is a command, or an account since lost.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(_("date"), db_default=Now())
    by = models.ForeignKey(Agent, models.SET_NULL, related_name="+", null=True, db_index=False)
    verb = models.CharField(_("acte"), max_length=24, choices=ChangeVerb.choices)
    # The name of what was changed, as it was then.
    what = models.CharField(_("objet"), max_length=400)
    why = models.CharField(_("raison"), max_length=250, blank=True)
    # Field → [before, after], in words as people read them that day; null is nothing.
    details = models.JSONField(_("détails"), default=dict, blank=True)

    class Meta:
        verbose_name = _("acte du journal de l’annuaire")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verb__in=ChangeVerb.values), name="change_verb"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-at", "-id"], name="change_page")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} : {self.what}"
