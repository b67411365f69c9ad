"""A few people known twice, and what some agreed to: something to merge, something to withdraw."""

from datetime import datetime

from contacts.actions.usagers import decide
from contacts.enums import ConsentKind, ConsentStep
from contacts.models import Demande, Usager
from directory.models import Agent, Organisation

TWICE, AGREED = 4, 12


def know_some_better(organisation: Organisation, *, by: Agent, at: datetime) -> None:
    people = Usager.objects.filter(organisation=organisation).exclude(phone="")
    known = list(people.exclude(email="").exclude(full_name="").order_by("-pk")[:AGREED])
    for number, usager in enumerate(known):
        kind = ConsentKind.SURVEY_SMS if number % 3 else ConsentKind.SURVEY_EMAIL
        decide(usager, kind, ConsentStep.GIVEN, how="De vive voix au guichet", by=by, at=at)
        if number % 5 == 0:
            decide(usager, kind, ConsentStep.WITHDRAWN, how="Par courriel", by=by, at=at)
    for number, usager in enumerate(known[:TWICE]):
        _know_twice(usager, with_address=number % 2 == 0)


def _know_twice(usager: Usager, *, with_address: bool) -> None:
    """Registered again, the name the other way round, with one of their last demandes."""
    first, _, last = usager.full_name.partition(" ")
    local, _, domain = usager.email.partition("@")
    twin = Usager.objects.create(
        organisation_id=usager.organisation_id,
        full_name=f"{last.upper()} {first}",
        email=f"{local.capitalize()}@{domain}" if with_address else "",
    )
    theirs = Demande.objects.filter(organisation=usager.organisation_id, usager=usager)
    last_one = theirs.order_by("-received_at", "-pk").first()
    if last_one:
        theirs.filter(reference=last_one.reference).update(usager=twin)
