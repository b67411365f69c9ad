"""The reception desk through its pages: logging, lists, answering."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from contacts.actions.merging_usagers import merge
from contacts.actions.usagers import Identity
from contacts.enums import Channel, ReplyKind
from contacts.models import Contact, DelayTarget, Demande, JournalEntry, Reply, Usager
from contacts.phones import normalise
from contacts.queries import overdue_rule
from contacts.target_actions import set_target
from directory.models import Agent, Organisation, Service
from tests import factories

Login = Callable[[Agent], Client]


def typed(**kwargs: object) -> dict[str, object]:
    """A filled entry screen, as a browser sends it."""
    today = timezone.localdate()
    return {
        "key": str(uuid.uuid4()),
        "channel": "guichet",
        "nature": "information",
        "received_on": str(today),
        "outcome": "answered",
        **kwargs,
    }


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


class TestLogging:
    address = "/saisie/"

    def test_the_channel_and_the_outcome_are_enough(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        response = client_of(agent).post(self.address, typed(), follow=True)
        demande = Demande.objects.get()
        assert demande.service == service
        assert not demande.is_open
        assert demande.usager is None
        assert response.redirect_chain == [("/saisie/?canal=guichet", 302)]
        assert demande.reference in text_of(response)

    def test_what_is_to_be_handled_opens_its_page(self, client_of: Login, agent: Agent) -> None:
        response = client_of(agent).post(self.address, typed(outcome="to_handle", channel="phone"))
        demande = Demande.objects.get()
        assert response.headers["Location"] == reverse("demande", args=[demande.public_id])

    def test_the_motif_proposes_its_service(
        self, client_of: Login, agent: Agent, other_service: Service, organisation: Organisation
    ) -> None:
        motif = factories.make_motif(organisation, name="Permis", service=other_service)
        client_of(agent).post(self.address, typed(motif=motif.pk))
        demande = Demande.objects.get()
        assert (demande.service, demande.subject) == (other_service, "Permis")

    def test_an_open_demande_of_the_same_person_is_proposed_once(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        usager = Usager.objects.create(organisation=service.organisation, phone="+33123456789")
        known = factories.make_demande(service, timezone.localdate(), usager=usager)
        client, values = client_of(agent), typed(phone="01 23 45 67 89", text="Où en est-ce ?")
        response = client.post(self.address, values)
        assert response.status_code == 422
        assert "Cette personne a déjà une demande" in text_of(response)
        assert "Où en est-ce ?" in text_of(response)
        assert Demande.objects.count() == 1
        client.post(self.address, {**values, "seen": "1"})
        assert Demande.objects.exclude(pk=known.pk).get().usager == usager

    def test_a_contact_is_attached_to_what_was_proposed(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        now = timezone.now()
        known = factories.make_demande(service, timezone.localdate(), received_at=now)
        values = typed(text="Il revient", attach=str(known.public_id))
        for _ in range(2):
            response = client_of(agent).post(self.address, values, follow=True)
            # Sent again an hour later: the key tells, not the haste of a double press.
            JournalEntry.objects.update(at=now - timedelta(hours=1))
        assert known.reference in text_of(response)
        contact = known.contacts.get()
        assert (contact.kind, contact.text) == ("message", "Il revient")
        known.refresh_from_db()
        assert known.is_open

    def test_a_contact_is_attached_to_nothing_of_others(
        self, client_of: Login, agent: Agent
    ) -> None:
        foreign = factories.make_demande(factories.make_service(factories.make_organisation()))
        response = client_of(agent).post(self.address, typed(attach=str(foreign.public_id)))
        assert response.status_code == 404
        assert not Contact.objects.exists()

    def test_a_recent_closed_demande_on_the_same_motif_is_told(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        today = timezone.localdate()
        motif = factories.make_motif(service.organisation)
        usager = Usager.objects.create(organisation=service.organisation, email="a@usager.example")
        for days, subject in ((30, "Trente jours"), (31, "Trop ancien")):
            day = today - timedelta(days=days)
            factories.make_demande(
                service, day, usager=usager, motif=motif, closed=day, subject=subject
            )
        asked = {"email": "A@usager.example", "motif": str(motif.pk)}
        told = text_of(client_of(agent).get("/saisie/deja/", asked))
        assert "Déjà demandé il y a 30 jours" in told
        assert "Trop ancien" not in told

    def test_a_person_is_known_by_the_address_of_a_file_merged_away(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        kept, gone = (
            Usager.objects.create(organisation=service.organisation, email=email)
            for email in ("ici@usager.example", "avant@usager.example")
        )
        factories.make_demande(service, timezone.localdate(), usager=gone, subject="Toujours là")
        merge(kept, gone, Identity.of(kept), seen=(0, 0), by=agent, at=timezone.now())
        told = text_of(client_of(agent).get("/saisie/deja/", {"email": "avant@usager.example"}))
        assert "Toujours là" in told

    @pytest.mark.parametrize("who", [{}, {"phone": "01 23"}, {"email": "a@"}, {"motif": "x"}])
    def test_half_typed_is_nobody(
        self, client_of: Login, agent: Agent, who: dict[str, str]
    ) -> None:
        response = client_of(agent).get("/saisie/deja/", who)
        assert (response.status_code, text_of(response).strip()) == (200, "")

    def test_sent_twice_it_is_registered_once(self, client_of: Login, agent: Agent) -> None:
        values = typed()
        client = client_of(agent)
        client.post(self.address, values)
        client.post(self.address, values)
        assert Contact.objects.count() == 1

    @pytest.mark.parametrize(
        ("wrong", "field", "message"),
        [
            ({"channel": "fax"}, "channel", "Sélectionnez un choix valide"),
            ({"received_on": "31/02/2026"}, "received_on", "date valide"),
            (
                {"received_on": str(timezone.localdate() + timedelta(days=2))},
                "received_on",
                "La date de réception est dans le futur.",
            ),
            ({"received_on": "1999-12-31"}, "received_on", "antérieure à l’an 2000"),
            ({"received_on": "9999-12-31"}, "received_on", "trop lointaine"),
            ({"letter_on": "0001-01-01"}, "letter_on", "antérieure à l’an 2000"),
            ({"email": f"{'a' * 300}@usager.example"}, "email", "254"),
            ({"phone": "allô"}, "phone", "numéro de téléphone"),
            ({"email": "dominique@"}, "email", "adresse"),
            ({"letter_on": "2026-01-02"}, "letter_on", "que les courriers"),
            (
                {"channel": "mail", "received_on": "2026-01-05", "letter_on": "2026-01-06"},
                "letter_on",
                "d’après sa réception",
            ),
            ({"service": "999999"}, "service", "choix"),
            ({"text": "x" * 20_001}, "text", "20000"),
        ],
    )
    def test_a_wrong_entry_is_told_at_its_field_and_keeps_what_was_typed(
        self, client_of: Login, agent: Agent, wrong: dict[str, str], field: str, message: str
    ) -> None:
        values = typed(subject="Objet gardé", **wrong)
        response = client_of(agent).post(self.address, values)
        assert response.status_code == 422
        errors = response.context["form"].errors
        assert list(errors) == [field]
        assert message in str(errors[field]).replace("\u202f", "").replace("\xa0", "")
        assert "Objet gardé" in text_of(response)
        assert not Demande.objects.exists()

    def test_a_key_used_for_another_entry_loses_nothing(
        self, client_of: Login, agent: Agent
    ) -> None:
        first = typed(text="Première")
        client = client_of(agent)
        client.post(self.address, first)
        response = client.post(self.address, {**first, "text": "Seconde"})
        assert response.status_code == 422
        assert "Seconde" in text_of(response)
        renewed = response.context["form"]["key"].value()
        assert renewed != first["key"]
        client.post(self.address, {**first, "text": "Seconde", "key": renewed})
        assert set(Contact.objects.values_list("text", flat=True)) == {"Première", "Seconde"}

    def test_a_line_break_counts_for_one_character(self, client_of: Login, agent: Agent) -> None:
        client_of(agent).post(self.address, typed(text="a\r\n" * 9_999))
        assert len(Contact.objects.get().text) == 2 * 9_999 - 1

    def test_without_motif_nor_single_service_it_asks_for_one(
        self, client_of: Login, agent: Agent, other_service: Service
    ) -> None:
        agent.services.add(other_service)
        response = client_of(agent).post(self.address, typed())
        assert "Choisissez le service" in text_of(response)

    def test_services_and_motifs_of_others_are_no_choice(
        self, client_of: Login, agent: Agent
    ) -> None:
        foreign = factories.make_organisation()
        service = factories.make_service(foreign)
        motif = factories.make_motif(foreign)
        for wrong in ({"service": service.pk}, {"motif": motif.pk}):
            assert client_of(agent).post(self.address, typed(**wrong)).status_code == 422
        assert not Demande.objects.exists()

    def test_a_model_field_that_is_no_form_field_is_ignored(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        foreign = factories.make_organisation()
        client_of(agent).post(
            self.address,
            typed(organisation=foreign.pk, merits_on="2020-01-01", registered_at="2020-01-01"),
        )
        demande = Demande.objects.get()
        assert demande.organisation == service.organisation
        assert demande.registered_at.date() == timezone.now().date()


@pytest.mark.parametrize(
    ("number", "stored"),
    [
        ("", ""),
        ("01 99 00 12 34", "+33199001234"),
        ("+33 1 99 00 12 34", "+33199001234"),
        ("39 39", "3939"),
        ("115", "115"),
        ("0262 20 12 34", "+262262201234"),
    ],
)
def test_telephone_numbers_are_stored_in_one_form(number: str, stored: str) -> None:
    assert normalise(number) == stored


class TestLists:
    def test_the_most_urgent_comes_first(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        factories.national_targets(service.organisation)
        late = make_open(service, days_ago=40)
        soon = make_open(service, days_ago=3)
        owing_nothing = factories.make_demande(service, channel=Channel.GUICHET)
        response = client_of(agent).get("/demandes/")
        listed = [line["public_id"] for line in response.context["lines"]]
        assert listed == [late.public_id, soon.public_id, owing_nothing.public_id]
        assert f'href="/demandes/{late.public_id}/"' in response.content.decode()
        lefts = [line["left"] for line in response.context["lines"]]
        assert lefts[0] < 0 < lefts[1]
        assert lefts[2] is None

    def test_each_list_shows_its_own(
        self, client_of: Login, agent: Agent, service: Service, other_service: Service
    ) -> None:
        factories.national_targets(service.organisation)
        late, soon = make_open(service, days_ago=40), make_open(service, days_ago=1)
        closed = factories.make_demande(service, replied=date(2026, 6, 2))
        make_open(other_service, days_ago=40)
        client = client_of(agent)
        for address, expected in (
            ("/demandes/", [late, soon]),
            ("/demandes/?vue=en-retard", [late]),
            ("/demandes/closes/", [closed]),
            (f"/demandes/?q={soon.reference.lower()}", [soon]),
            ("/demandes/?channel=mail", []),
            # A filter that means nothing shows nothing: another list would mislead.
            ("/demandes/?channel=fax", []),
            ("/demandes/?service=rien", []),
        ):
            lines = client.get(address).context["lines"]
            shown = [line["public_id"] for line in lines]
            assert shown == [demande.public_id for demande in expected], address

    @pytest.mark.parametrize(
        ("address", "listed"),
        [("/demandes/", 3), ("/demandes/?channel=email", 2), ("/demandes/?channel=fax", 0)],
    )
    def test_the_tabs_count_their_own_lists(
        self, client_of: Login, agent: Agent, service: Service, address: str, listed: int
    ) -> None:
        factories.national_targets(service.organisation)
        make_open(service, days_ago=40)
        make_open(service, days_ago=1)
        factories.make_demande(service, channel=Channel.GUICHET)
        context = client_of(agent).get(address).context
        assert context["page"].paginator.count == len(context["lines"]) == listed
        assert context["overdue_count"] == 1

    def test_twenty_lines_cost_as_many_queries_as_one(
        self,
        client_of: Login,
        agent: Agent,
        service: Service,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        factories.national_targets(service.organisation)
        make_open(service, days_ago=9)
        client = client_of(agent)
        with django_assert_max_num_queries(100) as one:
            client.get("/demandes/")
        for days in range(20):
            make_open(service, days_ago=days + 1)
        with django_assert_max_num_queries(len(one)):
            client.get("/demandes/")

    def test_the_rule_over_rows_is_the_rule_over_one_row(self, service: Service) -> None:
        # A Friday deadline: late on Monday, not on the week-end.
        demande = factories.make_demande(service, first_reply_due_on=date(2026, 6, 12))
        expected = {11: False, 12: False, 13: False, 14: False, 15: True, 16: True}
        for day, late in expected.items():
            on = date(2026, 6, day)
            assert demande.is_overdue(on) is late
            assert Demande.objects.overdue(on).exists() is late
            told = overdue_rule(demande.organisation_id, on=on)
            assert Demande.objects.open().filter(told).exists() is late

    def test_each_calendar_has_its_own_last_working_day(
        self, organisation: Organisation, service: Service
    ) -> None:
        every_day = factories.make_calendar(organisation, weekday_mask=0b1111111)
        desk = factories.make_service(organisation, every_day)
        for place in (service, desk):
            for due in (11, 12, 13, 14, 15):
                factories.make_demande(place, first_reply_due_on=date(2026, 6, due))
        for day in range(11, 18):
            on = date(2026, 6, day)
            rule = set(Demande.objects.overdue(on).values_list("pk", flat=True))
            told = Demande.objects.open().filter(overdue_rule(organisation.pk, on=on))
            assert set(told.values_list("pk", flat=True)) == rule, on

    def test_empty_lists_say_why(
        self, client_of: Login, agent: Agent, organisation: Organisation
    ) -> None:
        assert "Tout est traité" in text_of(client_of(agent).get("/demandes/"))
        assert "Rien n’est en retard" in text_of(client_of(agent).get("/demandes/?vue=en-retard"))
        assert "ces filtres" in text_of(client_of(agent).get("/demandes/?q=rien"))
        lost = factories.make_agent(organisation)
        assert "Aucun service" in text_of(client_of(lost).get("/demandes/"))


def make_open(service: Service, *, days_ago: int) -> Demande:
    received = timezone.localdate() - timedelta(days=days_ago)
    demande = factories.make_demande(service, received)
    from contacts.targets import refresh_open_demandes

    refresh_open_demandes(service.organisation)
    demande.refresh_from_db()
    return demande


class TestAnswering:
    def page(self, demande: Demande, name: str = "demande") -> str:
        return reverse(name, args=[demande.public_id])

    def answer(self, **kwargs: object) -> dict[str, object]:
        today = timezone.localdate()
        return {"kind": "merits", "channel": "email", "replied_on": str(today), **kwargs}

    def test_the_page_shows_how_the_delay_was_counted(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        factories.national_targets(service.organisation)
        demande = factories.make_demande(service, date(2026, 5, 12), replied=date(2026, 5, 20))
        page = text_of(client_of(agent).get(self.page(demande)))
        assert "Ascension" in page
        assert "réception" in page
        assert "Dans le délai" in page

    def test_a_reply_closes_and_returns_to_the_page(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(service)
        response = client_of(agent).post(self.page(demande, "demande_reply"), self.answer())
        assert response.headers["Location"] == self.page(demande)
        demande.refresh_from_db()
        assert demande.merits_on == timezone.localdate()

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"replied_on": "2026-05-29"}, "replied_on"),
            ({"replied_on": str(timezone.localdate() + timedelta(days=1))}, "replied_on"),
            ({"replied_on": "9999-12-31"}, "replied_on"),
            ({"replied_on": "0001-01-01"}, "replied_on"),
            ({"kind": "holding"}, "announced_on"),
            ({"kind": "holding", "announced_on": "2026-01-01"}, "announced_on"),
            ({"kind": "holding", "announced_on": "2099-01-01"}, "announced_on"),
            ({"announced_on": "2099-01-01"}, "announced_on"),
            ({"requests_items": "on"}, "requests_items"),
            ({"kind": "acknowledgement", "forwarded_to": "CAF"}, "forwarded_to"),
        ],
    )
    def test_a_refusal_comes_back_at_its_field(
        self,
        client_of: Login,
        agent: Agent,
        service: Service,
        wrong: dict[str, str],
        field: str,
    ) -> None:
        demande = factories.make_demande(service)
        values = self.answer(text="Réponse gardée", **wrong)
        response = client_of(agent).post(self.page(demande, "demande_reply"), values)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert "Réponse gardée" in text_of(response)
        assert not Reply.objects.exists()

    def test_a_transfer_out_of_sight_returns_to_the_list(
        self, client_of: Login, agent: Agent, service: Service, other_service: Service
    ) -> None:
        demande = factories.make_demande(service)
        values = {"to_service": other_service.pk, "reason": "Permis"}
        response = client_of(agent).post(self.page(demande, "demande_transfer"), values)
        assert response.headers["Location"] == "/demandes/"
        assert client_of(agent).get(self.page(demande)).status_code == 404

    def test_the_second_agent_is_told_that_it_is_closed(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(service, replied=date(2026, 6, 3))
        response = client_of(agent).post(
            self.page(demande, "demande_close"), {"reason": "withdrawn"}
        )
        assert response.status_code == 422
        assert "close" in text_of(response)

    def test_a_message_that_asks_leads_to_the_second_round(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(service, replied=date(2026, 6, 3))
        today = str(timezone.localdate())
        values = {
            "channel": "email",
            "received_on": today,
            "text": "Et pour mon fils ?",
            "asks_something": "on",
        }
        response = client_of(agent).post(self.page(demande, "demande_message"), values, follow=True)
        assert response.context["demande"].round == 2
        assert "2e ouverture" in text_of(response)

    def test_items_received_announce_a_new_date(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(service)
        factories.add_reply(
            demande,
            ReplyKind.HOLDING,
            date(2026, 6, 3),
            announced_on=date(2026, 6, 9),
            requests_items=True,
        )
        client = client_of(agent)
        assert "Pièces reçues" in text_of(client.get(self.page(demande)))
        later = timezone.localdate() + timedelta(days=10)
        values = {"received_on": str(timezone.localdate()), "announced_on": str(later)}
        assert client.post(self.page(demande, "demande_items"), values).status_code == 302
        assert demande.replies.filter(announced_on=later).exists()

    def test_items_nobody_asked_for_are_refused(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(service)
        values = {"received_on": str(timezone.localdate()), "announced_on": "2098-01-01"}
        response = client_of(agent).post(self.page(demande, "demande_items"), values)
        assert "Aucune pièce n’a été demandée" in text_of(response)
        assert not Reply.objects.exists()

    def test_a_message_before_the_receipt_is_refused(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(service)
        values = {"channel": "email", "received_on": "2026-05-02", "text": "Bonjour"}
        response = client_of(agent).post(self.page(demande, "demande_message"), values)
        assert list(response.context["form"].errors) == ["received_on"]

    def test_a_double_click_writes_once(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(service)
        client = client_of(agent)
        later = str(timezone.localdate() + timedelta(days=9))
        today = str(timezone.localdate())
        message = {"channel": "email", "received_on": today, "text": "Bonjour"}
        for _click in range(2):
            client.post(
                self.page(demande, "demande_reply"),
                self.answer(kind="holding", announced_on=later, text="Nous y travaillons."),
            )
            client.post(self.page(demande, "demande_message"), message)
        assert Reply.objects.count() == Contact.objects.count() == 1

    def test_a_refused_reply_on_a_closed_demande_is_given_back(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(service, replied=date(2026, 6, 3))
        values = self.answer(text="Une longue réponse.")
        response = client_of(agent).post(self.page(demande, "demande_reply"), values)
        assert "Une longue réponse." in text_of(response)

    def test_an_hour_nobody_knew_is_not_invented(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        values = typed(outcome="to_handle", received_on="2026-06-01", text="Hier")
        page = client_of(agent).post("/saisie/", values, follow=True)
        assert "1er juin 2026" in text_of(page)
        assert "00:00" not in text_of(page)

    def test_what_an_usager_wrote_is_only_text(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(service, subject="<script>alert(1)</script>")
        page = client_of(agent).get(self.page(demande)).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


class TestTargets:
    def test_a_new_target_moves_open_deadlines(
        self, client_of: Login, qualite: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(service)
        values = {"measure": "first_reply", "limit": 7, "valid_from": "2026-01-01"}
        response = client_of(qualite).post("/delais-cibles/nouveau/", values)
        assert response.status_code == 302
        demande.refresh_from_db()
        assert demande.first_reply_due_on == date(2026, 6, 10)

    def test_a_target_not_in_force_yet_can_be_taken_back(
        self, client_of: Login, qualite: Agent, service: Service
    ) -> None:
        organisation, client = service.organisation, client_of(qualite)
        old = set_target(organisation, limit=9, valid_from=date(2026, 1, 1))
        new = set_target(organisation, limit=3, valid_from=date(2098, 1, 1))
        for target in (old, new):
            client.post(f"/delais-cibles/{target.public_id}/retirer/")
        left = DelayTarget.objects.get()
        assert (left.pk, left.valid_to) == (old.pk, None)

    def test_a_target_of_a_far_future_is_a_slip(
        self, client_of: Login, qualite: Agent, service: Service
    ) -> None:
        values = {"measure": "first_reply", "limit": 7, "valid_from": "2090-01-01"}
        response = client_of(qualite).post("/delais-cibles/nouveau/", values)
        assert list(response.context["form"].errors) == ["valid_from"]

    def test_an_overlapping_target_is_refused_in_words(
        self, client_of: Login, qualite: Agent, service: Service
    ) -> None:
        factories.national_targets(service.organisation)
        values = {
            "measure": "first_reply",
            "channel": "mail",
            "limit": 9,
            "valid_from": "2000-01-01",
        }
        response = client_of(qualite).post("/delais-cibles/nouveau/", values)
        assert response.status_code == 422
        assert "déjà en vigueur" in text_of(response)
