"""How a survey reaches people: a personal link, or a QR code for everyone at a service."""

import hashlib
import secrets
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contacts.enums import Channel
from contacts.models import Demande
from directory.models import Agent, Organisation, Service
from surveys.enums import LinkState, Mode, Privacy, Status
from surveys.models.survey import Survey

TOKEN_BYTES = 24  # 192 bits; the floor is 128


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of a token: drawn at random, it needs neither salt nor slowness."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    return secrets.token_urlsafe(12)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def for_answering(self) -> Self:
        """Read shape of the answer page."""
        return self.select_related(
            "survey__organisation",
            "survey__notice",
            "service__calendar",
            "service__merged_into__calendar",
            "sheet",
        )


class Invitation(models.Model):
    """The right to answer once, given to someone. Only the hash of its token is kept."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations", db_index=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", db_index=False)
    demande = models.ForeignKey(
        Demande, models.SET_NULL, verbose_name=_("demande"), related_name="+", null=True
    )
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices)
    mode = models.CharField(
        _("mode de diffusion"), max_length=6, choices=Mode.choices, default=Mode.LINK
    )
    token_hash = models.CharField(_("empreinte du jeton"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("créée à"))
    invited_on = models.DateField(_("créée le"))
    expires_at = models.DateTimeField(_("expire à"))
    # No instant: for an anonymous survey, "used" and the answer stay two facts without a link.
    is_used = models.BooleanField(_("utilisée"), default=False)
    created_by = models.ForeignKey(
        Agent, models.SET_NULL, related_name="+", null=True, db_index=False
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        constraints = [
            models.UniqueConstraint(
                "survey",
                "demande",
                name="invitation_one_per_demande",
                violation_error_message=_("Cette demande a déjà son invitation à cette enquête."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="invitation_expires_later",
                violation_error_message=_("Une invitation expire après sa création."),
            ),
            models.CheckConstraint(
                condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"),  # noqa: S106 - a pattern
                name="invitation_token_is_hashed",
                violation_error_message=_("Le jeton se garde sous forme d’empreinte."),
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="invitation_channel"
            ),
        ]
        indexes = [
            models.Index(
                fields=["survey", "service", "invited_on"],
                include=["channel", "is_used"],
                name="invitation_response_rate",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.invited_on:%d/%m/%Y}"

    def state(self, at: datetime) -> LinkState:
        """What opening the link leads to at that instant (counting rule 20)."""
        if self.is_used:
            sheet = getattr(self, "sheet", None)
            correctable = self.survey.is_open and sheet and sheet.is_correctable(at)
            return LinkState.CORRECTABLE if correctable else LinkState.ANSWERED
        if self.survey.status != Status.OPEN:
            return LinkState.NOT_YET if self.survey.is_draft else LinkState.CLOSED
        return LinkState.EXPIRED if at > self.expires_at else LinkState.READY


class QrCodeQuerySet(models.QuerySet["QrCode"]):
    def for_answering(self) -> Self:
        return self.select_related(
            "survey__organisation",
            "survey__notice",
            "service__calendar",
            "service__merged_into__calendar",
        )


class QrCode(models.Model):
    """A poster's QR code: everyone who comes by may answer, and nothing tells them apart."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="qr_codes", db_index=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(
        _("canal"), max_length=10, choices=Channel.choices, default=Channel.GUICHET
    )
    code = models.CharField(_("code"), max_length=32, unique=True)
    created_at = models.DateTimeField(_("créé le"))
    created_by = models.ForeignKey(
        Agent, models.SET_NULL, related_name="+", null=True, db_index=False
    )

    objects = QrCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("QR code")
        constraints = [
            models.UniqueConstraint(
                "survey",
                "service",
                "channel",
                name="qr_code_one_per_service",
                violation_error_message=_("Ce service a déjà son QR code pour cette enquête."),
            ),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="qr_code_channel"),
        ]

    def __str__(self) -> str:
        return self.code

    # A sheet that comes by QR code has no key at all, whatever the survey does with its links.
    privacy = Privacy.ANONYMOUS

    def state(self) -> LinkState:
        if self.survey.status != Status.OPEN:
            return LinkState.NOT_YET if self.survey.is_draft else LinkState.CLOSED
        return LinkState.READY
