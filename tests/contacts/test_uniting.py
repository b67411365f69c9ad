"""Two demandes that are one, and a transfer whose usager is told."""

from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from contacts import actions, errors
from contacts.enums import Channel, CloseReason, ReplyKind, Told, Verb
from contacts.models import Demande, Transfer, Usager
from directory.models import Agent, Organisation, Service
from outbox.models import OutgoingMessage
from tests import factories
from tests.contacts.files import add_attachment
from tests.factories import NOW, make_demande

Login = Callable[[Agent], Client]
JUNE_1, JUNE_8 = date(2026, 6, 1), date(2026, 6, 8)


@pytest.fixture
def usager(organisation: Organisation) -> Usager:
    return Usager.objects.create(
        organisation=organisation, full_name="Alix Durand", email="alix@usager.example"
    )


@pytest.fixture
def older(service: Service, usager: Usager) -> Demande:
    return make_demande(service, JUNE_1, usager=usager, first_reply_due_on=date(2026, 6, 22))


@pytest.fixture
def younger(other_service: Service, usager: Usager) -> Demande:
    return make_demande(other_service, JUNE_8, usager=usager)


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


class TestUniting:
    @pytest.mark.parametrize("turned", [False, True])
    def test_the_younger_is_closed_and_no_clock_of_the_older_moves(
        self, older: Demande, younger: Demande, agent: Agent, turned: bool
    ) -> None:
        before = Demande.objects.filter(pk=older.pk).values().get()
        one, other = (younger, older) if turned else (older, younger)
        assert actions.unite(one, other, by=agent, at=NOW) == older
        younger.refresh_from_db()
        assert (younger.united_with, younger.close_reason) == (older, CloseReason.DUPLICATE)
        assert younger.closed_at == NOW
        assert Demande.objects.filter(pk=older.pk).values().get() == before
        for here, there in ((older, younger), (younger, older)):
            entry = here.journal.get(verb=Verb.UNITED)
            assert entry.details["reference"] == there.reference

    def test_what_the_duplicate_holds_is_read_from_the_one_kept(
        self, client_of: Login, older: Demande, younger: Demande, agent: Agent
    ) -> None:
        actions.record_message(
            younger,
            by=agent,
            at=NOW,
            now=NOW,
            channel=Channel.EMAIL,
            text="Je vous relance.",
            asks_something=True,
        )
        actions.add_note(younger, by=agent, at=NOW, text="Déjà vue ailleurs.")
        attachment = add_attachment(younger)
        actions.unite(older, younger, by=agent, at=NOW)
        client = client_of(agent)
        page = text_of(client.get(reverse("demande", args=[older.public_id])))
        for word in ("Je vous relance.", "Déjà vue ailleurs.", "courrier.pdf"):
            assert word in page
        assert f"demande réunie {younger.reference}" in page
        assert f"Réunie avec {younger.reference}" in page
        # The duplicate is in a service that this agent does not see; its files came along.
        assert client.get(reverse("demande", args=[younger.public_id])).status_code == 404
        given = client.get(reverse("attachment", args=[attachment.public_id]))
        assert given.status_code == 200
        assert b"".join(given)

    def test_a_line_of_duplicates_is_one_step_long(
        self, older: Demande, younger: Demande, service: Service, agent: Agent
    ) -> None:
        oldest = make_demande(service, date(2026, 5, 20))
        actions.unite(older, younger, by=agent, at=NOW)
        actions.unite(oldest, older, by=agent, at=NOW)
        assert set(Demande.objects.filter(united_with=oldest)) == {older, younger}

    def test_refusals(
        self, older: Demande, younger: Demande, service: Service, agent: Agent
    ) -> None:
        foreign = make_demande(factories.make_service(factories.make_organisation()))
        stranger = Usager.objects.create(organisation=service.organisation, full_name="Lou")
        of_another = make_demande(service, usager=stranger)
        closed = make_demande(service, closed=date(2026, 6, 9))
        for other, refusal in (
            (foreign, errors.UnitedOutside),
            (older, errors.UnitedWithItself),
            (of_another, errors.OtherUsager),
            (closed, errors.UnitedClosed),
        ):
            with pytest.raises(refusal):
                actions.unite(older, other, by=agent, at=NOW)
        actions.unite(older, younger, by=agent, at=NOW)
        with pytest.raises(errors.UnitedClosed, match="Close par"):
            actions.unite(older, younger, by=agent, at=NOW)

    def test_separated_its_clock_runs_since_its_own_receipt(
        self, older: Demande, younger: Demande, agent: Agent
    ) -> None:
        factories.national_targets(older.organisation)
        actions.unite(older, younger, by=agent, at=NOW)
        actions.separate(younger, by=agent, at=NOW + timedelta(days=1))
        younger.refresh_from_db()
        assert younger.is_open
        assert (younger.received_on, younger.united_with) == (JUNE_8, None)
        assert younger.first_reply_due_on == date(2026, 6, 15)
        with pytest.raises(errors.NotUnited):
            actions.separate(younger, by=agent, at=NOW)
        assert [one.verb for one in older.journal.all()] == [Verb.UNITED, Verb.SEPARATED]

    def test_a_message_goes_to_the_one_kept(
        self, older: Demande, younger: Demande, agent: Agent
    ) -> None:
        actions.unite(older, younger, by=agent, at=NOW)
        with pytest.raises(errors.UnitedElsewhere, match=older.reference):
            actions.record_message(
                younger,
                by=agent,
                at=NOW,
                now=NOW,
                channel=Channel.EMAIL,
                text="Et alors ?",
                asks_something=True,
            )

    def test_the_database_holds_it(self, older: Demande, younger: Demande) -> None:
        rows = Demande.objects.filter(pk=younger.pk)
        with pytest.raises(IntegrityError, match="united_is_a_duplicate"), transaction.atomic():
            rows.update(united_with=older)
        with pytest.raises(IntegrityError, match="not_united_with_itself"), transaction.atomic():
            rows.update(
                united_with=younger, closed_at=NOW, closed_on=NOW.date(), close_reason="duplicate"
            )

    def test_by_the_page(
        self, client_of: Login, administrateur: Agent, older: Demande, younger: Demande
    ) -> None:
        client = client_of(administrateur)
        address = reverse("demande_unite", args=[older.public_id])
        assert younger.reference in text_of(client.get(address))
        assert client.post(address, {"reference": "RIEN"}).status_code == 422
        response = client.post(address, {"reference": younger.reference.lower()})
        assert response.headers["Location"] == reverse("demande", args=[older.public_id])
        page = client.get(reverse("demande", args=[younger.public_id]))
        assert older.reference in text_of(page)
        assert "Séparer" in text_of(page)
        client.post(reverse("demande_separate", args=[younger.public_id]))
        younger.refresh_from_db()
        assert younger.is_open

    def test_twenty_of_each_cost_as_many_queries_as_one(
        self,
        client_of: Login,
        older: Demande,
        service: Service,
        agent: Agent,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client, address = client_of(agent), reverse("demande", args=[older.public_id])

        def one_more() -> None:
            twin = make_demande(service, JUNE_8)
            for demande in (older, twin):
                note = actions.add_note(demande, by=agent, at=NOW, text=f"{twin}")
                add_attachment(demande, f"{twin}.pdf", by=agent, note=note)
                factories.add_reply(demande, ReplyKind.ACKNOWLEDGEMENT, JUNE_8, agent=agent)
                demande.contacts.create(
                    organisation=service.organisation, channel="email", at=NOW, agent=agent
                )
            actions.unite(older, twin, by=agent, at=NOW)

        one_more()
        with django_assert_max_num_queries(100) as one:
            client.get(address)
        for _more in range(19):
            one_more()
        with django_assert_max_num_queries(len(one)):
            page = client.get(address)
        assert len(page.context["timeline"]) > 100


class TestTellingTheUsager:
    def test_by_email_in_the_same_transaction(
        self, older: Demande, other_service: Service, agent: Agent
    ) -> None:
        actions.transfer(
            older, to_service=other_service, reason="Secret", by=agent, at=NOW, told=Told.EMAIL
        )
        message = OutgoingMessage.objects.get()
        assert message.to == "alix@usager.example"
        assert message.subject == f"Votre demande {older.reference} change de service"
        for word in (older.reference, "« Urbanisme »", "« État civil »", "ne repousse pas"):
            assert word in message.body
        assert "Secret" not in message.body
        assert "Alix" not in message.body
        assert Transfer.objects.get().told == Told.EMAIL

    def test_refused_it_writes_no_message(
        self, older: Demande, service: Service, agent: Agent
    ) -> None:
        with pytest.raises(errors.SameService):
            actions.transfer(
                older, to_service=service, reason="–", by=agent, at=NOW, told=Told.EMAIL
            )
        assert not OutgoingMessage.objects.exists()

    def test_without_an_address_it_is_said_otherwise(
        self, older: Demande, usager: Usager, other_service: Service, agent: Agent
    ) -> None:
        Usager.objects.update(email="")
        with pytest.raises(errors.NoAddress):
            actions.transfer(
                older, to_service=other_service, reason="–", by=agent, at=NOW, told=Told.EMAIL
            )
        assert not Transfer.objects.exists()

    def test_the_page_proposes_the_email_and_the_timeline_says_how(
        self,
        client_of: Login,
        administrateur: Agent,
        older: Demande,
        usager: Usager,
        other_service: Service,
    ) -> None:
        client = client_of(administrateur)
        address = reverse("demande_transfer", args=[older.public_id])
        page = text_of(client.get(address))
        assert "dès maintenant, à alix@usager.example" in page
        values = {"to_service": other_service.pk, "reason": "Permis"}
        response = client.post(address, values)
        assert list(response.context["form"].errors) == ["told"]
        usager.email = ""
        usager.save()
        assert "dès maintenant" not in text_of(client.get(address))
        assert client.post(address, {**values, "told": "email"}).status_code == 422
        assert client.post(address, {**values, "told": "phone"}).status_code == 302
        page = text_of(client.get(reverse("demande", args=[older.public_id])))
        assert "Usager averti par téléphone." in page

    def test_sent_to_another_administration_the_usager_must_be_told(
        self, client_of: Login, agent: Agent, older: Demande
    ) -> None:
        address = reverse("demande_reply", args=[older.public_id])
        values = {
            "kind": ReplyKind.MERITS,
            "channel": "email",
            "replied_on": str(timezone.localdate()),
            "forwarded_to": "CAF du Rhône",
        }
        response = client_of(agent).post(address, values)
        assert list(response.context["form"].errors) == ["text"]
        values["text"] = "Votre demande relève de la CAF du Rhône, à qui nous l’adressons."
        assert client_of(agent).post(address, values).status_code == 302
        page = text_of(client_of(agent).get(reverse("demande", args=[older.public_id])))
        assert "transmise à CAF du Rhône" in page
