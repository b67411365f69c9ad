"""A town of any size, drawn by PostgreSQL: ten million demandes in minutes, the same every time.

Not the demo town (`engagements.demo`): no names to read, no survey, only what figures, lists and
imports weigh.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Any

from django.db import connection, transaction

from bench import drawing
from bench.loading import execute, indexes_built_at_the_end, triggers_asleep
from contacts.enums import Channel, Measure, Nature
from contacts.target_actions import set_target
from contacts.targets import segment_arrays, segments
from directory.actions import open_calendar
from directory.enums import Territory
from directory.models import Motif, Organisation, Service, WorkingCalendar
from engagements.demo.bulk import keys_checked_at_the_end

TODAY = date(2026, 6, 22)
FIRST = date(2024, 6, 23)
SERVICES = 50
FAMILIES = {
    "État civil": ("Acte de naissance", "Carte d’identité", "Mariage et PACS", "Livret de famille"),
    "Urbanisme": ("Permis de construire", "Déclaration préalable", "Cadastre", "Certificat"),
    "Voirie": ("Nid-de-poule", "Éclairage", "Stationnement", "Travaux", "Signalisation"),
    "Propreté": ("Collecte", "Encombrants", "Dépôt sauvage", "Déchèterie"),
    "Enfance": ("Cantine", "Périscolaire", "Crèche", "Inscription scolaire", "Centre de loisirs"),
    "Solidarités": ("Aide sociale", "Logement", "Repas à domicile", "Domiciliation"),
    "Culture et sport": ("Bibliothèque", "Conservatoire", "Piscine", "Réservation de salle"),
    "Élections": ("Inscription", "Procuration", "Carte électorale"),
}
TABLES = ["contacts_demande", "contacts_contact", "contacts_reply"]
# Beyond this, building an index over the rows costs less than keeping it up to date.
MANY = 200_000
# Demandes drawn by one statement: sorted in memory.
AT_ONCE = 200_000
# Beyond this, contacts and replies are left out: tallies and figures read the demandes alone.
MOST_WITH_EXCHANGES = 1_000_000


def build(
    name: str, *, demandes: int, seed: int = 1, exchanges: bool | None = None, today: date = TODAY
) -> Organisation:
    """An organisation with that many demandes, received over the two years that end at `today`.

    50 services, 5 channels, 8 families of motifs of which a service uses two or three. With
    `exchanges` (up to a million demandes unless told), usagers, contacts and replies come with
    them. Tallies are not counted: call `recount`.
    """
    with_exchanges = demandes <= MOST_WITH_EXCHANGES if exchanges is None else exchanges
    with transaction.atomic():
        organisation = _directory(name, today)
        with _set_aside(demandes):
            _draw(organisation, demandes, seed, today, with_exchanges)
    _refresh_statistics()
    return organisation


def _directory(name: str, today: date) -> Organisation:
    organisation = Organisation.objects.create(name=name)
    calendar = open_calendar(
        organisation, name="Métropole", territory=Territory.METROPOLE, today=today
    )
    since = date(2000, 1, 1)
    set_target(organisation, limit=15, valid_from=since, channel=Channel.MAIL)
    set_target(organisation, limit=5, valid_from=since, channel=Channel.EMAIL)
    set_target(organisation, limit=15, valid_from=since, nature=Nature.RECLAMATION)
    Service.objects.bulk_create(
        Service(organisation=organisation, name=f"Service {rank:02}", calendar=calendar)
        for rank in range(1, SERVICES + 1)
    )
    for family, names in FAMILIES.items():
        head = Motif.objects.create(organisation=organisation, name=family)
        Motif.objects.bulk_create(
            Motif(organisation=organisation, name=f"{family} : {one}", parent=head) for one in names
        )
    return organisation


@contextmanager
def _set_aside(demandes: int) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(triggers_asleep(TABLES))
        stack.enter_context(keys_checked_at_the_end(TABLES))
        if demandes >= MANY:
            stack.enter_context(indexes_built_at_the_end(TABLES))
        yield


def _draw(
    organisation: Organisation, demandes: int, seed: int, today: date, with_exchanges: bool
) -> None:
    calendar = WorkingCalendar.objects.get(organisation=organisation)
    params: dict[str, Any] = {
        "organisation": organisation.pk,
        "calendar": calendar.pk,
        "first": today - (TODAY - FIRST),
        "today": today,
        "demandes": demandes,
        "services": SERVICES,
        "first_usager": None,
        "usagers": 0,
        **segment_arrays(segments(organisation.pk, Measure.FIRST_REPLY)),
    }
    # Every row looks a few small tables up: hashed once each, in order, by one process.
    execute("SET LOCAL work_mem = '256MB'; SET LOCAL jit = off; SET LOCAL enable_mergejoin = off")
    execute("SELECT setseed(%s)", [1 / (1 + seed)])
    execute(drawing.DAYS, params)
    _lay_out_services(organisation)
    if with_exchanges:
        params["first_usager"], params["usagers"] = _fetch(drawing.USAGERS, params)
    for after in range(0, demandes, AT_ONCE):
        execute(drawing.DEMANDES, params | {"after": after, "until": after + AT_ONCE})
    if with_exchanges:
        execute(drawing.CONTACTS, params)
        execute(drawing.REPLIES, params)


def _lay_out_services(organisation: Organisation) -> None:
    """Which motifs each service deals with: those of two families, or of three."""
    services = Service.objects.filter(organisation=organisation).order_by("name")
    heads = Motif.objects.filter(organisation=organisation, parent=None).order_by("pk")
    families = [list(head.children.order_by("pk").values_list("pk", flat=True)) for head in heads]
    execute(
        "CREATE TEMPORARY TABLE bench_service"
        " (rank int PRIMARY KEY, service_id bigint, motif_ids bigint[]) ON COMMIT DROP"
    )
    for rank, service in enumerate(services, 1):
        used = [rank, rank + 3] if rank % 2 else [rank, rank + 1, rank + 5]
        motifs = [pk for family in used for pk in families[family % len(families)]]
        execute("INSERT INTO bench_service VALUES (%s, %s, %s)", [rank, service.pk, motifs])
    execute("ANALYZE bench_service")


def _fetch(statement: str, params: dict[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        row: tuple[Any, ...] = cursor.fetchone()
        return row


def _refresh_statistics() -> None:
    """As autovacuum would have done by then; inside a test's transaction, without the VACUUM."""
    vacuum = "" if connection.in_atomic_block else "VACUUM (ANALYZE) "
    execute(f"{vacuum or 'ANALYZE '}contacts_usager, {', '.join(TABLES)}")
