"""Many letters at once: valid ones in order, refused ones back, nothing twice and nothing lost."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Demande, Usager
from directory.models import Agent, Organisation, Service
from letters.models import Letter
from tests import factories

Login = Callable[[Agent], Client]
ADDRESS = "/courriers/saisie/"
DAY = timezone.localdate() - timedelta(days=3)


def sent(*lines: dict[str, str]) -> dict[str, str]:
    """Lines as a browser sends them, each with its key."""
    data = {"lignes": str(len(lines))}
    for number, line in enumerate(lines):
        for name, text in ({"key": str(uuid.uuid4())} | line).items():
            data[f"l{number}-{name}"] = text
    return data


def line(**kwargs: str) -> dict[str, str]:
    return {"received_on": str(DAY), "service": "État civil", "sender": "Mme Martin", **kwargs}


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def errors_of(response: object) -> list[dict[str, list[str]]]:
    batch = response.context["batch"]  # type: ignore[attr-defined]
    return [dict(one.errors) for one in batch.lines if one.is_bound]


class TestRegistering:
    def test_in_order_with_numbers_in_a_row(
        self, client_of: Login, agent: Agent, service: Service, other_service: Service
    ) -> None:
        data = sent(
            line(subject="Un"),
            {},
            line(subject="Deux", service="urb", letter_on=f"{DAY:%d/%m/%Y}"),
            line(subject="Trois"),
        )
        response = client_of(agent).post(ADDRESS, data, follow=True)
        found = Letter.objects.order_by("number").select_related("demande__service")
        assert [(one.number, one.demande.subject) for one in found] == [
            (1, "Un"),
            (2, "Deux"),
            (3, "Trois"),
        ]
        assert found[1].demande.service == other_service
        assert found[1].demande.letter_on == DAY
        year = timezone.localdate().year
        assert f"3 courriers enregistrés : n° {year}-000001 à {year}-000003." in text_of(response)
        assert f"annee={year}&de=1&a=3" in text_of(response)

    def test_an_arrival_and_a_service_left_empty_are_those_above(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        client_of(agent).post(ADDRESS, sent(line(), {}, {"sender": "M. Petit"}))
        second = Letter.objects.select_related("demande").get(number=2)
        assert (second.demande.received_on, second.demande.service) == (DAY, service)

    def test_the_motif_gives_its_usual_service_and_the_object(
        self, client_of: Login, agent: Agent, organisation: Organisation, other_service: Service
    ) -> None:
        factories.make_motif(organisation, name="Permis de construire", service=other_service)
        client_of(agent).post(ADDRESS, sent(line(service="", motif="permis")))
        demande = Demande.objects.get()
        assert (demande.service, demande.subject) == (other_service, "Permis de construire")

    def test_the_arrival_alone_makes_no_letter(self, client_of: Login, agent: Agent) -> None:
        response = client_of(agent).post(ADDRESS, sent(line(sender="")))
        assert response.status_code == 422
        assert "Aucune ligne n’est remplie" in text_of(response)
        assert not Letter.objects.exists()


@pytest.mark.usefixtures("service")
class TestRefused:
    @pytest.mark.parametrize(
        ("wrong", "field", "message"),
        [
            (
                {"received_on": f"{timezone.localdate() + timedelta(days=2):%d/%m/%Y}"},
                "received_on",
                "La date de réception est dans le futur.",
            ),
            ({"received_on": "31/02/2026"}, "received_on", "n’existe pas"),
            ({"received_on": "1/1/1999"}, "received_on", "antérieure à l’an 2000"),
            ({"received_on": "hier"}, "received_on", "25/11/2026"),
            ({"received_on": ""}, "received_on", "Indiquez la date d’arrivée"),
            ({"letter_on": f"{timezone.localdate()}"}, "letter_on", "d’après sa réception"),
            ({"service": ""}, "service", "Indiquez le service"),
            ({"service": "Piscine"}, "service", "Service inconnu : « Piscine »."),
            ({"motif": "Piscine"}, "motif", "Motif inconnu : « Piscine »."),
            ({"sender": "x" * 161}, "sender", "160"),
        ],
    )
    def test_a_wrong_line_comes_back_with_its_message_and_the_others_go_in(
        self, client_of: Login, agent: Agent, wrong: dict[str, str], field: str, message: str
    ) -> None:
        # The wrong line first: there is nothing above for it to take.
        data = sent(line(subject="Objet gardé") | wrong, line(subject="Bonne"))
        response = client_of(agent).post(ADDRESS, data)
        assert response.status_code == 422
        assert Demande.objects.get().subject == "Bonne"
        (errors,) = errors_of(response)
        assert list(errors) == [field]
        assert message in str(errors[field])
        assert "Objet gardé" in text_of(response)
        assert "Bonne" not in text_of(response)
        assert "1 courrier enregistré" in text_of(response)

    def test_what_a_refused_line_took_from_above_stays_with_it(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        client = client_of(agent)
        response = client.post(ADDRESS, sent(line(), {"sender": "M. Petit", "letter_on": "99/99"}))
        back = response.context["batch"].lines[0]
        mended = {
            "lignes": str(response.context["batch"].count),
            **{back.add_prefix(name): back.typed(name) for name in back.fields},
            back.add_prefix("letter_on"): "",
        }
        client.post(ADDRESS, mended)
        second = Letter.objects.select_related("demande").get(number=2)
        assert (second.sender, second.demande.service) == ("M. Petit", service)
        assert second.demande.received_on == DAY

    def test_sent_twice_each_line_is_registered_once(self, client_of: Login, agent: Agent) -> None:
        data, client = sent(line(subject="Un"), line(subject="Deux")), client_of(agent)
        client.post(ADDRESS, data)
        response = client.post(ADDRESS, data, follow=True)
        assert Letter.objects.count() == Demande.objects.count() == Usager.objects.count() == 2
        assert "-000001" in text_of(response)

    def test_a_key_used_for_another_letter_loses_nothing(
        self, client_of: Login, agent: Agent
    ) -> None:
        key, client = str(uuid.uuid4()), client_of(agent)
        client.post(ADDRESS, sent(line(key=key, subject="Première")))
        response = client.post(ADDRESS, sent(line(key=key, subject="Seconde")))
        assert response.status_code == 422
        back = response.context["batch"].lines[0]
        assert back.typed("key") != key
        client.post(ADDRESS, sent(line(key=back.typed("key"), subject="Seconde")))
        assert Letter.objects.count() == 2

    def test_a_line_without_a_key_is_refused(self, client_of: Login, agent: Agent) -> None:
        assert client_of(agent).post(ADDRESS, sent(line(key=""))).status_code == 422
        assert not Letter.objects.exists()

    def test_names_of_another_organisation_are_unknown(
        self, client_of: Login, agent: Agent
    ) -> None:
        foreign = factories.make_organisation()
        factories.make_service(foreign, name="Ailleurs")
        factories.make_motif(foreign, name="Étranger")
        response = client_of(agent).post(ADDRESS, sent(line(service="Ailleurs", motif="Étranger")))
        (errors,) = errors_of(response)
        assert list(errors) == ["motif", "service"]


class TestPage:
    def test_without_script_more_lines_are_a_button_away(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        response = client_of(agent).post(ADDRESS, sent(line(received_on="x")) | {"plus": "1"})
        assert response.status_code == 200
        batch = response.context["batch"]
        assert len(batch.lines) == 11
        assert "Mme Martin" in text_of(response)
        assert 'class="error' not in text_of(response)
        assert not Letter.objects.exists()

    def test_never_more_than_a_hundred_lines(self, client_of: Login, agent: Agent) -> None:
        client = client_of(agent)
        for lines in ("100", "99999", "9" * 30, "-1", "x"):
            response = client.post(ADDRESS, {"lignes": lines, "plus": "1"})
            assert len(response.context["batch"].lines) <= 100

    def test_today_stands_in_the_first_line(self, client_of: Login, agent: Agent) -> None:
        assert f"{timezone.localdate():%d/%m/%Y}" in text_of(client_of(agent).get(ADDRESS))

    def test_closed_services_and_families_are_not_proposed(
        self, client_of: Login, agent: Agent, organisation: Organisation
    ) -> None:
        factories.make_service(organisation, name="Ancien bureau", is_active=False)
        family = factories.make_motif(organisation, name="Famille")
        factories.make_motif(organisation, name="Un motif", parent=family)
        text = text_of(client_of(agent).get(ADDRESS))
        assert '<option value="Un motif">' in text
        assert '<option value="Famille">' not in text
        assert "Ancien bureau" not in text


def test_a_date_without_its_year_is_in_the_past(
    client_of: Login, agent: Agent, service: Service
) -> None:
    day = timezone.localdate() - timedelta(days=20)
    client_of(agent).post(ADDRESS, sent(line(received_on=f"{day:%d%m}")))
    assert Demande.objects.get().received_on == day > date(2000, 1, 1)
