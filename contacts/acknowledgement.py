"""The acknowledgement that the law wants: who it is owed to, and all that it must say.

CRPA, L110-1 (a réclamation is a demande, a suggestion is not), L112-3 (every demande gets one),
R112-5 (what it says), L231-4 (silence on a réclamation is a refusal after two months).
"""

import calendar
from dataclasses import dataclass
from datetime import date

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from contacts.enums import Nature
from contacts.models import Demande
from directory.models import Agent, Service

MONTHS_OF_SILENCE = 2


@dataclass(frozen=True)
class Desk:
    """The service in charge as the usager can reach it; what its page lacks is its parent's."""

    name: str
    address: str
    phone: str
    email: str


@dataclass(frozen=True)
class Acknowledgement:
    """All the words of R112-5 for one demande."""

    demande: Demande
    desk: Desk
    agent: Agent
    refused_on: date

    @property
    def missing(self) -> list[str]:
        """What must be known of the service and is not; an e-mail address is optional."""
        wanted = {_("adresse postale"): self.desk.address, _("téléphone"): self.desk.phone}
        return [label for label, value in wanted.items() if not value.strip()]

    @property
    def subject(self) -> str:
        return _("Accusé de réception de votre réclamation %(reference)s") % {
            "reference": self.demande.reference
        }

    @property
    def text(self) -> str:
        context = {"acknowledgement": self, "demande": self.demande, "desk": self.desk}
        return render_to_string("contacts/mail/acknowledgement.txt", context).strip()


def is_owed(demande: Demande) -> bool:
    """Only a réclamation for now: what a démarche leads to depends on its procedure."""
    return demande.nature == Nature.RECLAMATION


def acknowledgement_of(demande: Demande, *, by: Agent) -> Acknowledgement:
    return Acknowledgement(
        demande=demande,
        desk=desk_of(demande.service),
        agent=by,
        refused_on=months_after(demande.received_on, MONTHS_OF_SILENCE),
    )


def desk_of(service: Service) -> Desk:
    """The service, completed by the nearest above it that says what it does not."""
    services = {one.pk: one for one in Service.objects.filter(organisation=service.organisation_id)}
    line = []
    here: Service | None = service
    while here and here not in line:
        line.append(here)
        here = services.get(here.parent_id or 0)

    def nearest(column: str) -> str:
        return next((value for one in line if (value := getattr(one, column))), "")

    return Desk(service.name, nearest("address"), nearest("phone"), nearest("email"))


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day when it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
