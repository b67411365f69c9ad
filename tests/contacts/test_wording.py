"""Inserting a sheet or a text module in a reply: nothing typed is lost, each use counts once."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contacts.models import Demande, Reply, Usager
from directory.models import Agent, Organisation, Service
from knowledge.models import SheetUse
from tests import factories
from tests.knowledge.situations import ANSWER, make_module, make_sheet

Login = Callable[[Agent], Client]


@pytest.fixture
def demande(service: Service) -> Demande:
    usager = Usager.objects.create(organisation=service.organisation, full_name="Dominique {agent}")
    return factories.make_demande(service, usager=usager)


def address(demande: Demande) -> str:
    return reverse("demande_reply", args=[demande.public_id])


def typed(**kwargs: object) -> dict[str, object]:
    today = timezone.localdate()
    return {"kind": "merits", "channel": "email", "replied_on": str(today), "text": "", **kwargs}


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


class TestPicking:
    def test_a_sheet_is_added_and_what_was_typed_is_kept(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        sheet = make_sheet(demande.organisation)
        values = typed(
            fiche=sheet.public_id,
            text="Bonjour,",
            kind="holding",
            announced_on="31/02/2026",
            requests_items="on",
            channel="mail",
        )
        response = client_of(agent).post(address(demande), values)
        assert response.status_code == 200
        form = response.context["form"]
        assert form["text"].value() == f"Bonjour,\n\n{ANSWER}"
        assert form["sheet"].value() == [str(sheet.public_id)]
        shown = text_of(response)
        for kept in ('value="31/02/2026"', 'value="mail" selected', 'name="requests_items"'):
            assert kept in shown
        assert form["requests_items"].value() is True
        assert form["kind"].value() == "holding"
        assert not form.errors
        assert not Reply.objects.exists()

    def test_an_address_prefills_the_form(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        sheet = make_sheet(demande.organisation)
        module = make_module(demande.organisation, "Réf. {reference}, {usager}")
        client = client_of(agent)
        by_sheet = client.get(address(demande), {"fiche": str(sheet.public_id)})
        assert by_sheet.context["form"]["text"].value() == ANSWER
        assert by_sheet.context["form"]["channel"].value() == demande.channel
        by_module = client.get(address(demande), {"modele": str(module.public_id)})
        words = f"Réf. {demande.reference}, Dominique {{agent}}"
        assert by_module.context["form"]["text"].value() == words

    @pytest.mark.parametrize("name", ["fiche", "modele"])
    @pytest.mark.parametrize("asked", ["", "rien", str(uuid.UUID(int=7))])
    def test_what_does_not_exist_adds_nothing(
        self, client_of: Login, agent: Agent, demande: Demande, name: str, asked: str
    ) -> None:
        response = client_of(agent).post(address(demande), typed(text="Gardé", **{name: asked}))
        assert response.status_code == 200
        assert response.context["form"]["text"].value() == "Gardé"

    def test_the_search_without_script_lists_both_and_keeps_the_text(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        sheet = make_sheet(demande.organisation)
        module = make_module(demande.organisation, name="Passeport : attente")
        make_module(demande.organisation, name="Piscine")
        values = typed(chercher="1", q="passeport", text="Gardé")
        shown = text_of(client_of(agent).post(address(demande), values))
        assert f'name="fiche" value="{sheet.public_id}"' in shown
        assert f'name="modele" value="{module.public_id}"' in shown
        assert "Piscine" not in shown
        assert "Gardé" in shown

    def test_modules_are_those_of_the_service(
        self, client_of: Login, agent: Agent, demande: Demande, other_service: Service
    ) -> None:
        make_module(demande.organisation, name="Du service", service=demande.service)
        make_module(demande.organisation, name="De tous")
        make_module(demande.organisation, name="D’un autre", service=other_service)
        make_module(demande.organisation, name="Retiré", is_active=False)
        make_module(factories.make_organisation(), name="Des voisins")
        page = client_of(agent).get(reverse("demande_wordings", args=[demande.public_id]))
        modules = [one.module.name for one in page.context["modules"]]
        assert modules == ["De tous", "Du service"]

    def test_as_many_statements_for_one_and_for_twenty(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        client = client_of(agent)
        where = reverse("demande_wordings", args=[demande.public_id])
        make_sheet(demande.organisation)
        make_module(demande.organisation, "{horaires}")
        with CaptureQueriesContext(connection) as one:
            client.get(where)
        for _number in range(20):
            make_sheet(demande.organisation)
            make_module(demande.organisation, "{horaires}")
        with CaptureQueriesContext(connection) as many:
            client.get(where)
        assert len(one) == len(many)

    def test_the_page_of_a_demande_reads_no_sheet(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        make_sheet(demande.organisation)
        with CaptureQueriesContext(connection) as read:
            shown = client_of(agent).get(reverse("demande", args=[demande.public_id]))
        assert "Fiche ou modèle" in text_of(shown)
        assert not [one for one in read if "knowledge_" in one["sql"]]


class TestSending:
    def test_a_sheet_that_served_is_counted_once(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        sheet, other = make_sheet(demande.organisation), make_sheet(demande.organisation)
        values = typed(
            text=ANSWER, sheet=[sheet.public_id, other.public_id, sheet.public_id], key=uuid.uuid4()
        )
        client = client_of(agent)
        for _time in range(2):
            client.post(address(demande), values)
        assert Reply.objects.count() == 1
        used = SheetUse.objects.values_list("sheet", "service", "channel", "agent")
        expected = {(one.pk, demande.service_id, "email", agent.pk) for one in (sheet, other)}
        assert len(used) == 2
        assert set(used) == expected

    def test_a_sheet_that_cannot_be_counted_never_stops_a_reply(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        foreign = make_sheet(factories.make_organisation())
        values = typed(text="Voici.", sheet=["rien", uuid.uuid4(), foreign.public_id])
        client_of(agent).post(address(demande), values)
        assert Reply.objects.get().text == "Voici."
        assert not SheetUse.objects.exists()

    def test_a_refused_reply_counts_nothing_and_keeps_its_sheets(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        sheet = make_sheet(demande.organisation)
        yesterday = demande.received_on - timedelta(days=1)
        values = typed(sheet=[sheet.public_id], replied_on=str(yesterday))
        response = client_of(agent).post(address(demande), values)
        assert response.status_code == 422
        assert f'name="sheet" value="{sheet.public_id}"' in text_of(response)
        assert not SheetUse.objects.exists()

    def test_a_hole_in_the_text_does_not_leave(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        text = "Nous répondrons le [date annoncée à compléter]."
        response = client_of(agent).post(address(demande), typed(text=text))
        assert response.status_code == 422
        errors = response.context["form"].errors
        assert list(errors) == ["text"]
        assert "[date annoncée à compléter]" in unescape(str(errors["text"]))
        assert text in text_of(response)
        assert not Reply.objects.exists()

    def test_the_date_announced_beside_the_text_fills_its_place(
        self, client_of: Login, agent: Agent, demande: Demande
    ) -> None:
        values = typed(
            text="Nous répondrons le [date annoncée à compléter].",
            kind="holding",
            announced_on="2035-06-19",
        )
        client_of(agent).post(address(demande), values)
        assert Reply.objects.get().text == "Nous répondrons le 19 juin 2035."


def test_every_place_has_a_value_in_a_whole_demande(
    client_of: Login, agent: Agent, organisation: Organisation, demande: Demande
) -> None:
    demande.service.phone, demande.service.email = "01 99 00 00 00", "ec@saint-aubin.example"
    demande.service.save()
    body = (
        "{service} {date_reception} {agent} {organisation} {telephone_service} {courriel_service}"
    )
    module = make_module(organisation, body)
    page = client_of(agent).get(address(demande), {"modele": str(module.public_id)})
    assert page.context["form"]["text"].value() == (
        f"État civil 1er juin 2026 {agent.full_name} {organisation.name}"
        " 01 99 00 00 00 ec@saint-aubin.example"
    )
