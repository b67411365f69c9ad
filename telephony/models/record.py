"""A file of call records: kept until it is confirmed, then only its fingerprint and its counts."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Agent, Organisation
from telephony.enums import RecordFormat


class RecordFile(models.Model):
    """One import. Its bytes wait in `content` for the confirmation and leave with it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    file_name = models.CharField(_("fichier"), max_length=255)
    sha256 = models.CharField(_("empreinte"), max_length=64)
    format = models.CharField(_("format"), max_length=16, choices=RecordFormat.choices)
    in_utc = models.BooleanField(_("heures UTC"), default=False)
    uploaded_at = models.DateTimeField(_("déposé le"))
    uploaded_by = models.ForeignKey(
        Agent, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    content = models.BinaryField(null=True)
    imported_at = models.DateTimeField(_("importé le"), null=True)
    accepted = models.PositiveIntegerField(_("appels repris"), default=0)
    already_present = models.PositiveIntegerField(_("appels déjà présents"), default=0)
    other_lines = models.PositiveIntegerField(_("appels d’autres numéros"), default=0)
    broken = models.PositiveIntegerField(_("lignes refusées"), default=0)

    class Meta:
        verbose_name = _("relevé d’appels")
        constraints = [
            models.CheckConstraint(
                condition=Q(format__in=RecordFormat.values), name="telephony_record_format"
            ),
            models.CheckConstraint(
                condition=Q(imported_at=None, content__isnull=False)
                | Q(imported_at__isnull=False, content=None),
                name="telephony_record_content_until_imported",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-uploaded_at"], name="telephony_record_list")
        ]

    def __str__(self) -> str:
        return self.file_name
