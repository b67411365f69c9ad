"""Every hot statement carries the organisation key: what docs/scaling.md distributes by.

A statement that names a table with an `organisation_id` says which organisation it means, or finds
one row by a key that says it: those are listed below, with their reason.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.enums import Channel, ReplyKind
from contacts.models import Demande, Usager
from directory.models import Agent, Organisation, Service
from engagements.recount import recount_stale
from surveys.actions import invite, open_survey
from tests import factories
from tests.surveys.situations import FILLED, ready_to_open

Login = Callable[[Agent], Client]

NAMED = re.compile(r'(?:FROM|JOIN|INTO|UPDATE|USING)\s+"?([a-z_]+)"?', re.IGNORECASE)
CONDITION = re.compile(r'organisation_id"?\s*(?:=|IN\b)', re.IGNORECASE)
USING_KEY = re.compile(r"USING\s*\([^)]*organisation_id", re.IGNORECASE)
INSERTED = re.compile(r'INSERT\s+INTO\s+"?\w+"?\s*\([^)]*organisation_id', re.IGNORECASE)
FOREIGN_KEY = re.compile(r"REFERENCES|SAVEPOINT|^COMMIT|^BEGIN", re.IGNORECASE)

# One row, by a key that is unique everywhere; the organisation is then read from the row.
BY_KEY = {
    "directory_agent": (r'"directory_agent"\."id" = \d+', "who is logged in, by the session"),
    "engagements_staletally": (
        r'SELECT DISTINCT "engagements_staletally"\."organisation_id"',
        "which organisations have something to recount",
    ),
    "surveys_invitation": (r'"token_hash" = ', "a link that its usager follows"),
}


@pytest.fixture(scope="module")
def organised(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> frozenset[str]:
    """Tables whose rows belong to an organisation."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'organisation_id'"
        )
        return frozenset(name for (name,) in cursor.fetchall())


def carries_the_key(statement: str) -> bool:
    return any(one.search(statement) for one in (CONDITION, USING_KEY, INSERTED))


def found_by_key(statement: str, table: str) -> bool:
    pattern, _why = BY_KEY.get(table, ("(?!)", ""))
    return re.search(pattern, statement) is not None


def keyless(statements: list[str], organised: frozenset[str]) -> list[str]:
    """Statements on such a table that tell neither its organisation nor one of the keys above."""
    return [
        statement
        for statement in statements
        if not carries_the_key(statement)
        and any(
            not found_by_key(statement, table)
            for table in organised & set(NAMED.findall(statement))
        )
    ]


class Watch:
    def __init__(self, organised: frozenset[str]) -> None:
        self.organised = organised

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """The block runs some statements on such tables, and all of them carry the key."""
        with CaptureQueriesContext(connection) as captured:
            yield
        statements = [query["sql"] for query in captured.captured_queries]
        assert any(self.organised & set(NAMED.findall(one)) for one in statements)
        found = keyless(statements, self.organised)
        assert not found, "\n".join(found)


@pytest.fixture
def watched(organised: frozenset[str]) -> Watch:
    return Watch(organised)


@pytest.fixture
def desk(organisation: Organisation, service: Service) -> Service:
    """A service with targets and demandes in every state."""
    factories.national_targets(organisation)
    now = timezone.now()
    motif = factories.make_motif(organisation, parent=factories.make_motif(organisation))
    # Received this minute, not at nine: before nine, a reply of today would precede its receipt.
    factories.make_demande(service, timezone.localdate(now), received_at=now, motif=motif)
    factories.make_demande(service, date(2026, 6, 1), replied=date(2026, 6, 3))
    held = {"held": date(2026, 6, 3), "announced": date(2026, 6, 12)}
    factories.make_demande(service, date(2026, 6, 1), channel=Channel.MAIL, **held)  # type: ignore[arg-type]
    return service


@pytest.mark.parametrize("outcome", ["answered", "to_handle"])
@pytest.mark.parametrize("person", [{}, {"email": "a@exemple.fr", "phone": "01 99 00 12 34"}])
def test_log_a_contact(
    client_of: Login,
    agent: Agent,
    desk: Service,
    watched: Watch,
    outcome: str,
    person: dict[str, str],
) -> None:
    client = client_of(agent)
    values = {
        "key": str(uuid.uuid4()),
        "channel": "email",
        "nature": "information",
        "received_on": str(timezone.localdate()),
        "service": str(desk.pk),
        "outcome": outcome,
        "text": "Bonjour",
    }
    with watched():
        assert client.get("/saisie/").status_code == 200
        assert client.post("/saisie/", values | person).status_code == 302


