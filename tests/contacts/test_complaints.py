"""The register of réclamations: qualifying, requalifying, acknowledging, and its list and file."""

import csv
import io
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
from contacts.acknowledgement import months_after
from contacts.actions import Findings
from contacts.complaints import Reason, reasons
from contacts.enums import Channel, ComplaintFamily, Nature, ReplyKind
from contacts.models import Complaint, Demande, JournalEntry, Reply
from directory.models import Agent, Organisation, Service
from engagements.bilans import close_bilan
from engagements.models import StaleTally
from outbox.models import OutgoingMessage
from tests import factories
from tests.contacts.situations import (
    make_category,
    make_complaint,
    make_reclamation,
    make_usager,
    with_address,
)
from tests.factories import NOW

Login = Callable[[Agent], Client]


def page_of(demande: Demande, name: str) -> str:
    return reverse(name, args=[demande.public_id])


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


class TestQualifying:
    def test_a_line_is_written_and_written_again(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = make_reclamation(service)
        category = make_category(service.organisation)
        client = client_of(agent)
        address = page_of(demande, "demande_qualify")
        first = {"category": f"delay:{category.public_id}", "cause": "staffing"}
        assert client.post(address, first).status_code == 302
        again = {"category": "delay", "outcome": "founded", "remedy": "Excuses et rappel."}
        assert client.post(address, again).status_code == 302
        complaint = Complaint.objects.get()
        assert (complaint.category, complaint.cause, complaint.outcome) == (None, "", "founded")
        assert complaint.qualified_by == agent
        told = JournalEntry.objects.filter(verb="qualified").values_list("details__outcome")
        assert sorted(told) == [("",), ("founded",)]
        page = text_of(client.get(page_of(demande, "demande")))
        assert "Excuses et rappel." in page

    def test_the_form_shows_what_was_said(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = make_reclamation(service)
        category = make_category(service.organisation)
        make_complaint(demande, category=category, cause_text="Un seul guichet ouvert")
        form = client_of(agent).get(page_of(demande, "demande_qualify")).context["form"]
        assert form["category"].value() == f"delay:{category.public_id}"
        assert form["cause_text"].value() == "Un seul guichet ouvert"

    def test_a_category_taken_away_is_no_longer_proposed_but_kept_where_it_was(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        category = make_category(service.organisation)
        kept, other = make_reclamation(service), make_reclamation(service)
        make_complaint(kept, category=category)
        category.is_active = False
        category.save()
        client = client_of(agent)
        values = {"category": f"delay:{category.public_id}"}
        assert client.post(page_of(other, "demande_qualify"), values).status_code == 422
        assert client.post(page_of(kept, "demande_qualify"), values).status_code == 302

    @pytest.mark.parametrize("wrong", ["", "rien", "delay:rien"])
    def test_a_wrong_category_is_told_and_nothing_is_lost(
        self, client_of: Login, agent: Agent, service: Service, wrong: str
    ) -> None:
        demande = make_reclamation(service)
        values = {"category": wrong, "remedy": "Remède gardé"}
        response = client_of(agent).post(page_of(demande, "demande_qualify"), values)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["category"]
        assert "Remède gardé" in text_of(response)
        assert not Complaint.objects.exists()

    def test_a_category_of_another_organisation_is_no_choice(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = make_reclamation(service)
        foreign = make_category(factories.make_organisation())
        values = {"category": f"delay:{foreign.public_id}"}
        assert client_of(agent).post(page_of(demande, "demande_qualify"), values).status_code == 422
        findings = Findings(ComplaintFamily.DELAY, category=foreign)
        with pytest.raises(errors.CategoryOfAnother):
            actions.qualify(demande, findings, by=agent, at=NOW)

    def test_an_information_is_not_in_the_register(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(service)
        address = page_of(demande, "demande_qualify")
        response = client_of(agent).post(address, {"category": "delay"})
        assert response.status_code == 422
        assert "requalifiez-la" in text_of(response)

    @pytest.mark.parametrize("wrong", [{"family": "autre"}, {"cause": "x"}, {"outcome": "x"}])
    def test_the_database_keeps_the_lists_closed(
        self, service: Service, wrong: dict[str, str]
    ) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            make_complaint(make_reclamation(service), **wrong)


class TestRequalifying:
    def requalify(self, demande: Demande, agent: Agent, nature: Nature) -> None:
        was = Nature(demande.nature)
        actions.requalify(demande, was=was, nature=nature, reason="Erreur", by=agent, at=NOW)
        demande.refresh_from_db()

    def test_the_deadline_is_that_of_the_new_nature_from_the_receipt(
        self, agent: Agent, service: Service
    ) -> None:
        factories.national_targets(service.organisation)
        demande = factories.make_demande(service, date(2026, 6, 1))
        self.requalify(demande, agent, Nature.RECLAMATION)
        assert (demande.first_reply_limit, demande.due_on) == (15, date(2026, 6, 22))
        self.requalify(demande, agent, Nature.INFORMATION)
        assert (demande.first_reply_limit, demande.due_on) == (5, date(2026, 6, 8))
        entry = JournalEntry.objects.filter(verb="requalified").latest("pk")
        assert entry.details == {
            "before": "Réclamation",
            "after": "Information",
            "reason": "Erreur",
        }

    def test_both_natures_are_recounted(self, agent: Agent, service: Service) -> None:
        demande = factories.make_demande(service)
        StaleTally.objects.all().delete()
        self.requalify(demande, agent, Nature.SUGGESTION)
        marked = set(StaleTally.objects.values_list("nature", "received_on"))
        assert marked == {(nature, demande.received_on) for nature in ("information", "suggestion")}

    def test_a_closed_one_is_mended_without_being_reopened(
        self, agent: Agent, service: Service
    ) -> None:
        demande = make_reclamation(service, date(2026, 6, 1), replied=date(2026, 6, 9))
        self.requalify(demande, agent, Nature.INFORMATION)
        assert (demande.nature, demande.closed_on) == ("information", date(2026, 6, 9))

    def test_a_bilan_already_closed_does_not_move(
        self, agent: Agent, service: Service, organisation: Organisation
    ) -> None:
        factories.national_targets(organisation)
        demande = make_reclamation(service, date(2026, 6, 1), replied=date(2026, 6, 9))
        bilan = close_bilan(
            organisation,
            first=date(2026, 6, 1),
            last=date(2026, 6, 21),
            by=None,
            now=NOW,
        )
        bilan.refresh_from_db()
        before = bilan.figures
        self.requalify(demande, agent, Nature.INFORMATION)
        bilan.refresh_from_db()
        assert bilan.figures == before

    def test_the_second_of_two_agents_is_told(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(service)
        values = {"was": "information", "nature": "reclamation", "reason": "Plainte"}
        address = page_of(demande, "demande_requalify")
        client = client_of(agent)
        assert client.post(address, values).status_code == 302
        again = client.post(address, {**values, "nature": "suggestion"})
        assert again.status_code == 422
        assert "entre-temps" in text_of(again)
        demande.refresh_from_db()
        assert demande.nature == "reclamation"

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"nature": "information"}, "nature"),
            ({"reason": ""}, "reason"),
            ({"nature": "x"}, "nature"),
        ],
    )
    def test_a_refusal_stands_at_its_field(
        self, client_of: Login, agent: Agent, service: Service, wrong: dict[str, str], field: str
    ) -> None:
        demande = factories.make_demande(service)
        values = {"was": "information", "nature": "reclamation", "reason": "Plainte", **wrong}
        response = client_of(agent).post(page_of(demande, "demande_requalify"), values)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]

    def test_the_page_tells_it(self, client_of: Login, agent: Agent, service: Service) -> None:
        demande = factories.make_demande(service)
        self.requalify(demande, agent, Nature.RECLAMATION)
        page = text_of(client_of(agent).get(page_of(demande, "demande")))
        assert "Information → Réclamation" in page

    def test_what_was_qualified_leaves_the_register_with_its_nature(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = make_reclamation(service)
        make_complaint(demande)
        self.requalify(demande, agent, Nature.INFORMATION)
        assert client_of(agent).get("/reclamations/").context["lines"] == []
        self.requalify(demande, agent, Nature.RECLAMATION)
        [line] = client_of(agent).get("/reclamations/").context["lines"]
        assert line["category"] == "Délai"


class TestRegister:
    @pytest.fixture
    def lines(self, service: Service, other_service: Service) -> dict[str, Demande]:
        """Received on Monday 1 June 2026 with 15 working days: due on the 22nd."""
        factories.national_targets(service.organisation)
        in_time = make_reclamation(service, date(2026, 6, 1), replied=date(2026, 6, 22))
        late = make_reclamation(service, date(2026, 6, 1), replied=date(2026, 6, 23))
        waiting = make_reclamation(service, date(2026, 6, 2), channel=Channel.MAIL)
        idea = factories.make_demande(service, date(2026, 6, 3), nature=Nature.SUGGESTION)
        make_reclamation(other_service)
        factories.make_demande(service)
        make_complaint(in_time, outcome="founded", cause="tool")
        make_complaint(late, family="premises", remedy="=cmd()")
        return {"in_time": in_time, "late": late, "waiting": waiting, "idea": idea}

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["idea", "waiting", "late", "in_time"]),
            ("nature=suggestion", ["idea"]),
            ("family=delay", ["in_time"]),
            ("family=a-qualifier", ["idea", "waiting"]),
            ("outcome=founded", ["in_time"]),
            ("state=ouvertes", ["idea", "waiting"]),
            ("state=closes", ["late", "in_time"]),
            ("first=2026-06-02", ["idea", "waiting"]),
            ("first=2026-06-02&last=2026-06-02", ["waiting"]),
            ("nature=information", []),
            ("service=rien", []),
            ("first=2026-06-03&last=2026-06-02", []),
        ],
    )
    def test_filters_and_file_are_one_question(
        self,
        client_of: Login,
        agent: Agent,
        lines: dict[str, Demande],
        query: str,
        expected: list[str],
    ) -> None:
        client = client_of(agent)
        response = client.get(f"/reclamations/?{query}")
        shown = [line["reference"] for line in response.context["lines"]]
        assert shown == [lines[name].reference for name in expected]
        if response.status_code == 422:
            return
        exported = client.get(f"/reclamations/?{query}&format=csv")
        content = b"".join(exported.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        rows = list(csv.reader(io.StringIO(content), delimiter=";"))
        assert [row[0] for row in rows[1:]] == shown
        for row, line in zip(rows[1:], response.context["lines"], strict=True):
            assert row[-3:] == [str(line["days"]), str(line["limit"] or ""), line["state"]]

    def test_each_line_is_judged_by_its_own_target(
        self, client_of: Login, agent: Agent, lines: dict[str, Demande]
    ) -> None:
        response = client_of(agent).get("/reclamations/")
        found = {line["reference"]: line for line in response.context["lines"]}
        told = {name: found[demande.reference] for name, demande in lines.items()}
        assert [told["in_time"][key] for key in ("days", "limit", "in_time")] == [15, 15, True]
        assert [told["late"][key] for key in ("days", "limit", "in_time")] == [16, 15, False]
        assert told["idea"]["limit"] == 5  # an e-mail without a promise of its own nature
        promised = dict(response.context["limits"])
        assert promised == {"Réclamation": 15, "Suggestion": None}

    def test_the_file_holds_no_formula(
        self, client_of: Login, agent: Agent, lines: dict[str, Demande]
    ) -> None:
        exported = client_of(agent).get("/reclamations/?format=csv")
        content = b"".join(exported.streaming_content).decode()  # type: ignore[attr-defined]
        assert "'=cmd()" in content

    def test_twenty_lines_cost_as_many_queries_as_one(
        self,
        client_of: Login,
        agent: Agent,
        service: Service,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        make_complaint(make_reclamation(service))
        client = client_of(agent)
        with django_assert_max_num_queries(16) as one:
            client.get("/reclamations/")
        for number in range(20):
            make_complaint(make_reclamation(service, date(2026, 6, 1) + timedelta(number)))
        with django_assert_max_num_queries(len(one)):
            client.get("/reclamations/")

    def test_reasons_are_counted_for_the_figures(
        self, service: Service, lines: dict[str, Demande]
    ) -> None:
        demandes = Demande.objects.filter(organisation=service.organisation, service=service)
        found = reasons(demandes, first=date(2026, 6, 1), last=date(2026, 6, 2))
        assert found == [
            Reason("", "", "", 1),
            Reason("delay", "", "tool", 1),
            Reason("premises", "", "", 1),
        ]


class TestAcknowledging:
    def test_nothing_is_recorded_before_the_post(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = make_reclamation(with_address(service), date(2026, 6, 1))
        page = text_of(client_of(agent).get(page_of(demande, "demande_acknowledge")))
        for words in ("1er juin 2026", "1er août 2026", "Hôtel-de-Ville", "01 99 00 12 00"):
            assert words in page, words
        assert "tribunal administratif" in page
        assert not Reply.objects.exists()

    def test_by_email_it_waits_in_the_outbox_once(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        usager = make_usager(service.organisation)
        demande = make_reclamation(with_address(service), usager=usager)
        client = client_of(agent)
        for _click in range(2):
            client.post(page_of(demande, "demande_acknowledge"), {"way": "courriel"})
        given, sent = Reply.objects.get(), OutgoingMessage.objects.get()
        assert (given.kind, given.channel) == (ReplyKind.ACKNOWLEDGEMENT, "email")
        assert (sent.to, sent.body) == (usager.email, given.text)
        assert agent.full_name in sent.body
        demande.refresh_from_db()
        assert demande.first_reply_on is None

    def test_printed_it_comes_back_to_be_printed(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = make_reclamation(with_address(service))
        address = page_of(demande, "demande_acknowledge")
        response = client_of(agent).post(address, {"way": "imprime"}, follow=True)
        assert response.redirect_chain == [(address, 302)]
        assert "déjà enregistré" in text_of(response)
        assert not OutgoingMessage.objects.exists()
        assert Reply.objects.get().channel == "mail"

    def test_what_the_law_wants_and_the_service_lacks_is_refused(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = make_reclamation(service)
        client = client_of(agent)
        address = page_of(demande, "demande_acknowledge")
        assert "adresse postale, téléphone" in text_of(client.get(address))
        assert client.post(address, {"way": "imprime"}).status_code == 422
        assert not Reply.objects.exists()

    def test_the_parent_completes_the_service(
        self, client_of: Login, agent: Agent, service: Service, organisation: Organisation
    ) -> None:
        above = with_address(factories.make_service(organisation, name="Mairie"))
        service.parent = above
        service.phone = "01 99 00 99 99"
        service.save()
        demande = make_reclamation(service)
        page = text_of(client_of(agent).get(page_of(demande, "demande_acknowledge")))
        assert "Hôtel-de-Ville" in page
        assert "01 99 00 99 99" in page

    def test_a_suggestion_is_owed_none(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        demande = factories.make_demande(with_address(service), nature=Nature.SUGGESTION)
        response = client_of(agent).post(
            page_of(demande, "demande_acknowledge"), {"way": "imprime"}
        )
        assert response.status_code == 422
        assert not Reply.objects.exists()

    def test_without_an_address_it_cannot_be_sent(self, agent: Agent, service: Service) -> None:
        demande = make_reclamation(with_address(service))
        with pytest.raises(errors.NoAddressToWriteTo):
            actions.acknowledge(demande, by=agent, now=timezone.now(), by_email=True)
        assert not Reply.objects.exists()

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (date(2026, 6, 1), date(2026, 8, 1)),
            (date(2025, 12, 31), date(2026, 2, 28)),
            (date(2027, 12, 31), date(2028, 2, 29)),
            (date(2026, 11, 5), date(2027, 1, 5)),
        ],
    )
    def test_two_months_go_from_date_to_date(self, day: date, expected: date) -> None:
        assert months_after(day, 2) == expected


class TestCategories:
    def test_a_category_is_added_and_renamed(self, client_of: Login, qualite: Agent) -> None:
        client = client_of(qualite)
        values = {"family": "premises", "name": "Chauffage", "is_active": "on"}
        assert client.post("/reclamations/categories/nouvelle/", values).status_code == 302
        page = client.get("/reclamations/categories/")
        assert "Chauffage" in text_of(page)
        twice = client.post("/reclamations/categories/nouvelle/", values)
        assert list(twice.context["form"].errors) == ["name"]

    def test_its_family_never_changes(
        self, client_of: Login, qualite: Agent, organisation: Organisation
    ) -> None:
        category = make_category(organisation)
        client_of(qualite).post(
            f"/reclamations/categories/{category.public_id}/",
            {"family": "other", "name": "Attente", "is_active": "on"},
        )
        category.refresh_from_db()
        assert (category.family, category.name) == ("delay", "Attente")
