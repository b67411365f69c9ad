"""Usagers found by whatever an agent types, and by nobody of another organisation."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.enums import SearchKind
from contacts.models import Usager
from contacts.usager_search import MOST, search, slips, words_of
from directory.models import Agent, Organisation, Service
from tests import factories
from tests.contacts.people import make_usager

Login = Callable[[Agent], Client]

PEOPLE = (
    "Zoé Lefèvre",
    "Camille MARTIN",
    "Jean-Pierre de La Tour",
    "Hugo O’Connor",
    "François Œuvrard",
    "Łukasz Müller-Strauß",
    "Анна Иванова",
    "王小明",
    "محمد علي",
    "Li Ng",
    "100 % Vélo",
)


@pytest.fixture
def people(organisation: Organisation) -> dict[str, Usager]:
    return {name: make_usager(organisation, name) for name in PEOPLE}


def names(organisation: Organisation, typed: str) -> list[str]:
    return [one.full_name for one in search(organisation.pk, typed).usagers]


@pytest.mark.usefixtures("people")
class TestNames:
    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            ("lefevre", "Zoé Lefèvre"),
            ("LEFÈVRE zoe", "Zoé Lefèvre"),
            ("lefe z", "Zoé Lefèvre"),
            ("Zoe\u0301", "Zoé Lefèvre"),
            ("Matrin", "Camille MARTIN"),
            ("camile", "Camille MARTIN"),
            ("martn camille", "Camille MARTIN"),
            ("MARTINN", "Camille MARTIN"),
            ("de la tour", "Jean-Pierre de La Tour"),
            ("La Tour De", "Jean-Pierre de La Tour"),
            ("pierre la tour", "Jean-Pierre de La Tour"),
            ("o'connor", "Hugo O’Connor"),
            ("oeuvrard", "François Œuvrard"),
            ("lukasz strauss", "Łukasz Müller-Strauß"),
            ("ива анна", "Анна Иванова"),
            ("Иваонва", "Анна Иванова"),
            ("王", "王小明"),
            ("محمد", "محمد علي"),
            ("li", "Li Ng"),
            ("100% vélo", "100 % Vélo"),
        ],
    )
    def test_found_as_people_type_them(
        self, organisation: Organisation, typed: str, name: str
    ) -> None:
        assert names(organisation, typed) == [name]

    @pytest.mark.parametrize("typed", ["", "  ", "%", "_", "'; --", "\\", "( & |", "’’"])
    def test_signs_are_nothing_to_look_for(self, organisation: Organisation, typed: str) -> None:
        found = search(organisation.pk, typed)
        assert (found.kind, found.usagers) == (SearchKind.NOTHING, [])

    @pytest.mark.parametrize("typed", ["z", "zo", "m c"])
    def test_a_letter_or_two_say_too_little(self, organisation: Organisation, typed: str) -> None:
        assert search(organisation.pk, typed).kind == SearchKind.TOO_SHORT

    @pytest.mark.parametrize("typed", ["qwertz", "martin lefevre", "mrtn", "x" * 200, "a:* | b"])
    def test_nobody(self, organisation: Organisation, typed: str) -> None:
        assert names(organisation, typed) == []


def test_the_whole_word_comes_before_its_beginning(organisation: Organisation) -> None:
    make_usager(organisation, "Anne Martineau")
    make_usager(organisation, "Zoé Martin")
    make_usager(organisation, "Martin")
    assert names(organisation, "martin") == ["Martin", "Zoé Martin", "Anne Martineau"]


def test_too_many_are_cut_and_told(organisation: Organisation) -> None:
    Usager.objects.bulk_create(
        Usager(organisation=organisation, full_name=f"Martin {rank}") for rank in range(MOST + 1)
    )
    found = search(organisation.pk, "martin")
    assert (len(found.usagers), found.more) == (MOST, True)


class TestNumbers:
    @pytest.fixture(autouse=True)
    def known(self, organisation: Organisation) -> None:
        for phone in ("+33612345678", "+262262201234", "3939", "+41446681800"):
            make_usager(organisation, phone, phone=phone)

    @pytest.mark.parametrize(
        ("typed", "phone"),
        [
            ("06 12 34 56 78", "+33612345678"),
            ("06.12.34", "+33612345678"),
            ("+33 6 12", "+33612345678"),
            ("+33 (0)6 12 34 56 78", "+33612345678"),
            ("0033612", "+33612345678"),
            ("5678", "+33612345678"),
            ("34 56 78", "+33612345678"),
            ("0262 20", "+262262201234"),
            ("39 39", "3939"),
            ("39", "3939"),
            ("+41 44", "+41446681800"),
        ],
    )
    def test_found_as_people_type_them(
        self, organisation: Organisation, typed: str, phone: str
    ) -> None:
        found = search(organisation.pk, typed)
        assert found.kind == SearchKind.PHONE
        assert [one.phone for one in found.usagers] == [phone]

    @pytest.mark.parametrize("typed", ["07", "567", "999999"])
    def test_nobody(self, organisation: Organisation, typed: str) -> None:
        assert names(organisation, typed) == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ANNE@exemple.fr", ["Anne"]),
        ("anne@", ["Anne", "Anne B."]),
        ("anne.b", ["Anne B."]),
        ("a_n@", []),
        ("%@exemple.fr", []),
        ("@exemple.fr", []),
    ],
)
def test_addresses(organisation: Organisation, typed: str, found: list[str]) -> None:
    make_usager(organisation, "Anne", email="anne@exemple.fr")
    make_usager(organisation, "Anne B.", email="Anne@Ville.example")
    make_usager(organisation, "Autre", email="axn@exemple.fr")
    make_usager(organisation, "", email="anne.b@exemple.fr")
    shown = [one.full_name or "Anne B." for one in search(organisation.pk, typed).usagers]
    assert sorted(shown) == found


@pytest.mark.parametrize("typed", ["7K3M-92QX-AB", "7k3m92qxab", "7K3M 92QX AB"])
def test_the_reference_of_a_demande(service: Service, typed: str) -> None:
    usager = make_usager(service.organisation, "Anne")
    factories.make_demande(service, reference="7K3M-92QX-AB", usager=usager)
    found = search(service.organisation_id, typed)
    assert (found.kind, found.usagers) == (SearchKind.REFERENCE, [usager])


def test_letters_read_for_digits_in_a_reference(service: Service) -> None:
    usager = make_usager(service.organisation, "Anne")
    factories.make_demande(service, reference="1K0M-92QX-AB", usager=usager)
    assert search(service.organisation_id, "lkom92qxab").usagers == [usager]


def test_an_imported_reference_that_looks_like_a_number(service: Service) -> None:
    usager = make_usager(service.organisation, "Anne")
    factories.make_demande(service, reference="2024 / 118", usager=usager)
    assert search(service.organisation_id, "2024 / 118").usagers == [usager]


def test_nobody_of_another_organisation(organisation: Organisation) -> None:
    foreign = factories.make_organisation()
    theirs = make_usager(foreign, "Zoé Lefèvre", email="zoe@exemple.fr", phone="+33612345678")
    factories.make_demande(factories.make_service(foreign), reference="7K3M-92QX-AB", usager=theirs)
    for typed in ("lefevre", "zoe@exemple.fr", "0612345678", "7K3M-92QX-AB", "lefebre"):
        assert search(organisation.pk, typed).usagers == []


def test_who_was_merged_leads_to_who_they_are(organisation: Organisation) -> None:
    kept = make_usager(organisation, "Zoé Lefèvre")
    make_usager(organisation, "Zoé Durand", phone="+33612345678", merged_into=kept)
    assert search(organisation.pk, "durand").usagers == [kept]
    assert search(organisation.pk, "5678").usagers == [kept]
    assert search(organisation.pk, "zoe").usagers == [kept]


def test_slips_are_one_letter_away() -> None:
    assert {"martin", "matin", "matrins", "atrin", "matrix"} <= set(slips("matrin"))
    assert "marine" not in set(slips("matrin"))


@pytest.mark.parametrize("locale", ["C", "POSIX", "pg_c_utf8"])
def test_words_do_not_depend_on_the_locale(db: None, locale: str) -> None:
    """What a dump holds is what the next server computes."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT contacts_plain_name(%s COLLATE "{locale}")', ["İNCİ ÉMILIE I"])
        assert cursor.fetchone() == ("inci emilie i",)
    assert words_of("İNCİ ÉMILIE I") == ["inci", "emilie", "i"]


