"""Text modules: a closed list of places, no engine, and no hole in what leaves."""

from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.models import Agent, Organisation, Service
from knowledge.models import TextModule
from knowledge.placeholders import PLACES, fill, mark, marks_left, samples, unknown_places
from tests import factories
from tests.knowledge.situations import make_module

Login = Callable[[Agent], Client]


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def typed(**kwargs: object) -> dict[str, object]:
    return {
        "name": "Attente",
        "kind": "holding",
        "body": "Bonjour {usager},",
        "is_active": "on",
    } | (kwargs)


class TestPlaces:
    def test_each_place_takes_its_value_or_leaves_its_mark(self) -> None:
        body = " ".join(f"{{{name}}}" for name in PLACES)
        assert fill(body, samples()) == " ".join(samples()[name] for name in PLACES)
        assert marks_left(fill(body, {})) == [mark(name) for name in PLACES]
        assert marks_left(fill(body, samples())) == []

    def test_a_missing_value_says_what_is_missing(self) -> None:
        assert fill("le {date_annoncee}", {}) == "le [date annoncée à compléter]"

    @pytest.mark.parametrize(
        "value", ["{reference}", "{{ reference }}", "{% now 'Y' %}", "\\1 \\g<0>", "{usager}"]
    )
    def test_a_value_is_not_read_again(self, value: str) -> None:
        assert fill("Bonjour {usager}", {"usager": value, "reference": "R"}) == f"Bonjour {value}"

    @pytest.mark.parametrize(
        ("body", "unknown"),
        [
            ("{usager} {reference}", []),
            ("{nom} {nom} {Usager}", ["{nom}", "{Usager}"]),
            ("{ usager }", ["{ usager }"]),
            ("{usager.__class__}", ["{usager.__class__}"]),
            ("{{ usager }}", ["{ usager }"]),
            ("{}", ["{}"]),
            ("{% load x %}", ["{% load x %}"]),
            ("une { seule", []),
            ("{usager\n}", ["{usager\n}"]),
        ],
    )
    def test_what_is_not_of_the_list_is_found(self, body: str, unknown: list[str]) -> None:
        assert unknown_places(body) == unknown


class TestPages:
    def test_an_unknown_place_is_refused_at_the_field_with_the_list(
        self, client_of: Login, administrateur: Agent
    ) -> None:
        values = typed(body="Bonjour {nom},")
        response = client_of(administrateur).post(reverse("text_module_new"), values)
        assert response.status_code == 422
        errors = response.context["form"].errors
        assert list(errors) == ["body"]
        for words in ("{nom}", *(f"{{{name}}}" for name in PLACES)):
            assert words in str(errors["body"])
        assert "Bonjour {nom}," in text_of(response)
        assert not TextModule.objects.exists()

    def test_the_preview_shows_sample_values_and_writes_nothing(
        self, client_of: Login, administrateur: Agent
    ) -> None:
        values = typed(preview="1")
        response = client_of(administrateur).post(reverse("text_module_new"), values)
        assert response.status_code == 200
        assert "Bonjour Dominique Martin," in text_of(response)
        assert not TextModule.objects.exists()

    def test_a_responsable_keeps_those_of_their_services(
        self,
        client_of: Login,
        responsable: Agent,
        organisation: Organisation,
        service: Service,
        other_service: Service,
    ) -> None:
        client = client_of(responsable)
        assert client.post(reverse("text_module_new"), typed()).status_code == 422
        client.post(reverse("text_module_new"), typed(service=service.pk))
        own = TextModule.objects.get()
        assert own.service == service
        for_all = make_module(organisation, name="Commun")
        other = make_module(organisation, name="Ailleurs", service=other_service)
        listed = text_of(client.get(reverse("text_modules")))
        assert "Commun" in listed
        assert "Ailleurs" not in listed
        for module, status in ((own, 200), (for_all, 403), (other, 404)):
            address = reverse("text_module_edit", args=[module.public_id])
            assert client.get(address).status_code == status

    def test_two_modules_do_not_share_a_name(
        self, client_of: Login, administrateur: Agent, organisation: Organisation
    ) -> None:
        make_module(organisation, name="Attente")
        response = client_of(administrateur).post(reverse("text_module_new"), typed())
        assert list(response.context["form"].errors) == ["name"]
        assert "Un modèle porte déjà ce nom." in text_of(response)

    def test_nothing_of_another_organisation(self, client_of: Login, administrateur: Agent) -> None:
        other = make_module(factories.make_organisation(), name="Chez les voisins")
        client = client_of(administrateur)
        assert "Chez les voisins" not in text_of(client.get(reverse("text_modules")))
        address = reverse("text_module_edit", args=[other.public_id])
        assert client.post(address, typed()).status_code == 404

    def test_as_many_statements_for_one_and_for_twenty(
        self, client_of: Login, administrateur: Agent, service: Service
    ) -> None:
        client = client_of(administrateur)
        make_module(service.organisation, service=service)
        with CaptureQueriesContext(connection) as one:
            client.get(reverse("text_modules"))
        for _number in range(20):
            make_module(service.organisation, service=service)
        with CaptureQueriesContext(connection) as many:
            client.get(reverse("text_modules"))
        assert len(one) == len(many)
