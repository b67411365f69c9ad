"""Where imported demandes came from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation


class ImportBatch(models.Model):
    """One run of an import; the file itself is not kept, its fingerprint is."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    file_name = models.CharField(_("fichier"), max_length=255)
    sha256 = models.CharField(_("empreinte"), max_length=64)
    imported_at = models.DateTimeField(_("importé le"), auto_now_add=True)
    accepted = models.PositiveIntegerField(_("lignes reprises"), default=0)
    already_present = models.PositiveIntegerField(_("lignes déjà présentes"), default=0)
    refused = models.PositiveIntegerField(_("lignes refusées"), default=0)

    class Meta:
        verbose_name = _("import")

    def __str__(self) -> str:
        return self.file_name
