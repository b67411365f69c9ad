"""The search of usagers: each kind of question over a million of them, whole pages included."""

from math import ceil
from random import Random
from time import perf_counter

from django.db import connection
from django.test import Client
from django.urls import reverse

from bench import town
from bench.databases import database
from bench.loading import execute, indexes_built_at_the_end
from bench.measure import AtMost, Figure, Scale
from bench.people import BACKEND, agent_of
from bench.web import collect_static
from contacts.models import Usager
from directory.enums import Role
from directory.models import Organisation

USAGERS, DEMANDES = 1_000_000, 100_000
ASKED = 40  # questions of each kind, each asked once before
LIMIT = 0.100

# Surnames as unequal as real ones, and more so: the commonest is borne by three in a hundred.
NAMES = """
    INSERT INTO contacts_usager
        (public_id, organisation_id, full_name, email, phone, created_at)
    SELECT gen_random_uuid(), %(organisation)s,
        first_name || ' ' || CASE WHEN rank < 10 THEN (ARRAY['Martin', 'Lefèvre', 'de La Tour',
            'Benali', 'Nguyen', 'O’Connor', 'Müller', 'Œuvrard', 'Иванова', '王'])[1 + rank]
            ELSE initcap(syllables[1 + rank %% 40] || syllables[1 + rank / 40 %% 40]
                || syllables[1 + rank / 1600]) END,
        CASE WHEN by_mail < 0.6 THEN 'u' || i || '.' || first_name || '@exemple.fr' ELSE '' END,
        CASE WHEN by_phone < 0.7 THEN '+336' || lpad((i * 37 %% 100000000)::text, 8, '0')
            ELSE '' END,
        now()
    FROM (
        SELECT i, floor(40000 * power(random(), 3))::int AS rank, random() AS by_mail,
            random() AS by_phone,
            (ARRAY['Marie', 'Camille', 'Zoé', 'Jean-Pierre', 'Mohamed', 'Anne', 'Louis', 'Inès',
                'Chloé', 'François', 'Nathalie', 'Karim', 'Élodie', 'Hugo', 'Léa', 'Yann', 'Aïcha',
                'Thomas', 'Sophie', 'Luc'])[1 + floor(20 * power(random(), 1.5))::int] AS first_name
        FROM generate_series(1, %(usagers)s) AS i
    ) drawn, (SELECT ARRAY['ba', 'cro', 'del', 'fa', 'gue', 'hel', 'jou', 'ker', 'lam', 'mon',
        'nar', 'pel', 'quin', 'ro', 'sau', 'ter', 'val', 'ver', 'bri', 'chas', 'don', 'fer', 'gran',
        'las', 'mar', 'mer', 'pas', 'pri', 'ran', 'sel', 'tho', 'tra', 'vi', 'bou', 'ca', 'dur',
        'len', 'mi', 'no', 'ri'] AS syllables) said
"""
KINDS = {
    "a common name": ("Martin", "marie martin", "MARTIN Camille"),
    "two letters": ("ma", "le", "je"),
    "beginnings of words": ("mart cam", "lef", "ngu lou", "ива"),
    "words out of order": ("La Tour De", "lefevre zoe", "muller francois", "connor o hugo"),
    "a slip of the keyboard": ("Matrin", "lefebre zoe", "camile martn", "Benalli", "Œuvrad"),
    "nobody": ("zzyzx qwfp", "%", "_", "m", "';--", "a" * 100),
}


def measure(scale: Scale) -> list[Figure]:
    usagers = scale.at_most(USAGERS)
    collect_static()
    with database("people"):
        organisation = town.build("Ville", demandes=scale.at_most(DEMANDES))
        execute("SELECT setseed(0.5)")
        with indexes_built_at_the_end(["contacts_usager"]):
            execute(NAMES, {"organisation": organisation.pk, "usagers": usagers})
        execute("VACUUM ANALYZE contacts_usager")
        client = Client()
        client.force_login(agent_of(organisation, Role.ADMINISTRATEUR), BACKEND)
        kinds = KINDS | _drawn(organisation)
        figures = [_figure(client, name, asked, usagers) for name, asked in kinds.items()]
        connection.close()
    return figures


def _drawn(organisation: Organisation) -> dict[str, tuple[str, ...]]:
    """Addresses, numbers and references of the town itself."""
    draw = Random(1)  # noqa: S311 which usager is asked for is no secret
    known = Usager.objects.filter(organisation=organisation).exclude(email="").exclude(phone="")
    first, span = known.order_by("pk")[0].pk, known.count()
    some = [
        known.filter(pk__gte=first + draw.randrange(span)).order_by("pk").first() for _ in range(8)
    ]
    people = [one for one in some if one]
    with connection.cursor() as cursor:
        cursor.execute("SELECT reference FROM contacts_demande WHERE usager_id > 0 LIMIT 8")
        references = tuple(reference for (reference,) in cursor.fetchall())
    return {
        "an address": tuple(
            one.email[: draw.randrange(6, 20)] + "@"[: draw.randrange(2)] for one in people
        )
        + tuple(one.email.upper() for one in people),
        "a telephone number": tuple("0" + one.phone[3:] for one in people)
        + tuple(one.phone[-6:] for one in people)
        + ("06", "06 1", "3939", "0"),
        "a reference": references,
    }


def _figure(client: Client, name: str, asked: tuple[str, ...], usagers: int) -> Figure:
    times = sorted(_times(client, asked))
    half, most = times[len(times) // 2], times[ceil(0.95 * len(times)) - 1]
    return Figure(
        f"search of usagers, {name}, {usagers:,} usagers: 95th percentile",
        f"{most * 1000:.0f} ms (median {half * 1000:.0f} ms)",
        f"{LIMIT * 1000:.0f} ms",
        most / LIMIT,
        AtMost(1),
    )


def _times(client: Client, asked: tuple[str, ...]) -> list[float]:
    """Seconds in the server, all its middleware included."""
    address, times = reverse("usager_search"), []
    for rank in range(ASKED + len(asked)):
        start = perf_counter()
        answer = client.get(address, {"q": asked[rank % len(asked)]}, headers={"host": "localhost"})
        if rank >= len(asked):
            times.append(perf_counter() - start)
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code}")
    return times
