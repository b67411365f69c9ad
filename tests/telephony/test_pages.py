"""The telephone through its pages: register, figures, lines, records, a call written by hand."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from directory.models import Agent, Service
from telephony.enums import Outcome, Part
from telephony.models import Call, Line, RecordFile, TelephonySetting
from telephony.queries import CallQuery
from tests import factories
from tests.telephony.situations import make_call, make_line, morning
from tests.telephony.test_import import FILE

Login = Callable[[Agent], Client]


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


class TestRegister:
    address = "/telephone/"

    def test_who_calls_back_sees_the_number_and_who_counts_two_digits(
        self, client_of: Login, agent: Agent, qualite: Agent, service: Service
    ) -> None:
        make_call(service, caller="+33199001234")
        page = text_of(client_of(agent).get(self.address))
        assert '<a class="tel" href="tel:+33199001234">01 99 00 12 34</a>' in page
        assert "/saisie/?canal=phone&telephone=%2B33199001234" in page
        masked = text_of(client_of(qualite).get(self.address))
        assert "•• 34" in masked
        assert "99001234" not in masked.replace(" ", "")

    def test_masked_numbers_cannot_be_found_by_trying(
        self, client_of: Login, agent: Agent, qualite: Agent, service: Service
    ) -> None:
        make_call(service, caller="+33199001234")
        asked = {"numero": "01 99 00 12 34"}
        assert client_of(agent).get(self.address, asked).context["page"].paginator.count == 1
        assert client_of(qualite).get(self.address, asked).context["page"].paginator.count == 0

    def test_only_the_calls_of_one_s_services(
        self, client_of: Login, agent: Agent, service: Service, other_service: Service
    ) -> None:
        mine, other = make_call(service), make_call(other_service)
        client = client_of(agent)
        assert [line.call for line in client.get(self.address).context["lines"]] == [mine]
        assert client.get(reverse("call", args=[other.public_id])).status_code == 404

    def test_fifty_a_page_and_as_many_statements_for_one_as_for_twenty(
        self,
        client_of: Login,
        agent: Agent,
        service: Service,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client = client_of(agent)
        line = make_line(service)
        demande = factories.make_demande(service)
        for size in (1, 19):
            for _one in range(size):
                make_call(service, caller="+33199001234", line=line, demande=demande)
            client.get(self.address)
            with django_assert_num_queries(13):
                assert client.get(self.address).status_code == 200
        for _one in range(35):
            make_call(service)
        assert len(client.get(self.address).context["lines"]) == 50
        assert len(client.get(self.address, {"page": 2}).context["lines"]) == 5

    @pytest.mark.parametrize(
        "asked", [{"du": "2026-06-05", "au": "2026-06-01"}, {"du": "hier"}, {"chiffre": "x"}]
    )
    def test_a_wrong_filter_shows_nothing_and_says_why(
        self, client_of: Login, agent: Agent, service: Service, asked: dict[str, str]
    ) -> None:
        make_call(service)
        response = client_of(agent).get(self.address, asked)
        assert response.context["form"].errors
        assert not response.context["lines"]

    def test_states_without_calls(self, client_of: Login, agent: Agent, service: Service) -> None:
        client = client_of(agent)
        assert "Aucun appel pour l’instant" in text_of(client.get(self.address))
        asked = {"issue": "abandoned"}
        assert "Aucun appel ne correspond" in text_of(client.get(self.address, asked))


class TestFigures:
    address = "/telephone/chiffres/"
    period = {"du": "2026-06-01", "au": "2026-06-30"}

    def test_each_figure_opens_the_list_it_counts(
        self, client_of: Login, responsable: Agent, service: Service, other_service: Service
    ) -> None:
        for outcome in Outcome:
            for seconds in (3, 20, 44):
                make_call(service, outcome=outcome, seconds=seconds)
                make_call(service, outcome=outcome, seconds=seconds, in_hours=False)
                make_call(other_service, outcome=outcome, seconds=seconds)
        client = client_of(responsable)
        parts = client.get(self.address, self.period).context["parts"]
        found = {one.part: client.get(one.url).context["page"].paginator.count for one in parts}
        assert found == {one.part: one.count for one in parts}
        assert found == {
            Part.IN_TARGET: 2,
            Part.TOO_LATE: 4,
            Part.ABANDONED_LATE: 2,
            Part.UNANSWERED: 3,
            Part.ABANDONED_EARLY: 1,
            Part.OUT_OF_HOURS: 12,
        }

    def test_the_rate_its_n_its_interval_and_the_seconds_per_ring(
        self, client_of: Login, responsable: Agent, service: Service
    ) -> None:
        for seconds in (3, 3, 3, 44):
            make_call(service, seconds=seconds)
        page = text_of(client_of(responsable).get(self.address, self.period))
        assert "75,0\u202f%" in page
        assert "n = 4" in page
        assert "30,1–95,4\u202f%" in page
        assert "une sonnerie dure 5\u00a0s" in page

    def test_month_by_month(self, client_of: Login, responsable: Agent, service: Service) -> None:
        make_call(service, started=morning(date(2026, 5, 29)))
        make_call(service, seconds=50)
        asked = {"du": "2026-05-01", "au": "2026-06-30"}
        series = client_of(responsable).get(self.address, asked).context["months"]
        found = [(point.label, point.value, point.n) for point in series.points]
        assert found == [("mai 2026", 1.0, 1), ("juin 2026", 0.0, 1)]

    def test_nothing_on_the_period(
        self, client_of: Login, responsable: Agent, service: Service
    ) -> None:
        make_call(service)
        assert "Aucun appel sur la période" in text_of(client_of(responsable).get(self.address))

    def test_a_wrong_period(self, client_of: Login, responsable: Agent, service: Service) -> None:
        asked = {"du": "2026-06-05", "au": "2026-06-01"}
        response = client_of(responsable).get(self.address, asked)
        assert response.status_code == 422

    def test_as_many_statements_whatever_the_services(
        self,
        client_of: Login,
        administrateur: Agent,
        service: Service,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client = client_of(administrateur)
        factories.make_service(service.organisation)
        make_call(service)
        client.get(self.address, self.period)
        for _size in range(2):
            with django_assert_num_queries(16):
                client.get(self.address, self.period)
            for _one in range(10):
                make_call(factories.make_service(service.organisation, service.calendar))


class TestWritingDown:
    address = "/telephone/saisie/"

    def typed(self, service: Service, **kwargs: object) -> dict[str, object]:
        return {
            "key": str(uuid.uuid4()),
            "outcome": "agent",
            "service": service.pk,
            "rings": "3",
            "started_at": "2026-06-01T10:00",
            "caller": "01 99 00 12 34",
            **kwargs,
        }

    def test_a_call_is_written(self, client_of: Login, agent: Agent, service: Service) -> None:
        response = client_of(agent).post(self.address, self.typed(service), follow=True)
        call = Call.objects.get()
        assert (call.rings_told, call.caller, call.recorded_by) == (3, "+33199001234", agent)
        assert call.started_at == factories.at(call.started_on, 10)
        assert call.in_hours
        assert "Appel enregistré" in text_of(response)

    def test_seconds_instead_of_rings(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        values = self.typed(service, rings="", seconds="19,9")
        client_of(agent).post(self.address, values)
        call = Call.objects.get()
        assert (call.wait_ms, call.rings_told) == (19_900, None)
        query = CallQuery.of(service.organisation_id, [service.pk], None, None)
        assert query.figures().rings == {4: 1}

    def test_the_clock_is_that_of_the_service(
        self, client_of: Login, administrateur: Agent, service: Service
    ) -> None:
        overseas = factories.make_calendar(service.organisation, "la-reunion")
        if overseas.time_zone == "Europe/Paris":
            overseas.time_zone = "Indian/Reunion"
            overseas.save()
        there = factories.make_service(service.organisation, overseas)
        client_of(administrateur).post(self.address, self.typed(there))
        assert Call.objects.get().local_time == "10:00"

    def test_sent_twice_it_is_one_call(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        values, client = self.typed(service), client_of(agent)
        for _click in range(2):
            assert client.post(self.address, values).status_code == 302
        assert Call.objects.count() == 1
        other = client.post(self.address, values | {"rings": "9"})
        assert "déjà servi pour un autre appel" in text_of(other)

    def test_on_to_the_demande(self, client_of: Login, agent: Agent, service: Service) -> None:
        response = client_of(agent).post(self.address, self.typed(service, then_log="1"))
        assert response.headers["Location"] == "/saisie/?canal=phone&telephone=%2B33199001234"

    @pytest.mark.parametrize(
        ("wrong", "field", "said"),
        [
            ({"caller": "abc"}, "caller", "ne contient pas de lettres"),
            ({"caller": "01 23 45 67"}, "caller", "n’est pas valide"),
            ({"rings": ""}, "rings", "Indiquez le nombre de sonneries"),
            ({"rings": "0"}, "rings", "1"),
            ({"seconds": "5"}, "seconds", "pas les deux"),
            ({"rings": "", "seconds": "-1"}, "seconds", "0"),
            ({"outcome": "fax"}, "outcome", "choix valide"),
            ({"started_at": "2098-01-01T10:00"}, "started_at", "dans le futur"),
            ({"started_at": "1998-01-01T10:00"}, "started_at", "an 2000"),
            ({"started_at": "demain"}, "started_at", "valide"),
            ({"service": "0"}, "service", "choix valide"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
        self,
        client_of: Login,
        agent: Agent,
        service: Service,
        wrong: dict[str, object],
        field: str,
        said: str,
    ) -> None:
        values = self.typed(service, note="Rappeler demain") | wrong
        response = client_of(agent).post(self.address, values)
        assert response.status_code == 422
        assert said in " ".join(response.context["form"].errors[field])
        assert "Rappeler demain" in text_of(response)
        assert not Call.objects.exists()

    def test_a_call_is_tied_to_its_demande(
        self, client_of: Login, agent: Agent, service: Service, other_service: Service
    ) -> None:
        call, demande = make_call(service), factories.make_demande(service)
        hidden = factories.make_demande(other_service)
        client, address = client_of(agent), reverse("call", args=[call.public_id])
        refused = client.post(address, {"reference": hidden.reference})
        assert "Aucune demande de vos services" in text_of(refused)
        assert client.post(address, {"reference": demande.reference.lower()}).status_code == 302
        assert demande.reference in text_of(client.get(address))
        assert text_of(client.get("/telephone/")).count(demande.reference) == 1

    def test_a_script_in_a_record_is_only_text(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        make_call(service, caller="<script>alert(1)</script>")
        assert b"<script>alert" not in client_of(agent).get("/telephone/").content


class TestLines:
    def test_a_line_is_added_then_changed(
        self, client_of: Login, administrateur: Agent, service: Service
    ) -> None:
        client = client_of(administrateur)
        values = {"number": "01 99 00 12 00", "service": service.pk, "is_active": "on"}
        assert client.post("/telephone/lignes/nouvelle/", values).status_code == 302
        line = Line.objects.get()
        assert (line.number, line.ring_ms) == ("+33199001200", None)
        address = reverse("call_line_edit", args=[line.public_id])
        assert client.post(address, values | {"seconds_per_ring": "6,5"}).status_code == 302
        line.refresh_from_db()
        assert line.ring_ms == 6500
        assert "01 99 00 12 00" in text_of(client.get("/telephone/lignes/"))
        assert "6,5" in text_of(client.get("/telephone/lignes/"))

    def test_a_number_is_one_line_however_it_is_written(
        self, client_of: Login, administrateur: Agent, service: Service
    ) -> None:
        make_line(service, "+33199001200")
        values = {"number": "+33 1 99 00 12 00", "service": service.pk}
        response = client_of(administrateur).post("/telephone/lignes/nouvelle/", values)
        assert "Une ligne porte déjà ce numéro" in str(response.context["form"].errors["number"])

    def test_the_service_of_another_organisation_is_no_choice(
        self, client_of: Login, administrateur: Agent, service: Service
    ) -> None:
        foreign = factories.make_service(factories.make_organisation())
        values = {"number": "1234", "service": foreign.pk}
        response = client_of(administrateur).post("/telephone/lignes/nouvelle/", values)
        assert response.context["form"].errors["service"]


class TestSettings:
    address = "/telephone/reglages/"

    def test_seconds_per_ring_and_how_a_click_dials(
        self, client_of: Login, administrateur: Agent, agent: Agent, service: Service
    ) -> None:
        values = {"seconds_per_ring": "4", "dial_template": "sip:{number}@pbx.exemple.fr"}
        assert client_of(administrateur).post(self.address, values).status_code == 302
        assert TelephonySetting.objects.get().ring_ms == 4000
        make_call(service, caller="+33199001234")
        page = text_of(client_of(agent).get("/telephone/"))
        assert 'href="sip:+33199001234@pbx.exemple.fr"' in page

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"dial_template": "javascript:alert({number})"}, "dial_template"),
            ({"seconds_per_ring": "0"}, "seconds_per_ring"),
            ({"seconds_per_ring": "16"}, "seconds_per_ring"),
            ({"seconds_per_ring": "beaucoup"}, "seconds_per_ring"),
        ],
    )
    def test_refused(
        self,
        client_of: Login,
        administrateur: Agent,
        service: Service,
        wrong: dict[str, str],
        field: str,
    ) -> None:
        values = {"seconds_per_ring": "5", "dial_template": "tel:{number}", **wrong}
        response = client_of(administrateur).post(self.address, values)
        assert list(response.context["form"].errors) == [field]
        assert not TelephonySetting.objects.exists()


class TestRecords:
    address = "/telephone/releves/nouveau/"

    def send(self, client: Client, content: bytes = FILE.encode(), **kwargs: str) -> object:
        file = SimpleUploadedFile("relevé.csv", content)
        return client.post(self.address, {"file": file, "format": "csv", **kwargs}, follow=True)

    def test_look_then_confirm(
        self, client_of: Login, administrateur: Agent, service: Service
    ) -> None:
        make_line(service, "+33199001200")
        client = client_of(administrateur)
        page = text_of(self.send(client))
        assert "Importer 3 appels" in page
        assert "début illisible : « pas une date »" in page
        assert "?numero=%2B33199009999" in page
        assert not Call.objects.exists()
        file = RecordFile.objects.get()
        confirm = reverse("call_record_confirm", args=[file.public_id])
        assert "3 appels repris" in text_of(client.post(confirm, follow=True))
        assert "déjà été importé" in text_of(client.post(confirm, follow=True))
        assert Call.objects.count() == 3
        assert client.get("/telephone/releves/").context["page"].paginator.count == 1

    def test_dropped_it_leaves_nothing(
        self, client_of: Login, administrateur: Agent, service: Service
    ) -> None:
        client = client_of(administrateur)
        self.send(client)
        drop = reverse("call_record_drop", args=[RecordFile.objects.get().public_id])
        assert "rien n’a été enregistré" in text_of(client.post(drop, follow=True))
        assert not RecordFile.objects.exists()

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "vide"),
            (b"\x89PNG....", "une image PNG"),
            (b"un,deux\n1,2\n", "il manque : debut, appele"),
            (b"a" * (25 * 1024 * 1024 + 1), "25 Mo"),
        ],
        ids=["empty", "png", "no head", "too big"],
    )
    def test_a_file_that_is_no_record(
        self, client_of: Login, administrateur: Agent, service: Service, content: bytes, said: str
    ) -> None:
        response = self.send(client_of(administrateur), content, in_utc="on")
        assert response.status_code == 422  # type: ignore[attr-defined]
        assert said in " ".join(response.context["form"].errors["file"])  # type: ignore[attr-defined]
        assert not RecordFile.objects.exists()

    def test_the_name_of_a_file_is_only_a_name(
        self, client_of: Login, administrateur: Agent, service: Service
    ) -> None:
        file = SimpleUploadedFile("<b>x</b>.csv", FILE.encode())
        client = client_of(administrateur)
        client.post(self.address, {"file": file, "format": "csv"})
        assert b"<b>x</b>" not in client.get("/telephone/releves/").content

    def test_as_many_statements_for_one_record_as_for_twenty(
        self,
        client_of: Login,
        administrateur: Agent,
        service: Service,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client = client_of(administrateur)
        for size in (1, 19):
            for _one in range(size):
                RecordFile.objects.create(
                    organisation=service.organisation,
                    file_name="r.csv",
                    format="csv",
                    uploaded_at=timezone.now() - timedelta(hours=1),
                    uploaded_by=administrateur,
                    content=b"x",
                )
            with django_assert_num_queries(5):
                client.get("/telephone/releves/")


def test_the_documented_example_can_be_imported() -> None:
    from telephony.records.reading import read_records

    example = Path(__file__).resolve().parents[2] / "examples" / "appels.csv"
    reading = read_records(example.read_bytes(), "csv")
    assert not reading.broken
    assert len(reading.calls) == 5
