"""Logging a contact: our POST, with all it guarantees, beside one INSERT of the same form."""

import uuid
from contextlib import ExitStack

from django.utils import timezone

from bench import town
from bench.databases import EMPTY, database
from bench.measure import AtLeast, Figure, Scale, in_turn
from bench.people import agent_of, session_of
from bench.web import BARE, Fields, Page, gunicorn, run
from contacts.enums import Channel, Nature
from contacts.forms import Outcome
from directory.enums import Role
from directory.models import Motif

SECONDS = 4.0
GOAL = AtLeast(0.7)
DEMANDES = 100_000
OUTCOMES = {"to handle": Outcome.TO_HANDLE, "answered at once": Outcome.ANSWERED}
TYPED = {
    "channel": Channel.PHONE.value,
    "nature": Nature.DEMARCHE.value,
    "subject": "Éclairage",
    "text": "Le lampadaire de la place est éteint depuis lundi.",
    "full_name": "",
    "phone": "",
    "email": "",
}


def measure(scale: Scale) -> list[Figure]:
    with ExitStack() as stack:
        pages = [_bare(stack, scale), *_ours(stack, scale)]
        sampled = in_turn(*(page.rate_over(SECONDS) for page in pages), rounds=scale.rounds)
        bare, *rates = (samples.median for samples in sampled)
        return [
            Figure(
                f"log a contact ({what}), POST against a bare Django page",
                f"{rate:.0f} requests/s",
                f"{bare:.0f} requests/s",
                rate / bare,
                GOAL,
            )
            for what, rate in zip(OUTCOMES, rates, strict=True)
        ]


def _typed() -> dict[str, str]:
    return TYPED | {"received_on": str(timezone.localdate())}


def _bare(stack: ExitStack, scale: Scale) -> Page:
    place = stack.enter_context(database("bare_log", template=EMPTY))
    session = run("bench.bare.fill", str(scale.at_most(DEMANDES)), database=place, **BARE)
    server = stack.enter_context(gunicorn("bench.bare.wsgi", place, **BARE))
    return Page(server, "/log/", session, 302, lambda: _typed() | {"desk": "1", "topic": "2"})


def _ours(stack: ExitStack, scale: Scale) -> list[Page]:
    """An agent of one service, who says for each contact its motif and its service."""
    place = stack.enter_context(database("log"))
    organisation = town.build("Ville", demandes=scale.at_most(DEMANDES), today=timezone.localdate())
    service = organisation.services.order_by("name")[0]
    motif = Motif.objects.filter(organisation=organisation).exclude(parent=None).order_by("pk")[0]
    session = session_of(agent_of(organisation, Role.AGENT, service))
    server = stack.enter_context(gunicorn("marianne.wsgi", place))
    chosen = _typed() | {"service": str(service.pk), "motif": str(motif.pk)}
    return [
        Page(server, "/saisie/", session, 302, _entries(chosen | {"outcome": outcome}))
        for outcome in OUTCOMES.values()
    ]


def _entries(chosen: dict[str, str]) -> Fields:
    """A new entry each time: its key was drawn with the form."""
    return lambda: chosen | {"key": str(uuid.uuid4())}
