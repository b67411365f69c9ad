"""The board, the page of an engagement, its demandes, its exports and the API: one same count."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from contacts.enums import Channel, Nature
from directory.models import Agent, Service
from engagements import referential
from engagements.readings import Reading, trend_of
from engagements.recount import recount_stale
from engagements.views.rules import RULES
from tests import factories
from ui.exports import cell_text

Login = Callable[[Agent], Client]


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def rows_of(response: object) -> list[list[str]]:
    content = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(content), delimiter=";"))


@pytest.fixture
def letters(service: Service, other_service: Service) -> None:
    """Fifty letters; every fifth of the second service is late."""
    factories.national_targets(service.organisation)
    start = timezone.localdate() - timedelta(days=120)
    for number in range(25):
        day = start + timedelta(days=number)
        factories.make_demande(
            service, day, channel=Channel.MAIL, replied=day + timedelta(days=5), subject="=1+1"
        )
        late = 60 if number % 5 == 0 else 8
        factories.make_demande(
            other_service, day, channel=Channel.MAIL, replied=day + timedelta(days=late)
        )
    factories.make_demande(service, timezone.localdate(), channel=Channel.MAIL)


def test_the_board_shows_nineteen_engagements_and_makes_up_nothing(
    client_of: Login, qualite: Agent, service: Service
) -> None:
    page = client_of(qualite).get("/tableau-de-bord/")
    tiles = [tile for _rubrique, tiles in page.context["rubriques"] for tile in tiles]
    assert [tile.engagement.number for tile in tiles] == list(range(1, 20))
    assert all(tile.reading is None or tile.reading.rate is None for tile in tiles)
    text = text_of(page)
    assert "%" not in text.replace("95 %", "")
    assert text.count("Rien ne le mesure encore") == 11
    assert text.count("n. d.") == 8


def test_the_board_reads_what_was_counted(client_of: Login, qualite: Agent, letters: None) -> None:
    page = client_of(qualite).get("/tableau-de-bord/")
    tiles = {t.engagement.number: t for _r, tiles in page.context["rubriques"] for t in tiles}
    reading = tiles[10].reading
    assert (reading.hits, reading.n, reading.pending) == (45, 50, 1)
    assert tiles[11].reading.is_empty


def test_board_page_drill_down_export_and_api_say_the_same(
    client_of: Login, qualite: Agent, letters: None
) -> None:
    client = client_of(qualite)
    for _before_and_after_the_worker in range(2):
        reading = client.get("/engagements/10/").context["reading"]
        late = client.get("/engagements/10/first-reply-mail/demandes/?etat=hors-delai")
        listed = rows_of(
            client.get("/engagements/10/first-reply-mail/demandes/?etat=hors-delai&format=csv")
        )
        figures = rows_of(client.get("/engagements/10/first-reply-mail/export.csv"))
        period = {"channel": "mail", "measure": "first_reply"}
        [row] = client.get("/api/v1/indicators/", period).json()
        assert late.context["page"].paginator.count == len(listed) - 1 == reading.late == 5
        total = dict(zip(figures[0], figures[-1], strict=True))
        assert int(total["dans le délai"]) == reading.hits == row["in_time"] == 45
        assert int(total["n"]) == reading.n == row["n"] == 50
        assert sum(int(line[3]) for line in figures[1:-1]) == reading.hits
        assert total["médiane (jours ouvrés)"] == str(reading.median) == str(row["median"])
        assert float(total["taux"].replace(",", ".")) == pytest.approx(row["rate"])
        recount_stale()


def test_a_responsable_sees_their_services_only(
    client_of: Login, responsable: Agent, letters: None
) -> None:
    client = client_of(responsable)
    assert client.get("/engagements/10/").context["reading"].n == 25
    [row] = client.get("/api/v1/indicators/", {"channel": "mail"}).json()
    assert row["n"] == 25
    count = client.get("/engagements/10/first-reply-mail/demandes/").context["page"]
    assert count.paginator.count == 26


def test_filters_narrow_and_a_foreign_service_is_no_choice(
    client_of: Login, qualite: Agent, letters: None, other_service: Service
) -> None:
    client = client_of(qualite)
    page = client.get("/engagements/10/", {"service": str(other_service.public_id)})
    assert page.context["reading"].n == 25
    assert client.get("/engagements/10/", {"canal": "email"}).context["reading"].is_empty
    foreign = factories.make_service(factories.make_organisation())
    page = client.get("/engagements/10/", {"service": str(foreign.public_id)})
    assert "choix valide" in text_of(page)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"du": "hier"}, "date valide"),
        ({"du": "2026-05-02", "au": "2026-05-01"}, "précède son début"),
        ({"du": "2001-01-01"}, "dépasse dix ans"),
        ({"canal": "fax"}, "choix valide"),
        ({"service": "rien"}, "choix valide"),
        ({"du": "9999-12-31", "au": "9999-12-31"}, "trop lointaine"),
        ({"du": "0001-01-01", "au": "0001-01-01"}, "antérieure à l’an 2000"),
    ],
)
def test_a_wrong_filter_is_told_and_gives_no_figure(
    client_of: Login, qualite: Agent, service: Service, asked: dict[str, str], message: str
) -> None:
    for address in (
        "/engagements/10/",
        "/tableau-de-bord/",
        "/engagements/10/first-reply-mail/demandes/",
    ):
        page = client_of(qualite).get(address, asked)
        assert page.status_code == 422
        assert message in text_of(page)
        assert "reading" not in page.context
        assert "rubriques" not in page.context


def test_a_row_of_the_services_and_the_list_behind_it_agree(
    client_of: Login, qualite: Agent, letters: None, service: Service, other_service: Service
) -> None:
    """A service counts alone in the table, though others depend on it."""
    other_service.parent = service
    other_service.save()
    client = client_of(qualite)
    page = client.get("/engagements/10/")
    for row in page.context["services"]:
        address = "/engagements/10/first-reply-mail/demandes/"
        listed = client.get(address, {"service": row.key, "seul": "1"}).context["page"]
        assert listed.paginator.count == row.reading.n + row.reading.pending
    branch = client.get("/engagements/10/", {"service": str(service.public_id)})
    assert branch.context["reading"].n == 50


def test_the_number_of_queries_does_not_grow(
    client_of: Login,
    qualite: Agent,
    letters: None,
    service: Service,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_of(qualite)
    addresses = (
        "/tableau-de-bord/",
        "/engagements/10/",
        "/engagements/10/first-reply-mail/demandes/",
    )
    for address in addresses:
        with django_assert_max_num_queries(100) as before:
            client.get(address)
        for number in range(20):
            factories.make_demande(
                service, timezone.localdate() - timedelta(days=number), channel=Channel.MAIL
            )
        with django_assert_max_num_queries(len(before)):
            client.get(address)


def test_an_unmeasured_engagement_has_a_page_without_figure(
    client_of: Login, qualite: Agent, service: Service
) -> None:
    page = client_of(qualite).get("/engagements/15/")
    assert "Rien ne mesure encore cet engagement" in text_of(page)
    assert "%" not in text_of(page)


@pytest.mark.parametrize(
    "address",
    [
        "/engagements/20/",
        "/engagements/10/inconnu/",
        "/engagements/12/first-reply-mail/",
        "/engagements/14/satisfaction/demandes/",
        "/engagements/10/first-reply-mail/demandes/?etat=inconnu",
    ],
)
def test_what_does_not_exist_is_not_found(
    client_of: Login, qualite: Agent, service: Service, address: str
) -> None:
    assert client_of(qualite).get(address).status_code == 404


def test_an_opinion_has_its_page_even_before_the_first_answer(
    client_of: Login, qualite: Agent, service: Service
) -> None:
    page = client_of(qualite).get("/engagements/14/")
    assert "Aucune donnée sur la période" in text_of(page)
    assert client_of(qualite).get("/engagements/14/satisfaction/export.csv").status_code == 200


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_cell_of_an_export_is_a_formula(start: str) -> None:
    assert cell_text(f"{start}1+1") == f"'{start}1+1"
    assert cell_text("+33 1 99") == "'+33 1 99"
    assert cell_text(-3) == "-3"
    assert cell_text(None) == ""


def test_a_hostile_subject_leaves_as_text(client_of: Login, qualite: Agent, letters: None) -> None:
    listed = rows_of(
        client_of(qualite).get("/engagements/10/first-reply-mail/demandes/?format=csv")
    )
    assert "'=1+1" in {line[5] for line in listed}


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"by": "agent"}, "by"),
        ({"measure": "rings"}, "measure"),
        ({"from": "2026-13-01"}, "from"),
        ({"from": "2026-05-02", "to": "2026-05-01"}, "to"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "1e9"}, "limit"),
        ({"service": "Inconnu"}, "service"),
        ({"channel": "fax"}, "channel"),
        ({"as_of": "2199-01-01"}, "as_of"),
        ({"nature": "' OR 1=1 --"}, "nature"),
    ],
)
def test_the_api_refuses_in_words(
    client_of: Login, qualite: Agent, service: Service, asked: dict[str, str], parameter: str
) -> None:
    response = client_of(qualite).get("/api/v1/indicators/", asked)
    assert response.status_code == 400
    assert response.json()["parameter"] == parameter
    assert response.json()["message"]


def test_the_api_describes_itself(client_of: Login, qualite: Agent, service: Service) -> None:
    response = client_of(qualite).get("/api/v1/schema/")
    assert b"/api/v1/indicators/" in response.content


class TestTrend:
    def months(self, *rates: tuple[int, int]) -> list[Reading]:
        return [Reading(hits=hits, n=n) for hits, n in rates]

    def test_a_clear_change_has_an_arrow(self) -> None:
        up = self.months(*[(50, 100)] * 3, *[(90, 100)] * 3)
        assert trend_of(up) == "better"
        assert trend_of(up[::-1]) == "worse"
        assert trend_of(up, lower_is_better=True) == "worse"

    def test_small_numbers_and_small_changes_have_none(self) -> None:
        assert trend_of(self.months(*[(1, 9)] * 3, *[(9, 9)] * 3)) == ""
        assert trend_of(self.months(*[(80, 100)] * 3, *[(82, 100)] * 3)) == ""
        assert trend_of(self.months((9, 10))) == ""


def test_adopting_a_referential_gives_its_targets_once(service: Service) -> None:
    organisation = service.organisation
    assert referential.adopt(organisation) == 7
    assert referential.adopt(organisation) == 0
    from contacts.targets import limit_for

    def limit(channel: Channel, nature: Nature = Nature.INFORMATION) -> int | None:
        return limit_for(
            organisation, service=service, channel=channel, nature=nature, on=date(2026, 6, 1)
        )

    assert (limit(Channel.MAIL), limit(Channel.EMAIL)) == (15, 5)
    assert limit(Channel.EMAIL, Nature.RECLAMATION) == 15


def test_the_rules_are_open_to_everyone_and_every_link_to_them_arrives(client: Client) -> None:
    page = client.get("/regles-de-comptage/")
    assert page.status_code == 200
    for engagement in referential.load().engagements:
        for indicator in engagement.measured:
            assert f'id="{indicator.rule}"' in page.content.decode()
    assert RULES.exists()
