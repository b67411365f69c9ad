"""What happens around a demande: contacts, replies, transfers, and the journal of who did what."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contacts.enums import Channel, ContactKind, Direction, ReplyKind, Told, Verb
from contacts.models.demande import ONE_MINUTE, Demande
from directory.models import Agent, Organisation, Service


class Contact(models.Model):
    """One exchange with the usager."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    demande = models.ForeignKey(Demande, models.CASCADE, related_name="contacts")
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices)
    direction = models.CharField(
        _("sens"), max_length=8, choices=Direction.choices, default=Direction.INBOUND
    )
    kind = models.CharField(
        _("sorte"),
        max_length=8,
        choices=ContactKind.choices,
        default=ContactKind.REQUEST,
        db_default=ContactKind.REQUEST,
    )
    # Made by the client that sends a message: sent twice, it is recorded once.
    key = models.UUIDField(null=True, editable=False)
    at = models.DateTimeField(_("date"))
    text = models.TextField(_("note"), blank=True)
    agent = models.ForeignKey(Agent, models.SET_NULL, related_name="+", null=True, db_index=False)

    class Meta:
        verbose_name = _("contact")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ContactKind.values), name="contact_kind"),
            models.UniqueConstraint(
                fields=["organisation", "key"],
                condition=Q(key__isnull=False),
                name="contact_recorded_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.at:%d/%m/%Y}"


class Reply(models.Model):
    """An outbound act that answers a demande, through any channel (counting rule 4)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    demande = models.ForeignKey(Demande, models.CASCADE, related_name="replies")
    kind = models.CharField(_("type de réponse"), max_length=16, choices=ReplyKind.choices)
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices)
    at = models.DateTimeField(_("répondue à"))
    on_day = models.DateField(_("répondue le"))
    announced_on = models.DateField(_("date annoncée"), null=True, blank=True)
    announced_at = models.DateTimeField(_("échéance annoncée"), null=True, blank=True)
    requests_items = models.BooleanField(_("demande des pièces"), default=False)
    forwarded_to = models.CharField(_("transmise à"), max_length=200, blank=True)
    text = models.TextField(_("réponse"), blank=True)
    agent = models.ForeignKey(Agent, models.SET_NULL, related_name="+", null=True, db_index=False)
    recorded_at = models.DateTimeField(_("saisie le"), db_default=Now())

    class Meta:
        verbose_name = _("réponse")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReplyKind.values), name="reply_kind"),
            models.CheckConstraint(
                condition=Q(at__lte=F("recorded_at") + ONE_MINUTE),
                name="reply_not_in_future",
                violation_error_message=_("La réponse est datée dans le futur."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=ReplyKind.HOLDING) | Q(announced_on__isnull=False),
                name="reply_holding_announces_a_date",
                violation_error_message=_("Une réponse d’attente donne une date annoncée."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=ReplyKind.MERITS) | Q(announced_on__isnull=True),
                name="reply_merits_announces_nothing",
                violation_error_message=_("Une réponse au fond n’annonce pas de nouvelle date."),
            ),
            models.CheckConstraint(
                condition=Q(announced_on__isnull=True) | Q(announced_on__gte=F("on_day")),
                name="reply_announced_date_ahead",
                violation_error_message=_("La date annoncée précède la réponse."),
            ),
            models.CheckConstraint(
                condition=Q(forwarded_to="") | Q(kind=ReplyKind.MERITS),
                name="reply_forwarding_is_on_the_merits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on_day:%d/%m/%Y}"


class Transfer(models.Model):
    """A demande passed between services of the organisation; restarts nothing (counting rule 6)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    demande = models.ForeignKey(Demande, models.CASCADE, related_name="transfers")
    from_service = models.ForeignKey(Service, models.PROTECT, related_name="+", db_index=False)
    to_service = models.ForeignKey(Service, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(_("raison"), max_length=250)
    # Empty when nobody asked: an anonymous demande, an import.
    told = models.CharField(
        _("usager averti"), max_length=10, choices=Told.choices, blank=True, db_default=""
    )
    at = models.DateTimeField(_("date"))
    agent = models.ForeignKey(Agent, models.SET_NULL, related_name="+", null=True, db_index=False)

    class Meta:
        verbose_name = _("transfert")
        constraints = [
            models.CheckConstraint(condition=Q(told__in=["", *Told.values]), name="transfer_told")
        ]

    def __str__(self) -> str:
        return f"{self.from_service} → {self.to_service}"


class JournalEntry(models.Model):
    """Who did what to a demande, and when; written by the action, never changed."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    demande = models.ForeignKey(Demande, models.CASCADE, related_name="journal")
    verb = models.CharField(_("acte"), max_length=16, choices=Verb.choices)
    at = models.DateTimeField(_("date"))
    agent = models.ForeignKey(Agent, models.SET_NULL, related_name="+", null=True, db_index=False)
    details = models.JSONField(_("détails"), default=dict, blank=True)

    class Meta:
        verbose_name = _("acte du journal")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.get_verb_display()
