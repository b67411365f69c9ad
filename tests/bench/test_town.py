"""The town of the measurements: drawn in bulk, yet as the product itself would have written it."""

import re

import pytest
from django.db import connection
from django.db.models import Count, F, Q

from bench import town
from contacts.models import Contact, Demande, Reply, Usager
from contacts.targets import refresh_open_demandes
from directory.models import Motif, Organisation

DEMANDES = 2_000
FOLLOWING = (
    *("first_reply_at", "first_reply_on", "merits_at", "merits_on", "announced_on", "due_on"),
    *("first_reply_limit", "first_reply_due_on"),
)


@pytest.fixture
def drawn(db: None) -> Organisation:
    return town.build("Ville mesurée", demandes=DEMANDES)


def shares(field: str) -> dict[str, float]:
    counted = Demande.objects.values_list(field).annotate(n=Count("pk"))
    return {value: n / DEMANDES for value, n in counted}


def columns() -> list[tuple[object, ...]]:
    return list(Demande.objects.order_by("pk").values_list("pk", *FOLLOWING))


def test_its_columns_are_what_the_triggers_would_write(drawn: Organisation) -> None:
    before = columns()
    Reply.objects.update(text=F("text"))
    assert columns() == before
    assert Reply.objects.filter(kind="holding").count() > 20


def test_its_deadlines_are_what_the_targets_say(drawn: Organisation) -> None:
    assert refresh_open_demandes(drawn) == 0
    assert Demande.objects.filter(due_on__isnull=False).exists()


def test_it_has_the_shape_of_a_town(drawn: Organisation) -> None:
    assert Demande.objects.filter(organisation=drawn).count() == DEMANDES
    assert Contact.objects.count() == DEMANDES
    assert Usager.objects.count() == DEMANDES // 3
    assert shares("nature") == pytest.approx(
        {"information": 0.55, "demarche": 0.35, "reclamation": 0.07, "suggestion": 0.03}, abs=0.04
    )
    assert set(shares("channel")) == {"guichet", "phone", "mail", "email", "online"}
    assert 0.005 < Demande.objects.open().count() / DEMANDES < 0.03
    assert Demande.objects.values("service").distinct().count() > 40
    families = Motif.objects.filter(parent=None).count()
    assert families == 8
    per_service = Demande.objects.values("service").annotate(
        families=Count("motif__parent", distinct=True)
    )
    assert {one["families"] for one in per_service} <= {1, 2, 3}


def test_delays_depend_on_the_channel(drawn: Organisation) -> None:
    same_day = Count("pk", filter=Q(first_reply_on=F("received_on")))
    found = Demande.objects.values_list("channel").annotate(share=same_day * 1.0 / Count("pk"))
    share = dict(found)
    assert share["guichet"] > 0.85
    assert share["mail"] < 0.02


def test_it_lies_in_order_of_receipt(drawn: Organisation) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT correlation FROM pg_stats"
            " WHERE tablename = 'contacts_demande' AND attname = 'received_on'"
        )
        assert cursor.fetchone()[0] > 0.99


def test_the_same_seed_draws_the_same_town(drawn: Organisation) -> None:
    other = town.build("Ville voisine", demandes=DEMANDES)
    first, second = (
        list(
            Demande.objects.filter(organisation=one)
            .order_by("pk")
            .values_list("reference", "service__name", "channel", "received_at", "merits_at")
        )
        for one in (drawn, other)
    )
    assert first == second


def test_a_large_town_gets_its_indexes_back(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = indexes()
    monkeypatch.setattr(town, "MANY", 1)
    town.build("Grande ville", demandes=100)
    assert indexes() == before


# Made again from its definition, an index on a list of words writes its casts elsewhere.
CASTS = re.compile(r"::(?:character varying|text)(?:\[\])?|[()]")


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = ANY (%s)"
            " UNION SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid::regclass::text = ANY (%s)"
            " UNION SELECT tgname FROM pg_trigger WHERE tgrelid::regclass::text = ANY (%s)"
            " AND tgenabled <> 'D' AND NOT tgisinternal",
            [town.TABLES] * 3,
        )
        return {CASTS.sub("", definition) for (definition,) in cursor.fetchall()}