class TestRoute:
    address = "/usagers/recherche/"

    def test_what_a_script_receives(self, client_of: Login, agent: Agent, service: Service) -> None:
        usager = make_usager(
            service.organisation, "Zoé Lefèvre", phone="+33612345678", email="zoe@exemple.fr"
        )
        factories.make_demande(service, usager=usager)
        factories.make_demande(service, usager=usager, closed=factories.TODAY)
        answer = client_of(agent).get(self.address, {"q": "lefevre"})
        assert answer.headers["Cache-Control"].find("no-store") >= 0
        assert answer.json() == {
            "kind": "name",
            "more": False,
            "results": [
                {
                    "public_id": str(usager.public_id),
                    "name": "Zoé Lefèvre",
                    "phone": "+33612345678",
                    "email": "zoe@exemple.fr",
                    "open": 1,
                }
            ],
        }

    @pytest.mark.parametrize("typed", ["", "\0", "x" * 201])
    def test_what_cannot_be_looked_for(self, client_of: Login, agent: Agent, typed: str) -> None:
        answer = client_of(agent).get(self.address, {"q": typed})
        assert answer.json() == {"kind": "nothing", "more": False, "results": []}

    @pytest.mark.parametrize("address", ["/usagers/", "/usagers/recherche/"])
    def test_as_many_queries_for_one_and_for_twenty(
        self, client_of: Login, agent: Agent, service: Service, address: str
    ) -> None:
        client = client_of(agent)
        counts = []
        for ranks in (range(1), range(1, 20)):
            for rank in ranks:
                usager = make_usager(service.organisation, f"Martin {rank}")
                factories.make_demande(service, usager=usager)
            with CaptureQueriesContext(connection) as captured:
                client.get(address, {"q": "martin"})
            counts.append(len(captured))
        assert counts[0] == counts[1]
