"""A place in the queue of one day, and the instants of its life."""

import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Case, ExpressionWrapper, F, IntegerField, Q, When
from django.db.models.functions import Extract, Floor
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation, Service
from waiting.enums import Reason, State
from waiting.models.room import WaitingRoom

COUNTER_MAX = 20
SEEN = Q(called_at__isnull=False, left_at__isnull=True)
WAITED = ExpressionWrapper(F("called_at") - F("arrived_at"), output_field=models.DurationField())
# Whole minutes waited (rounded down); null for whoever was not seen.
MINUTES = Case(When(SEEN, then=Floor(Extract(WAITED, "epoch") / 60)), output_field=IntegerField())


class TicketQuerySet(models.QuerySet["Ticket"]):
    def of_room(self, room: WaitingRoom, day: date) -> Self:
        """Tickets of one day: what yesterday left behind never comes back."""
        return self.filter(organisation=room.organisation_id, room=room, day=day)

    def waiting(self) -> Self:
        return self.filter(called_at__isnull=True, left_at__isnull=True)

    def being_served(self) -> Self:
        return self.filter(called_at__isnull=False, ended_at__isnull=True, left_at__isnull=True)

    def seen(self) -> Self:
        """Called, and there: those whose wait is counted (counting rule 10)."""
        return self.filter(SEEN)

    def gone(self) -> Self:
        return self.filter(left_at__isnull=False)

    def in_turn(self) -> Self:
        """Priority tickets first, each group in order of arrival."""
        return self.order_by("-priority", "number")


class Ticket(models.Model):
    """A number given on arrival. It names nobody, and why it is first is forgotten at its end."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    room = models.ForeignKey(WaitingRoom, models.PROTECT, related_name="+", db_index=False)
    # The room's service on that day: figures of the past stay where they were.
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    day = models.DateField(_("jour"))
    number = models.PositiveIntegerField(_("numéro"))
    priority = models.BooleanField(_("prioritaire"), default=False)
    reason = models.CharField(
        _("motif de priorité"), max_length=10, choices=Reason.choices, blank=True
    )
    # What the room aimed at on that day: changing the aim does not judge the past anew.
    target_minutes = models.PositiveSmallIntegerField(_("attente visée"))
    arrived_at = models.DateTimeField(_("arrivée"))
    called_at = models.DateTimeField(_("appel"), null=True)
    announced_at = models.DateTimeField(_("dernière annonce"), null=True)
    counter = models.CharField(_("guichet"), max_length=COUNTER_MAX, blank=True)
    ended_at = models.DateTimeField(_("fin"), null=True)
    left_at = models.DateTimeField(_("départ sans être reçu"), null=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        constraints = [
            models.UniqueConstraint(
                "room",
                "day",
                "number",
                name="ticket_number_unique",
                violation_error_message=_("Ce numéro a déjà été donné aujourd’hui."),
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="ticket_number_from_one"),
            models.CheckConstraint(
                condition=Q(reason__in=["", *Reason.values]), name="ticket_reason"
            ),
            models.CheckConstraint(
                condition=Q(called_at__isnull=True) | Q(called_at__gte=F("arrived_at")),
                name="ticket_called_after_arrival",
                violation_error_message=_("L’appel précède l’arrivée."),
            ),
            models.CheckConstraint(
                condition=Q(called_at__isnull=True, announced_at__isnull=True, counter="")
                | (Q(called_at__isnull=False, announced_at__gte=F("called_at")) & ~Q(counter="")),
                name="ticket_call_names_its_counter",
                violation_error_message=_("Un appel nomme son guichet."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | Q(called_at__isnull=False, ended_at__gte=F("called_at")),
                name="ticket_ended_after_call",
                violation_error_message=_("La fin précède l’appel."),
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True)
                | Q(ended_at__isnull=True, left_at__gte=F("arrived_at")),
                name="ticket_left_without_end",
                violation_error_message=_("Une personne reçue n’est pas partie sans être reçue."),
            ),
            models.CheckConstraint(
                condition=Q(reason="")
                | Q(
                    priority=True,
                    ended_at__isnull=True,
                    left_at__isnull=True,
                ),
                name="ticket_reason_is_forgotten",
                violation_error_message=_(
                    "Le motif de priorité ne se garde que le temps d’un ticket prioritaire."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "room", "day"], name="ticket_queue_page"),
            models.Index(
                fields=["organisation", "day"],
                include=["service", "arrived_at", "called_at", "left_at", "target_minutes"],
                name="ticket_figures",
            ),
        ]

    def __str__(self) -> str:
        return f"n° {self.number}"

    @property
    def state(self) -> State:
        if self.left_at:
            return State.GONE
        if self.ended_at:
            return State.ENDED
        return State.CALLED if self.called_at else State.WAITING

    def minutes_waited(self, now: datetime) -> int:
        """Whole minutes up to the call, or up to `now` for who still waits (rounded down)."""
        return max(0, int(((self.called_at or now) - self.arrived_at).total_seconds() // 60))