@pytest.mark.parametrize("role", ["agent", "administrateur"])
@pytest.mark.parametrize(
    "address", ["/demandes/", "/demandes/?vue=en-retard", "/demandes/closes/", "/demandes/?q=carte"]
)
def test_the_lists(
    request: pytest.FixtureRequest,
    client_of: Login,
    desk: Service,
    watched: Watch,
    role: str,
    address: str,
) -> None:
    client = client_of(request.getfixturevalue(role))
    with watched():
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/ma-journee/", "/equipe/", "/reclamations/"])
def test_the_day_the_team_and_the_register(
    client_of: Login, responsable: Agent, desk: Service, watched: Watch, address: str
) -> None:
    client = client_of(responsable)
    with watched():
        assert client.get(address).status_code == 200


def test_a_demande_its_reply_and_its_transfer(
    client_of: Login, agent: Agent, desk: Service, other_service: Service, watched: Watch
) -> None:
    client = client_of(agent)
    demande = Demande.objects.open().order_by("pk")[0]
    reply = {
        "kind": ReplyKind.MERITS.value,
        "channel": "email",
        "replied_on": str(timezone.localdate()),
        "keep_open": "on",
    }
    moved = {"to_service": str(other_service.pk), "reason": "Plus compétent"}
    with watched():
        assert client.get(f"/demandes/{demande.public_id}/").status_code == 200
        assert client.post(f"/demandes/{demande.public_id}/repondre/", reply).status_code == 302
        assert client.post(f"/demandes/{demande.public_id}/transferer/", moved).status_code == 302


@pytest.mark.parametrize("typed", ["martin", "Matrin", "06 12 34", "a@exemple.fr", "7K3M92QXAB"])
def test_the_search_of_usagers(
    client_of: Login, agent: Agent, desk: Service, watched: Watch, typed: str
) -> None:
    usager = Usager.objects.create(organisation=desk.organisation, full_name="Anne Martin")
    client = client_of(agent)
    with watched():
        assert client.get("/usagers/recherche/", {"q": typed}).status_code == 200
        assert client.get("/usagers/", {"q": typed}).status_code == 200
        assert client.get(f"/usagers/{usager.public_id}/").status_code == 200
        assert client.get("/usagers/doublons/").status_code == 200


@pytest.mark.parametrize("address", ["/tableau-de-bord/", "/engagements/3/"])
def test_the_dashboards(
    client_of: Login, responsable: Agent, desk: Service, watched: Watch, address: str
) -> None:
    client = client_of(responsable)
    with watched():
        assert client.get(address).status_code == 200
    recount_stale()
    with watched():
        assert client.get(address).status_code == 200


def test_the_recount(desk: Service, watched: Watch) -> None:
    with watched():
        assert recount_stale()


def test_the_import(
    desk: Service, organisation: Organisation, watched: Watch, tmp_path: Path
) -> None:
    (tmp_path / "m.toml").write_text(
        '[columns]\nreference = "n"\nservice = "s"\nchannel = { constant = "mail" }\n'
        'received = "r"\nreplied = "p"\nname = "nom"\nemail = "mel"\n'
    )
    file = tmp_path / "d.csv"
    lines = ["n,s,r,p,nom,mel", f"A1,{desk.name},2026-06-01,2026-06-03,Ana,ana@exemple.fr"]
    file.write_text("\n".join([*lines, f"A2,{desk.name},2026-06-02,,,"]))
    with watched():
        call_command(
            "import_demandes",
            str(file),
            f"--organisation={organisation.name}",
            f"--mapping={tmp_path / 'm.toml'}",
            f"--report={tmp_path / 'r.csv'}",
        )
    assert Demande.objects.filter(reference__in=["A1", "A2"]).count() == 2


def test_an_answer_to_a_survey(desk: Service, organisation: Organisation, watched: Watch) -> None:
    survey = ready_to_open(organisation)
    open_survey(survey, at=timezone.now())
    survey.refresh_from_db()
    invited = invite(Demande.objects.order_by("pk")[0], survey=survey, by=None, at=timezone.now())
    with watched():
        assert Client().get(f"/enquete/{invited.token}/").status_code == 200
        assert Client().post(f"/enquete/{invited.token}/", FILLED).status_code == 302


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ('SELECT 1 FROM "contacts_demande" WHERE "contacts_demande"."closed_on" IS NULL', False),
        ('SELECT "contacts_demande"."organisation_id" FROM "contacts_demande"', False),
        ('SELECT 1 FROM "contacts_demande" WHERE "contacts_demande"."organisation_id" = 3', True),
        ("INSERT INTO contacts_reply (kind, organisation_id) VALUES ('merits', 3)", True),
        ("INSERT INTO contacts_reply (kind) VALUES ('merits')", False),
        ("DELETE FROM contacts_contact WHERE demande_id = 3", False),
    ],
)
def test_the_watch_sees(organised: frozenset[str], statement: str, found: bool) -> None:
    assert (keyless([statement], organised) == []) is found
