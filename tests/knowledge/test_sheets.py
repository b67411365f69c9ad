"""Answer sheets: who writes them, what they said, how often they served, which to read again."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from directory.models import Agent, Organisation, Service
from knowledge import actions, errors, merging
from knowledge.blocks import Block, blocks_of
from knowledge.models import Sheet, SheetUse, SheetVersion
from knowledge.queries import stale_share
from knowledge.queries import uses_of as counted
from tests import factories
from tests.knowledge.situations import ANSWER, make_module, make_sheet, used, uses_of

Login = Callable[[Agent], Client]
TODAY, NOW = factories.TODAY, factories.NOW
ONE_DAY = timedelta(days=1)


def typed(**kwargs: object) -> dict[str, object]:
    return {"question": "Quand passe le camion ?", "answer": "Le mardi.", **kwargs}


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


class TestWriting:
    def test_a_responsable_publishes_for_their_services(
        self, client_of: Login, responsable: Agent, service: Service
    ) -> None:
        values = typed(service=service.pk, owner=responsable.pk)
        response = client_of(responsable).post(reverse("sheet_new"), values)
        sheet = Sheet.objects.get()
        assert response.headers["Location"] == reverse("sheet", args=[sheet.public_id])
        assert sheet.is_current
        assert [one.number for one in sheet.versions.all()] == [1]

    def test_a_responsable_does_not_speak_for_all_nor_for_others(
        self, client_of: Login, responsable: Agent, other_service: Service
    ) -> None:
        client = client_of(responsable)
        for service in ("", other_service.pk):
            values = typed(service=service, owner=responsable.pk)
            response = client.post(reverse("sheet_new"), values)
            assert response.status_code == 422
            assert list(response.context["form"].errors) == ["service"]
            assert "Le mardi." in text_of(response)

    def test_they_only_change_what_is_theirs(
        self,
        client_of: Login,
        responsable: Agent,
        organisation: Organisation,
        other_service: Service,
    ) -> None:
        client = client_of(responsable)
        for service in (None, other_service):
            sheet = make_sheet(organisation, service=service)
            for name in ("sheet_edit", "sheet_archive", "sheet_publish", "sheet_confirm"):
                address = reverse(name, args=[sheet.public_id])
                assert client.post(address, {}).status_code == 403, name

    def test_an_agent_proposes_and_a_writer_publishes(
        self, client_of: Login, agent: Agent, qualite: Agent
    ) -> None:
        client_of(agent).post(reverse("sheet_new"), typed())
        sheet = Sheet.objects.get()
        assert (sheet.is_proposed, sheet.owner) == (True, agent)
        writer = client_of(qualite)
        assert "Quand passe le camion ?" in text_of(writer.get(reverse("sheets_proposed")))
        assert "Quand passe le camion ?" not in text_of(writer.get(reverse("sheets")))
        writer.post(reverse("sheet_publish", args=[sheet.public_id]))
        assert "Quand passe le camion ?" in text_of(writer.get(reverse("sheets")))

    def test_published_twice_is_told(self, organisation: Organisation) -> None:
        sheet = make_sheet(organisation, publish=False)
        actions.publish(sheet, at=NOW)
        with pytest.raises(errors.AlreadyPublished):
            actions.publish(sheet, at=NOW)

    def test_an_empty_sheet_is_refused_by_the_page_and_by_the_database(
        self, client_of: Login, qualite: Agent, organisation: Organisation
    ) -> None:
        values = typed(answer="  ", owner=qualite.pk)
        response = client_of(qualite).post(reverse("sheet_new"), values)
        assert list(response.context["form"].errors) == ["answer"]
        with pytest.raises(IntegrityError), transaction.atomic():
            Sheet.objects.create(organisation=organisation, question="?", answer="")

    def test_markup_is_shown_as_it_was_typed(
        self, client_of: Login, agent: Agent, organisation: Organisation
    ) -> None:
        sheet = make_sheet(organisation, answer="<script>alert(1)</script>\n- <b>un</b>")
        shown = client_of(agent).get(reverse("sheet", args=[sheet.public_id])).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
        assert "<li>&lt;b&gt;un&lt;/b&gt;</li>" in shown


class TestVersions:
    def edit(self, client: Client, sheet: Sheet, **values: object) -> object:
        address = reverse("sheet_edit", args=[sheet.public_id])
        known = {"known": sheet.version, "owner": sheet.owner_id}
        return client.post(address, typed(**{**known, **values}))

    def test_a_change_keeps_what_was_said(
        self, client_of: Login, qualite: Agent, organisation: Organisation
    ) -> None:
        sheet = make_sheet(organisation)
        client = client_of(qualite)
        self.edit(client, sheet, answer="Le jeudi.")
        said = sheet.versions.order_by("number").values_list("number", "answer", "by")
        assert list(said) == [(1, ANSWER, sheet.owner_id), (2, "Le jeudi.", qualite.pk)]
        shown = text_of(client.get(reverse("sheet", args=[sheet.public_id])))
        assert "Version 1" in shown
        assert "une photo" in shown

    def test_another_owner_is_no_other_version(
        self, client_of: Login, qualite: Agent, organisation: Organisation
    ) -> None:
        sheet = make_sheet(organisation)
        same = {"question": sheet.question, "answer": sheet.answer, "owner": qualite.pk}
        self.edit(client_of(qualite), sheet, **same)
        sheet.refresh_from_db()
        assert (sheet.owner, sheet.version, sheet.versions.count()) == (qualite, 1, 1)

    def test_the_text_of_someone_else_is_never_replaced_unread(
        self, client_of: Login, qualite: Agent, administrateur: Agent, organisation: Organisation
    ) -> None:
        sheet = make_sheet(organisation)
        self.edit(client_of(qualite), sheet, answer="Le jeudi.")
        response = self.edit(client_of(administrateur), sheet, answer="Le samedi.")
        assert response.status_code == 422  # type: ignore[attr-defined]
        assert "Quelqu’un vient de modifier" in text_of(response)
        assert "Le samedi." in text_of(response)
        sheet.refresh_from_db()
        assert sheet.answer == "Le jeudi."

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE knowledge_sheetversion SET answer = 'Autre'",
            "DELETE FROM knowledge_sheetversion",
        ],
    )
    def test_the_database_keeps_each_version_as_written(
        self, organisation: Organisation, statement: str
    ) -> None:
        make_sheet(organisation)
        with (
            pytest.raises(IntegrityError, match="stays as it was written"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_an_archived_sheet_is_left_alone(
        self, client_of: Login, qualite: Agent, organisation: Organisation
    ) -> None:
        sheet = make_sheet(organisation)
        client = client_of(qualite)
        client.post(reverse("sheet_archive", args=[sheet.public_id]))
        assert "archivée" in text_of(self.edit(client, sheet))
        assert sheet.question not in text_of(client.get(reverse("sheets")))
        assert client.get(reverse("sheet", args=[sheet.public_id])).status_code == 200
        with pytest.raises(errors.SheetArchived):
            actions.archive(sheet, at=NOW)


class TestUses:
    def test_the_same_key_counts_once(self, organisation: Organisation, service: Service) -> None:
        sheet, other, key = make_sheet(organisation), make_sheet(organisation), uuid.uuid4()
        for _time in range(2):
            used(sheet, service, key=key)
        used(other, service, key=key)
        used(sheet, service)
        assert (uses_of(sheet), uses_of(other)) == (2, 1)

    def test_the_database_counts_a_key_once(
        self, organisation: Organisation, service: Service
    ) -> None:
        sheet = make_sheet(organisation)
        used(sheet, service)
        use = SheetUse.objects.get()
        use.pk = None
        with pytest.raises(IntegrityError, match="sheetuse_once"), transaction.atomic():
            use.save(force_insert=True)

    def test_it_says_which_text_was_given_and_on_which_day(
        self, organisation: Organisation, service: Service
    ) -> None:
        sheet = make_sheet(organisation)
        sheet.answer = "Deux photos."
        actions.rewrite(sheet, known=1, by=sheet.owner, at=NOW)  # type: ignore[arg-type]
        # In UTC it is still the day before.
        used(sheet, service, at=factories.at(TODAY, 0, 30), channel="guichet")
        use = SheetUse.objects.select_related("version").get()
        assert use.version.answer == "Deux photos."
        assert (use.on_day, use.channel, use.service) == (TODAY, "guichet", service)

    def test_it_is_undone_with_the_transaction_of_the_caller(
        self, organisation: Organisation, service: Service
    ) -> None:
        sheet = make_sheet(organisation)
        with transaction.atomic():
            used(sheet, service)
            transaction.set_rollback(True)
        assert uses_of(sheet) == 0

    @pytest.mark.parametrize(
        ("ago", "month", "year"), [(0, 1, 1), (29, 1, 1), (30, 0, 1), (365, 0, 0)]
    )
    def test_thirty_days_count_today(
        self, organisation: Organisation, service: Service, ago: int, month: int, year: int
    ) -> None:
        sheet = make_sheet(organisation)
        used(sheet, service, at=factories.at(TODAY - timedelta(days=ago)))
        uses = counted(sheet, today=TODAY)
        assert (uses.month, uses.year, uses.ever) == (month, year, 1)
        listed = Sheet.objects.with_uses(on=TODAY).get()
        assert listed.recent_uses == month  # type: ignore[attr-defined]

    def test_the_pages_say_it(
        self, client_of: Login, agent: Agent, organisation: Organisation, service: Service
    ) -> None:
        sheet = make_sheet(organisation)
        for _time in range(12):
            used(sheet, service, at=timezone.now())
        client = client_of(agent)
        found = client.get(reverse("sheet_search") + "?q=passeport&fragment=1")
        assert "utilisée 12 fois ces 30 jours" in text_of(found).replace("\xa0", " ")
        assert '<td class="num">12</td>' in text_of(client.get(reverse("sheets")))
        assert "12" in text_of(client.get(reverse("sheet", args=[sheet.public_id])))


REVIEW: list[tuple[dict[str, Any], bool]] = [
    ({"review_on": TODAY + ONE_DAY}, False),
    ({"review_on": TODAY}, False),
    ({"review_on": TODAY - ONE_DAY}, True),
    ({"valid_until": TODAY}, False),
    ({"valid_until": TODAY - ONE_DAY}, True),
    ({}, False),
]


class TestReview:
    @pytest.mark.parametrize(("dates", "stale"), REVIEW)
    def test_the_rule_before_exactly_and_after(
        self, organisation: Organisation, dates: dict[str, Any], stale: bool
    ) -> None:
        sheet = make_sheet(organisation, **dates)
        assert sheet.is_to_review(TODAY) is stale
        assert Sheet.objects.to_review(on=TODAY).exists() is stale

    @pytest.mark.parametrize("lost", [True, False])
    def test_without_an_active_owner_it_is_to_review(
        self, organisation: Organisation, lost: bool
    ) -> None:
        sheet = make_sheet(organisation)
        if lost:
            Sheet.objects.update(owner=None)
        else:
            Agent.objects.filter(pk=sheet.owner_id).update(is_active=False)
        sheet = Sheet.objects.get()
        assert sheet.is_to_review(TODAY)
        assert Sheet.objects.to_review(on=TODAY).exists()

    def test_read_today_it_leaves_the_list(
        self, client_of: Login, qualite: Agent, organisation: Organisation
    ) -> None:
        today = timezone.localdate()
        sheet = make_sheet(organisation, review_on=today - ONE_DAY)
        client = client_of(qualite)
        assert sheet.question in text_of(client.get(reverse("sheets_to_review")))
        address = reverse("sheet_confirm", args=[sheet.public_id])
        client.post(address, {"review_on": str(today + ONE_DAY)})
        assert sheet.question not in text_of(client.get(reverse("sheets_to_review")))
        sheet.refresh_from_db()
        assert sheet.reviewed_on == today
        assert sheet.owner != qualite

    @pytest.mark.parametrize("ahead", [0, -1])
    def test_the_next_reading_is_to_come(
        self, client_of: Login, qualite: Agent, organisation: Organisation, ahead: int
    ) -> None:
        sheet = make_sheet(organisation)
        address = reverse("sheet_confirm", args=[sheet.public_id])
        day = timezone.localdate() + ahead * ONE_DAY
        response = client_of(qualite).post(address, {"review_on": str(day)})
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["review_on"]

    def test_whoever_reads_an_orphan_keeps_it(
        self, organisation: Organisation, qualite: Agent
    ) -> None:
        sheet = make_sheet(organisation)
        Agent.objects.filter(pk=sheet.owner_id).update(is_active=False)
        actions.confirm(sheet, by=qualite, on=TODAY, review_on=TODAY + ONE_DAY)
        assert Sheet.objects.get().owner == qualite

    def test_the_share_for_engagement_16(
        self, organisation: Organisation, service: Service, other_service: Service
    ) -> None:
        assert stale_share(organisation.pk, None, TODAY) == (0, 0)
        make_sheet(organisation, service=service)
        make_sheet(organisation, service=service, review_on=TODAY - ONE_DAY)
        make_sheet(organisation, service=other_service, valid_until=TODAY - ONE_DAY)
        make_sheet(organisation)
        make_sheet(organisation, publish=False, review_on=TODAY - ONE_DAY)
        make_sheet(factories.make_organisation())
        assert stale_share(organisation.pk, None, TODAY) == (2, 4)
        assert stale_share(organisation.pk, {service.pk}, TODAY) == (2, 3)
        assert stale_share(organisation.pk, frozenset({other_service.pk}), TODAY) == (1, 2)


class TestLists:
    def test_words_and_service_filter(
        self, client_of: Login, agent: Agent, organisation: Organisation, service: Service
    ) -> None:
        make_sheet(organisation, "Passeport", service=service)
        make_sheet(organisation, "Piscine")
        client = client_of(agent)
        address = reverse("sheets")
        assert "Piscine" not in text_of(client.get(address, {"q": "passeports"}))
        only = text_of(client.get(address, {"service": str(service.public_id)}))
        assert "Passeport</a>" in only
        assert "Piscine</a>" not in only
        nothing = text_of(client.get(address, {"q": "zzz"}))
        assert "Aucune fiche ne correspond à ces filtres" in nothing

    def test_nothing_of_another_organisation(self, client_of: Login, agent: Agent) -> None:
        make_sheet(factories.make_organisation(), "Chez les voisins", review_on=date(2020, 1, 1))
        client = client_of(agent)
        for name in ("sheets", "sheets_to_review", "sheets_proposed", "sheet_search"):
            assert "Chez les voisins" not in text_of(client.get(reverse(name)))

    @pytest.mark.parametrize("name", ["sheets", "sheets_to_review", "sheet_search"])
    def test_as_many_statements_for_one_and_for_twenty(
        self,
        client_of: Login,
        agent: Agent,
        service: Service,
        name: str,
    ) -> None:
        client, old = client_of(agent), date(2020, 1, 1)
        make_sheet(service.organisation, service=service, review_on=old)
        with CaptureQueriesContext(connection) as one:
            client.get(reverse(name))
        for _number in range(20):
            make_sheet(service.organisation, service=service, review_on=old)
        with CaptureQueriesContext(connection) as many:
            client.get(reverse(name))
        assert len(one) == len(many)


def test_text_is_paragraphs_and_lists() -> None:
    text = "Un\ndeux\n\n- a\n- b\n\n1. c\n2) d\nfin"
    assert blocks_of(text) == [
        Block("p", ("Un", "deux")),
        Block("ul", ("a", "b")),
        Block("ol", ("c", "d")),
        Block("p", ("fin",)),
    ]


def test_a_merged_service_leaves_its_sheets_and_modules(
    organisation: Organisation, service: Service, other_service: Service
) -> None:
    sheet = make_sheet(organisation, service=service)
    used(sheet, service)
    make_module(organisation, service=service)
    assert merging.move_service(service, other_service) == {"sheets": 1, "modules": 1}
    assert Sheet.objects.get().service == SheetUse.objects.get().service == other_service
    assert SheetVersion.objects.count() == 1
