"""The information notice: what the GDPR wants people told before they answer."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation

NOTICE_FIELDS = [
    "controller",
    "purpose",
    "legal_basis",
    "recipients",
    "retention",
    "rights_contact",
]


class NoticeText(models.Model):
    """The words of a notice (GDPR, article 13); may be incomplete while a survey is prepared."""

    controller = models.CharField(
        _("responsable du traitement"),
        max_length=300,
        blank=True,
        help_text=_("L’organisme qui décide de l’enquête, avec son adresse."),
    )
    purpose = models.TextField(
        _("finalité"), max_length=2000, blank=True, help_text=_("À quoi serviront les réponses.")
    )
    legal_basis = models.CharField(
        _("base légale"),
        max_length=300,
        blank=True,
        help_text=_("Par exemple : mission d’intérêt public (article 6.1.e du RGPD)."),
    )
    recipients = models.TextField(
        _("destinataires"), max_length=2000, blank=True, help_text=_("Qui lira les réponses.")
    )
    retention = models.CharField(
        _("durée de conservation"),
        max_length=300,
        blank=True,
        help_text=_("Par exemple : deux ans après la réponse."),
    )
    rights_contact = models.TextField(
        _("contact pour exercer ses droits"),
        max_length=2000,
        blank=True,
        help_text=_(
            "Délégué à la protection des données ou service : adresse postale ou courriel."
        ),
    )

    class Meta:
        abstract = True

    def words(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in NOTICE_FIELDS}

    def missing(self) -> list[str]:
        """Labels of the fields still empty."""
        empty = [name for name, text in self.words().items() if not text.strip()]
        return [str(self._meta.get_field(name).verbose_name) for name in empty]  # type: ignore[union-attr]


def complete() -> Q:
    said = Q()
    for name in NOTICE_FIELDS:
        said &= Q(**{f"{name}__regex": r"\S"})
    return said


class Notice(NoticeText):
    """A version of the notice as it was shown: complete, and never changed."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    survey = models.ForeignKey("surveys.Survey", models.CASCADE, related_name="notices")
    version = models.PositiveSmallIntegerField(_("version"))
    published_at = models.DateTimeField(_("publiée le"))

    class Meta:
        verbose_name = _("mention d’information")
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(
                "survey",
                "version",
                name="notice_version_unique",
                violation_error_message=_("Cette version de la mention existe déjà."),
            ),
            models.CheckConstraint(
                condition=complete(),
                name="notice_complete",
                violation_error_message=_("La mention d’information est incomplète."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Version %(version)s")) % {"version": self.version}
