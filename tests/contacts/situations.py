"""Réclamations, their categories, and the services that answer them."""

from typing import Any

from contacts.enums import ComplaintFamily, Nature
from contacts.models import Complaint, ComplaintCategory, Demande, Usager
from directory.models import Organisation, Service
from tests import factories


def make_category(
    organisation: Organisation, family: str = ComplaintFamily.DELAY, name: str = "File d’attente"
) -> ComplaintCategory:
    return ComplaintCategory.objects.create(organisation=organisation, family=family, name=name)


def make_reclamation(service: Service, *args: Any, **fields: Any) -> Demande:
    return factories.make_demande(service, *args, nature=Nature.RECLAMATION, **fields)


def make_complaint(
    demande: Demande, family: str = ComplaintFamily.DELAY, **fields: Any
) -> Complaint:
    return Complaint.objects.create(
        organisation_id=demande.organisation_id, demande=demande, family=family, **fields
    )


def with_address(service: Service) -> Service:
    service.address, service.phone = (
        "1 place de l’Hôtel-de-Ville\n12340 Saint-Aubin",
        "01 99 00 12 00",
    )
    service.save(update_fields=["address", "phone"])
    return service


def make_usager(organisation: Organisation, **fields: Any) -> Usager:
    told = {"full_name": "Dominique Perrin", "email": "d.perrin@usager.example", **fields}
    return Usager.objects.create(organisation=organisation, **told)
