"""The list "à traiter": fifty lines of a million demandes, and as many queries as of a hundred."""

from contextlib import ExitStack

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import town
from bench.databases import EMPTY, Database, database
from bench.measure import AtLeast, Equal, Figure, Scale, in_turn
from bench.people import BACKEND, agent_of, session_of
from bench.web import BARE, Page, collect_static, gunicorn, run
from contacts.models import Demande, Reply
from directory.enums import Role
from directory.models import Agent

SECONDS = 4.0
DEMANDES, FEW = 1_000_000, 100
PATH = "/demandes/"


def measure(scale: Scale) -> list[Figure]:
    """By an administrateur, whose list is that of the whole town."""
    demandes = scale.at_most(DEMANDES)
    collect_static()
    with ExitStack() as stack:
        queries = [_queries(stack.enter_context(database("list_few")), FEW)]
        bare = _bare(stack, demandes)
        place = stack.enter_context(database("list"))
        queries.append(_queries(place, demandes))
        agent = Agent.objects.get()
        ours = Page(
            stack.enter_context(gunicorn("marianne.wsgi", place)), PATH, session_of(agent), 200
        )
        sampled = in_turn(ours.rate_over(SECONDS), bare.rate_over(SECONDS), rounds=scale.rounds)
        rate, reference = (samples.median for samples in sampled)
    few, many = queries
    return [
        Figure(
            f"list « à traiter » of 50, {demandes:,} demandes, against a bare Django list",
            f"{rate:.0f} requests/s",
            f"{reference:.0f} requests/s",
            rate / reference,
            AtLeast(0.8),
        ),
        Figure(
            f"its queries, {demandes:,} demandes ÷ {FEW}",
            f"{many} queries",
            f"{few} queries",
            many / few,
            Equal(),
        ),
    ]


def _bare(stack: ExitStack, demandes: int) -> Page:
    place = stack.enter_context(database("bare_list", template=EMPTY))
    session = run("bench.bare.fill", str(demandes), database=place, **BARE)
    server = stack.enter_context(gunicorn("bench.bare.wsgi", place, **BARE))
    return Page(server, "/list/", session, 200)


def _queries(place: Database, demandes: int) -> int:
    """Queries of one page, in a town whose list has more than one."""
    place.use()
    organisation = town.build("Ville", demandes=demandes, today=timezone.localdate())
    if demandes == FEW:
        _reopen_all()
    client = Client()
    client.force_login(agent_of(organisation, Role.ADMINISTRATEUR), BACKEND)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(PATH, headers={"host": "localhost"})
    if answer.status_code != 200 or b"page=2" not in answer.content:
        raise RuntimeError(f"{PATH}: {answer.status_code}, or less than a page")
    return len(captured)


def _reopen_all() -> None:
    """A small town has next to nothing open."""
    Demande.objects.update(closed_on=None, closed_at=None, close_reason="")
    Reply.objects.all().delete()
