"""An existing register comes in through the assistant, once, with its numbers and its dates."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contacts.actions import transfer
from contacts.models import Demande, Usager
from directory.enums import Role
from directory.models import Agent, Motif, Organisation, Service
from letters.models import Letter, Numbering, RegisterFile
from letters.queries import registration_delays
from letters.register.uploads import safe_name
from tests import factories
from tests.letters.situations import make_letter

Login = Callable[[Agent], Client]
HEAD = "Chrono;Arrivée;Date lettre;Enregistré le;Expéditeur;Objet;Service"
GOOD = "2025-000007;06/01/2025;02/01/2025;07/01/2025;Mme Martin;Acte;État civil"


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def send(client: Client, content: str | bytes, name: str = "registre.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post("/courriers/importer/", {"file": SimpleUploadedFile(name, data)})


def sent(client: Client, content: str | bytes, name: str = "registre.csv") -> str:
    """The address of the assistant for that file."""
    response = send(client, content, name)
    assert response.status_code == 302, response.context["form"].errors
    return str(response.headers["Location"])


def choices(client: Client, address: str) -> dict[str, str]:
    """What the assistant proposes, as a browser would send it."""
    form = client.get(address).context["form"]
    return {column.name: field.value() for column, field in form.rows() if field.value()}


def tried(client: Client, content: str | bytes, name: str = "registre.csv", **more: str) -> Any:
    address = sent(client, content, name)
    response = client.post(address, choices(client, address) | more)
    return response.context["outcome"]


def brought_in(
    client: Client, content: str | bytes, name: str = "registre.csv", **more: str
) -> RegisterFile:
    address = sent(client, content, name)
    assert client.post(address, choices(client, address) | more).status_code == 200
    client.post(f"{address}confirmer/")
    return RegisterFile.objects.get(public_id=address.split("/")[-2])


def lines(*rows: str, head: str = HEAD) -> str:
    return "\n".join((head, *rows)) + "\n"


@pytest.fixture
def client(client_of: Login, administrateur: Agent, service: Service) -> Client:
    return client_of(administrateur)


class TestAssistant:
    def test_the_columns_are_recognised_with_samples(self, client: Client) -> None:
        address = sent(client, lines(GOOD))
        page = client.get(address)
        found = {column.title: field.value() for column, field in page.context["form"].rows()}
        assert found == {
            "Chrono": "chrono",
            "Arrivée": "received",
            "Date lettre": "letter",
            "Enregistré le": "registered",
            "Expéditeur": "sender",
            "Objet": "subject",
            "Service": "service",
        }
        assert "Mme Martin" in text_of(page)

    def test_a_dry_run_shows_what_it_understood_and_writes_nothing(self, client: Client) -> None:
        outcome = tried(client, lines(GOOD, "", "8;07/01/2025;;;;;État civil"))
        assert outcome.counts() == {"accepted": 2, "present": 0, "refused": 0, "blank": 1}
        first = outcome.preview[0]
        assert (first.chrono, first.received_on, first.sender) == (
            "2025-000007",
            date(2025, 1, 6),
            "Mme Martin",
        )
        assert outcome.preview[1].chrono == "2025-000008"
        for model in (Demande, Letter, Numbering, Usager):
            assert not model.objects.exists()

    @pytest.mark.parametrize(
        ("row", "column", "reason"),
        [
            ("2025-7;01/02/2035;;;;;État civil", "Arrivée", "futur"),
            ("2025-7;31/02/2025;;;;;État civil", "Arrivée", "Date"),
            ("2025-7;;;;;;État civil", "Arrivée", "Date de réception manquante"),
            ("2025-7;06/01/2025;07/01/2025;;;;État civil", "Date lettre", "d’après sa réception"),
            ("2025-7;06/01/2025;;05/01/2025;;;État civil", "Enregistré le", "avant d’être arrivé"),
            ("2025-7;06/01/2025;;01/02/2199;;;État civil", "Enregistré le", "futur"),
            ("2025-7;06/01/2025;;hier;;;État civil", "Enregistré le", "illisible"),
            ("douze;06/01/2025;;;;;État civil", "Chrono", "Numéro illisible"),
            ("2025-7;06/01/2025;;;;;Piscine", "Service", "Service inconnu"),
            ("2025-7;06/01/2025;;;;;", "Service", "Service manquant"),
            (f"2025-7;06/01/2025;;;{'x' * 161};;État civil", "Expéditeur", "trop long"),
            ("2025-7;06/01/2025;;;;=1+1;État civil", "Objet", "Formule"),
            ("2025-7;06/01/2025;;;;a", "", "6 valeurs au lieu de 7"),
        ],
    )
    def test_a_wrong_line_is_told_with_its_column_and_the_others_can_go_in(
        self, client: Client, row: str, column: str, reason: str
    ) -> None:
        outcome = tried(client, lines(row, "2025-9;06/01/2025;;;;;État civil"))
        assert (outcome.accepted, outcome.refused) == (1, 1)
        (refused,) = outcome.refusals
        assert (refused.line, refused.column) == (2, column)
        assert reason in refused.reason

    def test_two_lines_of_one_number(self, client: Client) -> None:
        outcome = tried(client, lines(GOOD, GOOD.replace("Acte", "Autre")))
        (refused,) = outcome.refusals
        assert (refused.line, refused.reason) == (3, "Numéro déjà lu à la ligne 2.")

    def test_a_default_service_and_unknown_motifs(self, client: Client, service: Service) -> None:
        content = lines("06/01/2025;Voirie;Nid-de-poule", head="Arrivée;Type;Objet")
        address = sent(client, content)
        chosen = choices(client, address)
        assert client.post(address, chosen).status_code == 422
        more = {"default_service": service.name}
        assert client.post(address, chosen | more).context["outcome"].refused == 1
        outcome = client.post(address, chosen | more | {"create_motifs": "on"}).context["outcome"]
        assert outcome.accepted == 1
        assert not Motif.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"c1": ""}, "la date d’arrivée"),
            ({"c6": ""}, "quelle colonne donne le service"),
            ({"c5": "sender"}, "déjà donné par une autre colonne"),
            ({"c5": "n’importe quoi"}, "choix"),
            ({"default_service": "Ailleurs"}, "choix"),
        ],
    )
    def test_a_wrong_mapping_is_told(
        self, client: Client, changes: dict[str, str], message: str
    ) -> None:
        address = sent(client, lines(GOOD))
        response = client.post(address, choices(client, address) | changes)
        assert response.status_code == 422
        assert message in text_of(response)


class TestBringingIn:
    def test_with_their_own_numbers_and_dates(self, client: Client, service: Service) -> None:
        file = brought_in(client, lines(GOOD))
        letter = Letter.objects.select_related("demande__usager").get()
        assert letter.chrono == "2025-000007"
        assert (letter.demande.received_on, letter.demande.letter_on, letter.registered_on) == (
            date(2025, 1, 6),
            date(2025, 1, 2),
            date(2025, 1, 7),
        )
        assert (letter.sender, letter.demande.subject) == ("Mme Martin", "Acte")
        assert letter.demande.channel == "mail"
        assert letter.demande.usager is not None
        assert file.outcome == {"accepted": 1, "present": 0, "refused": 0, "blank": 0}
        assert bytes(file.content) == b""
        found = registration_delays(
            service.organisation_id, [service.pk], date(2025, 1, 1), date(2025, 12, 31)
        )
        assert found.histogram == {1: 1}

    def test_numbers_go_on_after_the_last_one_in_the_order_of_the_file(
        self, client: Client, service: Service, agent: Agent
    ) -> None:
        rows = [
            ";06/01/2025;;;;Premier;État civil",
            GOOD,
            ";06/01/2025;;;;Second;État civil",
            ";07/01/2024;;;;Autre année;État civil",
        ]
        brought_in(client, lines(*rows))
        found = dict(Letter.objects.values_list("demande__subject", "number"))
        assert found == {"Premier": 8, "Acte": 7, "Second": 9, "Autre année": 1}
        later = make_letter(
            service, agent, date(2025, 6, 2), now=datetime(2025, 6, 3, 9, tzinfo=UTC)
        )
        assert later.chrono == "2025-000010"

    def test_what_did_not_say_when_it_was_registered_counts_in_no_delay(
        self, client: Client, service: Service
    ) -> None:
        brought_in(client, lines("2025-7;06/01/2025;;;;;État civil"))
        assert Letter.objects.get().registered_on is None
        found = registration_delays(
            service.organisation_id, [service.pk], date(2025, 1, 1), date(2025, 12, 31)
        )
        assert found.n == 0

    @pytest.mark.parametrize("row", [GOOD, GOOD.replace("2025-000007", "")])
    def test_the_same_file_again_brings_nothing(self, client: Client, row: str) -> None:
        content = lines(row, row.replace("Acte", "Autre").replace("7;06", "8;06"))
        brought_in(client, content)
        before = list(Letter.objects.order_by("pk").values())
        again = brought_in(client, content)
        assert again.outcome == {"accepted": 0, "present": 2, "refused": 0, "blank": 0}
        assert list(Letter.objects.order_by("pk").values()) == before

    def test_confirmed_twice_it_comes_in_once(self, client: Client) -> None:
        file = brought_in(client, lines(GOOD))
        address = reverse("letters_import_confirm", args=[file.public_id])
        response = client.post(address, follow=True)
        assert "déjà été repris" in text_of(response)
        assert Letter.objects.count() == 1

    def test_a_known_number_with_another_content_is_refused(self, client: Client) -> None:
        brought_in(client, lines(GOOD))
        outcome = tried(client, lines(GOOD.replace("Acte", "Autre")))
        (refused,) = outcome.refusals
        assert "avec un autre contenu (Objet)" in refused.reason

    def test_a_letter_transferred_since_is_the_same_letter(
        self, client: Client, administrateur: Agent, other_service: Service
    ) -> None:
        brought_in(client, lines(GOOD))
        demande = Demande.objects.get()
        now = timezone.now()
        transfer(demande, to_service=other_service, reason="Erreur", by=administrateur, at=now)
        assert tried(client, lines(GOOD)).present == 1
        demande.refresh_from_db()
        assert demande.service == other_service

    def test_a_number_ahead_of_a_register_kept_here_would_leave_a_hole(
        self, client: Client, service: Service, agent: Agent
    ) -> None:
        make_letter(service, agent, date(2025, 1, 6), now=datetime(2025, 1, 7, 9, tzinfo=UTC))
        outcome = tried(client, lines(GOOD, GOOD.replace("2025-000007", "")))
        (refused,) = outcome.refusals
        assert "laisserait un trou" in refused.reason
        assert outcome.preview[0].chrono == "2025-000002"

    def test_without_a_dry_run_nothing_can_be_confirmed(self, client: Client) -> None:
        address = sent(client, lines(GOOD))
        response = client.post(f"{address}confirmer/", follow=True)
        assert "Dites d’abord" in text_of(response)
        assert not Letter.objects.exists()

    def test_as_many_statements_for_two_lines_as_for_forty(self, client: Client) -> None:
        def statements(first: int, count: int) -> int:
            rows = [
                GOOD.replace("000007", f"{number:06}") for number in range(first, first + count)
            ]
            address = sent(client, lines(*rows))
            client.post(address, choices(client, address))
            with CaptureQueriesContext(connection) as captured:
                client.post(f"{address}confirmer/")
            return len(captured)

        statements(1, 1)
        assert statements(10, 2) == statements(100, 40)


class TestFiles:
    @pytest.mark.parametrize(
        ("content", "name", "message"),
        [
            (b"", "registre.csv", "vide"),
            (b"MZ\x90\x00\x03\x00\x00\x00", "registre.csv", "n’est pas ce qu’il prétend"),
            (b"\x7fELF\x02\x01", "registre.xlsx", "mais un programme"),
            (b"%PDF-1.7", "registre.csv", "c’est un PDF"),
            (b"\x00" * 200, "registre.csv", "octet nul"),
            (b"PK\x03\x04 rien", "registre.xlsx", "abîmé"),
            (b"a;b\n", "registre.exe", "extension inconnue"),
            (b"x" * 25_000_001, "registre.csv", "la limite est de 25 Mo"),
        ],
    )
    def test_what_is_no_register_is_refused_at_its_field(
        self, client: Client, content: bytes, name: str, message: str
    ) -> None:
        response = send(client, content, name)
        assert response.status_code == 422
        assert message in str(response.context["form"].errors["file"])
        assert not RegisterFile.objects.exists()

    def test_a_zip_bomb_is_refused_before_it_is_unpacked(self, client: Client) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("xl/workbook.xml", "<workbook/>")
            package.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
        response = send(client, file.getvalue(), "registre.xlsx")
        assert response.status_code == 422
        assert "démesuré" in str(response.context["form"].errors["file"])

    def test_a_file_with_its_titles_alone(self, client: Client) -> None:
        address = sent(client, HEAD + "\n")
        response = client.post(address, choices(client, address))
        assert response.status_code == 422
        assert "que ses titres de colonnes" in text_of(response)

    def test_too_many_lines_for_one_page(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("letters.register.reading.MOST_LINES", 2)
        address = sent(client, lines(GOOD, GOOD, GOOD))
        response = client.post(address, choices(client, address))
        assert response.status_code == 422
        assert "partagez le fichier" in text_of(response)

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../etc/passwd", "passwd"),
            (r"C:\Users\moi\registre.csv", "registre.csv"),
            ("a\x00b\n.csv", "a_b_.csv"),
            ("x" * 300 + ".csv", "x" * 116 + ".csv"),
            ("..", "fichier"),
        ],
    )
    def test_a_name_is_made_safe(self, name: str, kept: str) -> None:
        assert safe_name(name) == kept

    def test_what_waits_for_a_day_is_forgotten(self, client: Client) -> None:
        sent(client, lines(GOOD))
        RegisterFile.objects.update(sent_at=datetime(2026, 1, 1, tzinfo=UTC))
        sent(client, lines(GOOD))
        assert RegisterFile.objects.count() == 1


class TestExport:
    """What goes out can come in again, and is then the same."""

    def register(self, organisation: Organisation, service: Service, agent: Agent) -> None:
        motif = factories.make_motif(organisation, name="Voirie")
        make_letter(service, agent, letter_on=date(2026, 6, 15), motif=motif)
        make_letter(service, agent, sender="", subject="-1 place de parking")
        make_letter(service, agent, sender="@quelqu’un", subject="Accents ; « guillemets »")

    @pytest.mark.parametrize("suffix", ["csv", "xlsx"])
    def test_round_trip(
        self,
        client_of: Login,
        administrateur: Agent,
        organisation: Organisation,
        service: Service,
        agent: Agent,
        suffix: str,
    ) -> None:
        self.register(organisation, service, agent)
        home = client_of(administrateur)
        content = downloaded(home, f"/courriers/registre.{suffix}")
        assert tried(home, content, f"registre.{suffix}").counts() == {
            "accepted": 0,
            "present": 3,
            "refused": 0,
            "blank": 0,
        }
        elsewhere = factories.make_organisation()
        factories.make_service(elsewhere, name=service.name)
        there = client_of(factories.make_agent(elsewhere, Role.ADMINISTRATEUR))
        file = brought_in(there, content, f"registre.{suffix}", create_motifs="on")
        assert file.outcome["accepted"] == 3
        assert cells(downloaded(there, "/courriers/registre.csv")) == cells(
            downloaded(home, "/courriers/registre.csv")
        )

    def test_no_cell_can_be_a_formula(
        self, client_of: Login, organisation: Organisation, service: Service, agent: Agent
    ) -> None:
        make_letter(service, agent, subject='=HYPERLINK("http://x")', sender="+33 1")
        client = client_of(agent)
        (_head, row) = cells(downloaded(client, "/courriers/registre.csv"))
        assert row[4:6] == ["'+33 1", '\'=HYPERLINK("http://x")']
        book = openpyxl.load_workbook(io.BytesIO(downloaded(client, "/courriers/registre.xlsx")))
        sheet = book.worksheets[0]
        kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row}
        assert "d" in kinds
        assert "f" not in kinds

    def test_the_filters_of_the_page_are_those_of_the_file(
        self, client_of: Login, organisation: Organisation, service: Service, agent: Agent
    ) -> None:
        self.register(organisation, service, agent)
        client = client_of(agent)
        assert len(cells(downloaded(client, "/courriers/registre.csv?q=parking"))) == 2
        assert len(cells(downloaded(client, "/courriers/registre.csv?annee=1999"))) == 1


def downloaded(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200
    if getattr(response, "streaming", False):
        return b"".join(response)
    return response.content


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
