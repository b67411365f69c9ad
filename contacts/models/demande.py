"""The demande: what an usager asks, when it was received, and when each clock stopped."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contacts.enums import Channel, CloseReason, Nature
from contacts.models.intake import ImportBatch
from contacts.models.usager import Usager
from directory.models import Agent, Motif, Organisation, Service, WorkingDay

ONE_MINUTE = Value("1 minute", output_field=models.DurationField())
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference_from(key: uuid.UUID) -> str:
    """A reference to read aloud (no I, L, O or U), drawn from the key: `7K3M-92QX-AB`."""
    number = key.int >> 78
    letters = [CROCKFORD[number >> shift & 31] for shift in range(0, 50, 5)]
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))


class DemandeQuerySet(models.QuerySet["Demande"]):
    def open(self) -> Self:
        return self.filter(closed_on__isnull=True)

    def overdue(self, on: date) -> Self:
        """Open, and owed on a working day that a later working day up to `on` has followed.

        Same rule as `Demande.is_overdue`: a reply given on the closed days just after a deadline is
        still in time (counting rules 2 and 3).
        """
        followed = WorkingDay.objects.filter(
            calendar=models.OuterRef("service__calendar"),
            day__gt=models.OuterRef("due_on"),
            day__lte=on,
            is_working=True,
        )
        return self.open().filter(due_on__lt=on).filter(models.Exists(followed))

    def by_urgency(self) -> Self:
        """Fewest working days left first; what owes nothing last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")

    def for_list(self) -> Self:
        return self.select_related("service__calendar", "motif__parent", "usager")


