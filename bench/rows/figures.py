"""The engine of the figures: a rebuild, a recount, a service's dashboard, a whole organisation."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from os import cpu_count
from pathlib import Path
from random import Random

from django.db import connection
from django.test import Client
from django.utils import timezone

from bench import town
from bench.databases import Database, database
from bench.loading import execute
from bench.measure import AtLeast, AtMost, Figure, Samples, Scale, in_turn, seconds
from bench.people import BACKEND, agent_of
from bench.web import collect_static
from contacts.enums import Measure
from contacts.models import Demande
from directory.enums import Role
from directory.models import Organisation, Service
from engagements.figures import IndicatorQuery
from engagements.rebuild import rebuild
from engagements.recount import recount_stale

FEW = 10_000
FOLDER = Path(__file__).parent.parent
# A rebuild takes minutes at the full size: few rounds say enough.
MOST_REBUILDS = 2
WRITES, PAGES = 40, 10
TABLES = "engagements_daytally, engagements_monthtally, engagements_staletally"


def measure(scale: Scale) -> list[Figure]:
    collect_static()
    with ExitStack() as stack:
        small = _town(stack.enter_context(database("figures_few")), FEW)
        large = _town(stack.enter_context(database("figures")), scale.rows)
        return [
            _rebuilding(large, scale),
            _recounting(small, large, scale),
            _dashboard(small, large, scale),
            _whole(large, scale),
        ]


class Town:
    """A counted town and the database it lives in."""

    def __init__(self, place: Database, organisation: Organisation, demandes: int) -> None:
        self.place, self.organisation, self.demandes = place, organisation, demandes
        self.draw = Random(demandes)  # noqa: S311 which demande changes is no secret

    def use(self) -> None:
        """Its caches are warm, as those of a server that has been asked before."""
        self.place.use()


def _town(place: Database, demandes: int) -> Town:
    place.use()
    organisation = town.build("Ville", demandes=demandes, exchanges=False)
    rebuild(organisation, jobs=cpu_count() or 1)
    execute(f"VACUUM ANALYZE {TABLES}")
    execute("VACUUM ANALYZE contacts_demande")
    return Town(place, organisation, demandes)


def _rebuilding(large: Town, scale: Scale) -> Figure:
    jobs = cpu_count() or 1

    def ours() -> None:
        execute(f"TRUNCATE {TABLES}")
        rebuild(large.organisation, jobs=jobs)

    def best() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS best; SET work_mem = '512MB'")
            cursor.execute(
                (FOLDER / "best_rebuild.sql").read_text(), {"organisation": large.organisation.pk}
            )
            cursor.execute("DROP TABLE best; RESET work_mem")

    large.use()
    rounds = min(scale.rounds, MOST_REBUILDS)
    mine, theirs = in_turn(seconds(ours), seconds(best), rounds=rounds, warm_up=0)
    execute(f"VACUUM ANALYZE {TABLES}")
    return Figure(
        f"full rebuild of {large.demandes:,} demandes ({jobs} at once) ÷ the best statement",
        f"{mine.median:.1f} s",
        f"{theirs.median:.1f} s",
        mine.median / theirs.median,
        AtMost(1.3),
    )


def _recounting(small: Town, large: Town, scale: Scale) -> Figure:
    few, many = in_turn(_recounts(small), _recounts(large), rounds=scale.rounds)
    return _pair("recount after one write", small, large, few, many, AtMost(1.2))


def _recounts(where: Town) -> Callable[[], float]:
    """Seconds of a recount after one demande has changed, on average over several."""

    def one() -> float:
        chosen = where.draw.randrange(where.demandes)
        pk = Demande.objects.order_by("pk").values_list("pk", flat=True)[0] + chosen
        Demande.objects.filter(pk=pk).update(motif=None)
        return seconds(recount_stale)()

    def several() -> float:
        where.use()
        one()
        return sum(one() for _ in range(WRITES)) / WRITES

    return several


def _dashboard(small: Town, large: Town, scale: Scale) -> Figure:
    few, many = in_turn(_pages(small), _pages(large), rounds=scale.rounds)
    return _pair("a service's dashboard, 24 months", small, large, few, many, AtMost(1.5))


def _pages(where: Town) -> Callable[[], float]:
    """Seconds of the page in the server, all its middleware included."""
    where.use()
    client = Client()
    client.force_login(agent_of(where.organisation, Role.QUALITE), BACKEND)
    service = Service.objects.filter(organisation=where.organisation).order_by("pk")[3]
    asked = {
        "du": "2024-07-01",
        "au": f"{min(town.TODAY, timezone.localdate()):%Y-%m-%d}",
        "service": str(service.public_id),
    }

    def page() -> None:
        answer = client.get("/tableau-de-bord/", asked, headers={"host": "localhost"})
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code}")

    def pages() -> None:
        for _ in range(PAGES):
            page()

    def several() -> float:
        where.use()
        page()
        return seconds(pages)() / PAGES

    return several


def _whole(large: Town, scale: Scale) -> Figure:
    large.use()
    first, last = date(2024, 7, 1), date(2026, 6, 30)
    query = IndicatorQuery(
        organisation_id=large.organisation.pk,
        measure=Measure.FIRST_REPLY,
        today=town.TODAY,
        as_of=town.TODAY,
        first=first,
        last=last,
    )

    def raw() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                (FOLDER / "best_grid.sql").read_text(),
                {"organisation": large.organisation.pk, "first": first, "last": last},
            )
            cursor.fetchall()

    ours, counted = in_turn(
        seconds(lambda: query.figures(("service", "channel", "month"))),
        seconds(raw),
        rounds=scale.rounds,
    )
    return Figure(
        f"whole organisation, 50 services × 5 channels × 24 months, {large.demandes:,} demandes",
        f"{ours.median * 1000:.0f} ms",
        f"{counted.median * 1000:.0f} ms from raw rows",
        counted.median / ours.median,
        AtLeast(25),
        note="times faster",
    )


def _pair(
    title: str, small: Town, large: Town, few: Samples, many: Samples, goal: AtMost
) -> Figure:
    return Figure(
        f"{title}, {large.demandes:,} ÷ {small.demandes:,} demandes",
        f"{many.median * 1000:.1f} ms",
        f"{few.median * 1000:.1f} ms",
        many.median / few.median,
        goal,
    )
