"""A file that came with a demande, or that an agent added to it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.enums import ScanState
from contacts.models.demande import Demande
from contacts.models.exchange import Contact, Reply
from contacts.models.note import Note
from directory.models import Agent, Organisation

READABLE = (ScanState.NOT_SCANNED, ScanState.CLEAN)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def standing(self) -> "AttachmentQuerySet":
        """Those that were not taken away; removing only marks."""
        return self.filter(removed_at__isnull=True)

    def for_list(self) -> "AttachmentQuerySet":
        return self.select_related("agent").order_by("-pk")


class Attachment(models.Model):
    """Kept under a name of our own, given back under the one it came with.

    It belongs to a demande, and to one entry of it at most: a message, a reply or a note.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    demande = models.ForeignKey(Demande, models.CASCADE, related_name="attachments")
    contact = models.ForeignKey(
        Contact, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    reply = models.ForeignKey(Reply, models.SET_NULL, related_name="+", null=True, db_index=False)
    note = models.ForeignKey(Note, models.SET_NULL, related_name="+", null=True, db_index=False)
    name = models.CharField(_("nom"), max_length=160)
    stored_as = models.CharField(max_length=160, unique=True)
    sha256 = models.CharField(_("empreinte"), max_length=64)
    size = models.PositiveBigIntegerField(_("taille"))
    media_type = models.CharField(_("type"), max_length=100)
    state = models.CharField(_("analyse"), max_length=12, choices=ScanState.choices)
    signature = models.CharField(_("virus reconnu"), max_length=200, blank=True)
    scanned_at = models.DateTimeField(_("analysée le"), null=True)
    attempts = models.PositiveIntegerField(_("essais"), default=0)
    next_try_at = models.DateTimeField(_("prochain essai le"))
    last_error = models.CharField(_("dernière erreur"), max_length=500, blank=True)
    removed_at = models.DateTimeField(_("retirée le"), null=True)
    agent = models.ForeignKey(Agent, models.SET_NULL, related_name="+", null=True, db_index=False)
    at = models.DateTimeField(_("ajoutée le"))

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("pièce jointe")
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="attachment_not_empty",
                violation_error_message=_("Ce fichier est vide."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=ScanState.values), name="attachment_state"
            ),
            models.CheckConstraint(
                condition=Q(contact=None, reply=None)
                | Q(contact=None, note=None)
                | Q(reply=None, note=None),
                name="attachment_of_one_entry",
            ),
            models.CheckConstraint(
                condition=Q(state=ScanState.INFECTED) | Q(signature=""),
                name="attachment_signature_is_of_a_virus",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "next_try_at"],
                condition=Q(
                    state__in=(ScanState.NOT_SCANNED, ScanState.WAITING), removed_at__isnull=True
                ),
                name="attachment_to_scan",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_readable(self) -> bool:
        """May be given back: found clean, or no antivirus is there to look."""
        return self.removed_at is None and self.state in READABLE