class Demande(models.Model):
    """One clock of a demande; a reopening is a new row of the same reference (`round` 2, 3…).

    The columns `first_reply_*`, `merits_*` and `announced_*` follow the replies: a statement
    trigger writes them whatever wrote the reply. `first_reply_limit` and `first_reply_due_on`
    follow the target and the calendar while the demande is open.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    reference = models.CharField(_("référence"), max_length=64)
    round = models.PositiveSmallIntegerField(_("ouverture"), default=1)

    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("service"), related_name="+", db_index=False
    )
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices)
    nature = models.CharField(
        _("nature"), max_length=12, choices=Nature.choices, default=Nature.INFORMATION
    )
    motif = models.ForeignKey(
        Motif, models.PROTECT, verbose_name=_("motif"), related_name="+", null=True, blank=True
    )
    usager = models.ForeignKey(
        Usager,
        models.SET_NULL,
        verbose_name=_("usager"),
        related_name="demandes",
        null=True,
        blank=True,
    )
    subject = models.CharField(_("objet"), max_length=250, blank=True)

    letter_on = models.DateField(_("date de la lettre"), null=True, blank=True)
    received_at = models.DateTimeField(_("reçue à"))
    received_on = models.DateField(_("reçue le"))
    registered_at = models.DateTimeField(_("enregistrée le"), db_default=Now())

    first_reply_at = models.DateTimeField(_("première réponse à"), null=True, editable=False)
    first_reply_on = models.DateField(_("première réponse le"), null=True, editable=False)
    merits_at = models.DateTimeField(_("réponse au fond à"), null=True, editable=False)
    merits_on = models.DateField(_("réponse au fond le"), null=True, editable=False)
    announced_at = models.DateTimeField(_("échéance annoncée"), null=True, editable=False)
    announced_on = models.DateField(_("date annoncée"), null=True, editable=False)
    closed_at = models.DateTimeField(_("close à"), null=True, editable=False)
    closed_on = models.DateField(_("close le"), null=True, editable=False)
    close_reason = models.CharField(
        _("motif de clôture"), max_length=20, choices=CloseReason.choices, blank=True
    )

    first_reply_limit = models.PositiveSmallIntegerField(
        _("délai cible"), null=True, editable=False
    )
    first_reply_due_on = models.DateField(
        _("première réponse attendue le"), null=True, editable=False
    )
    due_on = models.GeneratedField(
        verbose_name=_("échéance"),
        expression=Case(
            When(Q(closed_on__isnull=False) | Q(merits_on__isnull=False), then=Value(None)),
            When(first_reply_on__isnull=True, then=F("first_reply_due_on")),
            default=F("announced_on"),
            output_field=models.DateField(),
        ),
        output_field=models.DateField(),
        db_persist=True,
    )

    assigned_to = models.ForeignKey(
        Agent,
        models.SET_NULL,
        verbose_name=_("attribuée à"),
        related_name="+",
        null=True,
        db_index=False,
        editable=False,
    )
    united_with = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("réunie avec"),
        related_name="+",
        null=True,
        db_index=False,
        editable=False,
    )
    created_by = models.ForeignKey(
        Agent, models.SET_NULL, related_name="+", null=True, db_index=False, editable=False
    )
    import_batch = models.ForeignKey(
        ImportBatch, models.SET_NULL, related_name="+", null=True, db_index=False, editable=False
    )

    objects = DemandeQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande")
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "reference",
                "round",
                name="demande_reference_unique",
                violation_error_message=_("Une demande porte déjà cette référence."),
            ),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="demande_channel"),
            models.CheckConstraint(condition=Q(nature__in=Nature.values), name="demande_nature"),
            models.CheckConstraint(
                condition=Q(received_on__gte=date(2000, 1, 1)),
                name="demande_received_since_2000",
                violation_error_message=_("La date de réception est antérieure à l’an 2000."),
            ),
            models.CheckConstraint(
                condition=Q(received_at__lte=F("registered_at") + ONE_MINUTE),
                name="demande_not_received_in_future",
                violation_error_message=_("La date de réception est dans le futur."),
            ),
            models.CheckConstraint(
                condition=Q(letter_on__isnull=True) | Q(letter_on__lte=F("received_on")),
                name="demande_letter_before_receipt",
                violation_error_message=_("La lettre est datée d’après sa réception."),
            ),
            models.CheckConstraint(
                condition=Q(first_reply_at__isnull=True, first_reply_on__isnull=True)
                | Q(
                    first_reply_at__isnull=False,
                    first_reply_on__isnull=False,
                    first_reply_at__gte=F("received_at"),
                ),
                name="demande_reply_after_receipt",
                violation_error_message=_(
                    "La réponse est datée d’avant la réception de la demande."
                ),
            ),
            models.CheckConstraint(
                condition=Q(first_reply_on__isnull=True) | Q(first_reply_on__gte=F("received_on")),
                name="demande_reply_day_after_receipt",
                violation_error_message=_(
                    "La réponse est datée d’avant la réception de la demande."
                ),
            ),
            models.CheckConstraint(
                condition=Q(merits_on__isnull=True, merits_at__isnull=True)
                | Q(
                    merits_at__isnull=False,
                    merits_on__isnull=False,
                    first_reply_on__isnull=False,
                    merits_on__gte=F("first_reply_on"),
                ),
                name="demande_merits_is_a_reply",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_on__isnull=True)
                | Q(
                    closed_at__isnull=False,
                    closed_on__isnull=False,
                    closed_at__gte=F("received_at"),
                    closed_on__gte=F("received_on"),
                ),
                name="demande_closed_after_receipt",
                violation_error_message=_("La clôture est datée d’avant la réception."),
            ),
            models.CheckConstraint(
                condition=Q(united_with__isnull=True)
                | Q(closed_on__isnull=False, close_reason=CloseReason.DUPLICATE),
                name="demande_united_is_a_duplicate",
                violation_error_message=_("Une demande réunie avec une autre est un doublon clos."),
            ),
            models.CheckConstraint(
                condition=~Q(united_with=F("id")), name="demande_not_united_with_itself"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "service", "channel", "nature", "received_on"],
                name="demande_recount_cell",
            ),
            models.Index(
                fields=["organisation", "due_on", "id"],
                condition=Q(closed_on__isnull=True),
                name="demande_list_to_handle",
            ),
            models.Index(
                fields=["organisation", "assigned_to", "due_on", "id"],
                condition=Q(closed_on__isnull=True, assigned_to__isnull=False),
                name="demande_list_mine",
            ),
            models.Index(
                fields=["organisation", "united_with"],
                condition=Q(united_with__isnull=False),
                name="demande_page_united",
            ),
            models.Index(
                fields=["organisation", "-received_on", "-id"], name="demande_list_received"
            ),
            # What an agent entered last: the motifs proposed first at the next entry.
            models.Index(
                fields=["organisation", "created_by", "-id"],
                condition=Q(created_by__isnull=False),
                name="demande_entered_by",
            ),
            models.Index(
                fields=["organisation", "closed_on"],
                condition=Q(closed_on__isnull=False),
                name="demande_team_closed",
            ),
            models.Index(
                fields=["organisation", "-received_on", "-id"],
                condition=Q(nature__in=[Nature.RECLAMATION, Nature.SUGGESTION]),
                name="demande_register",
            ),
            models.Index(
                fields=["organisation", "service", "received_on"],
                condition=Q(
                    announced_on__isnull=False, merits_on__isnull=True, closed_on__isnull=True
                ),
                name="demande_open_announced",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    def is_overdue(self, on: date) -> bool:
        """Same rule as `DemandeQuerySet.overdue`, for one row."""
        if not self.is_open or self.due_on is None or self.due_on >= on:
            return False
        return WorkingDay.objects.filter(
            calendar=self.service.calendar_id, day__gt=self.due_on, day__lte=on, is_working=True
        ).exists()
