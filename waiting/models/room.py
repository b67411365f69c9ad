"""A room where people wait for a service, and the links of its tablet and its screen."""

import secrets
import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.models import Organisation, Service
from waiting.enums import Link

# No national text sets a waiting time: this default is the product's own, and screens say so.
DEFAULT_TARGET = 15
LONGEST_TARGET = 240


def new_code() -> str:
    """144 bits: what opens a public page cannot be guessed."""
    return secrets.token_urlsafe(18)


class WaitingRoomQuerySet(models.QuerySet["WaitingRoom"]):
    def in_use(self) -> Self:
        return self.filter(is_active=True)

    def for_page(self) -> Self:
        """Read shape of every page of a room: its service's calendar tells the day."""
        return self.select_related("organisation", "service__calendar")


class WaitingRoom(models.Model):
    """Where people wait for one service. Several rooms may serve the same service."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", db_index=False)
    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("service"), related_name="+"
    )
    name = models.CharField(_("nom"), max_length=80)
    target_minutes = models.PositiveSmallIntegerField(
        _("attente visée, en minutes"), default=DEFAULT_TARGET
    )
    is_active = models.BooleanField(_("en service"), default=True)
    tablet_code = models.CharField(max_length=32, unique=True, null=True, editable=False)
    screen_code = models.CharField(max_length=32, unique=True, null=True, editable=False)

    objects = WaitingRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("file d’attente")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "name",
                name="room_name_unique",
                violation_error_message=_("Une file d’attente porte déjà ce nom."),
            ),
            models.CheckConstraint(
                condition=Q(target_minutes__gte=1, target_minutes__lte=LONGEST_TARGET),
                name="room_target",
                violation_error_message=_("L’attente visée va de 1 à 240 minutes."),
            ),
            models.CheckConstraint(
                condition=~Q(tablet_code="") & ~Q(screen_code=""),
                name="room_codes_are_something",
                violation_error_message=_("Un lien retiré n’a plus de code."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def today(self, now: datetime) -> date:
        """The day of the service's own time zone: numbers start again with it."""
        return self.service.calendar.day_of(now)

    def code_of(self, link: Link) -> str | None:
        return self.tablet_code if link == Link.TABLET else self.screen_code
