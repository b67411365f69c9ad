"""Two files made one and two again: every row follows, no delay moves, nobody is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from html import unescape
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ForeignKey
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts import duplicates, errors
from contacts.actions import merging_usagers
from contacts.actions.merging_usagers import gather, links, merge, name_of, tell_apart, undo_merge
from contacts.actions.usagers import Identity, correct, decide
from contacts.duplicates import lookalikes, lookalikes_of
from contacts.enums import ConsentKind, ConsentStep, Likeness
from contacts.models import Demande, Merge, NotSame, Usager, UsagerEntry
from contacts.people import agreements_of, merges_to_undo
from directory.models import Agent, Organisation, Service
from tests import factories
from tests.contacts.people import make_usager

Login = Callable[[Agent], Client]
LATER = factories.NOW + timedelta(hours=1)


@pytest.fixture
def one(organisation: Organisation) -> Usager:
    return make_usager(organisation, "Zoé Lefèvre", email="zoe@exemple.fr")


@pytest.fixture
def other(organisation: Organisation) -> Usager:
    return make_usager(organisation, "LEFEVRE Zoe", phone="+33612345678")


BOTH = Identity("Zoé Lefèvre", "zoe@exemple.fr", "+33612345678")


def merged(kept: Usager, absorbed: Usager, by: Agent, identity: Identity = BOTH) -> Merge:
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    seen = (kept.version, absorbed.version)
    return merge(kept, absorbed, identity, seen=seen, by=by, at=factories.NOW)


def demandes_of(usager: Usager) -> set[Demande]:
    return set(Demande.objects.filter(usager=usager))


class TestMerge:
    def test_everything_follows(
        self, one: Usager, other: Usager, service: Service, agent: Agent
    ) -> None:
        mine = factories.make_demande(service, usager=one)
        theirs = factories.make_demande(service, usager=other)
        decide(
            other, ConsentKind.SURVEY_SMS, ConsentStep.GIVEN, how="oral", by=agent,
            at=factories.NOW,
        )  # fmt: skip
        merged(one, other, agent)
        one.refresh_from_db()
        other.refresh_from_db()
        assert demandes_of(one) == {mine, theirs}
        assert Identity.of(one) == BOTH
        assert [each.is_given for each in agreements_of(one)] == [False, True, False]
        assert (other.merged_into, other.phone) == (one, "+33612345678")
        assert set(UsagerEntry.objects.values_list("usager", flat=True)) == {one.pk}

    def test_the_later_decision_is_in_force(self, one: Usager, other: Usager, agent: Agent) -> None:
        for usager, step, at in (
            (one, ConsentStep.GIVEN, factories.NOW),
            (other, ConsentStep.GIVEN, factories.NOW - timedelta(days=1)),
            (other, ConsentStep.WITHDRAWN, LATER),
        ):
            decide(usager, ConsentKind.SURVEY_EMAIL, step, how="oral", by=agent, at=at)
        merged(one, other, agent)
        assert not agreements_of(one)[0].is_given

    def test_with_itself_it_is_refused(self, one: Usager, agent: Agent) -> None:
        with pytest.raises(errors.MergedWithItself):
            merged(one, one, agent)
        with pytest.raises(IntegrityError), transaction.atomic():
            Usager.objects.filter(pk=one.pk).update(merged_into=one)

    def test_once(self, one: Usager, other: Usager, agent: Agent) -> None:
        merged(one, other, agent)
        for pair in ((one, other), (other, one)):
            with pytest.raises(errors.UsagerMerged):
                merged(*pair, agent)

    def test_what_changed_meanwhile_is_looked_at_again(
        self, one: Usager, other: Usager, agent: Agent
    ) -> None:
        correct(other, Identity("Zoé Petit"), seen=0, by=agent, at=factories.NOW)
        with pytest.raises(errors.UsagerChanged):
            merge(one, other, BOTH, seen=(0, 0), by=agent, at=factories.NOW)
        assert not Merge.objects.exists()

    def test_of_another_organisation_it_is_refused(self, one: Usager, agent: Agent) -> None:
        foreign = make_usager(factories.make_organisation(), "Zoé Lefèvre")
        with pytest.raises(errors.UsagerMerged):
            merged(one, foreign, agent)

    def test_a_chain_leads_to_who_stands(
        self, organisation: Organisation, one: Usager, other: Usager, agent: Agent
    ) -> None:
        third = make_usager(organisation, "Zoé")
        first = merged(one, other, agent)
        second = merged(third, one, agent)
        other.refresh_from_db()
        assert other.merged_into == third
        with pytest.raises(errors.MergeTooOld):
            undo_merge(first, by=agent, at=LATER)
        undo_merge(second, by=agent, at=LATER)
        other.refresh_from_db()
        assert other.merged_into == one
        undo_merge(first, by=agent, at=LATER)
        assert not Usager.objects.exclude(merged_into=None).exists()


class TestUndo:
    def test_two_files_as_they_were(
        self, one: Usager, other: Usager, service: Service, agent: Agent
    ) -> None:
        mine = factories.make_demande(service, usager=one)
        theirs = factories.make_demande(service, usager=other)
        made = merged(one, other, agent)
        since = factories.make_demande(service, usager=one)
        undo_merge(made, by=agent, at=LATER)
        one.refresh_from_db()
        other.refresh_from_db()
        assert demandes_of(one) == {mine, since}
        assert demandes_of(other) == {theirs}
        assert Identity.of(one) == Identity("Zoé Lefèvre", "zoe@exemple.fr", "")
        assert Identity.of(other) == Identity("LEFEVRE Zoe", "", "+33612345678")
        assert other.merged_into is None

    def test_a_row_that_went_elsewhere_stays_there(
        self, organisation: Organisation, one: Usager, other: Usager, service: Service, agent: Agent
    ) -> None:
        theirs = factories.make_demande(service, usager=other)
        made = merged(one, other, agent)
        third = make_usager(organisation, "Anne")
        Demande.objects.filter(pk=theirs.pk).update(usager=third)
        undo_merge(made, by=agent, at=LATER)
        assert demandes_of(third) == {theirs}

    def test_once_and_not_after_a_change(self, one: Usager, other: Usager, agent: Agent) -> None:
        made = merged(one, other, agent)
        assert merges_to_undo(one) == [made]
        one.refresh_from_db()
        correct(one, Identity("Zoé Petit"), seen=one.version, by=agent, at=LATER)
        assert merges_to_undo(one) == []
        with pytest.raises(errors.MergeTooOld):
            undo_merge(made, by=agent, at=LATER)

    def test_twice_is_refused(self, one: Usager, other: Usager, agent: Agent) -> None:
        made = merged(one, other, agent)
        undo_merge(made, by=agent, at=LATER)
        with pytest.raises(errors.MergeTooOld):
            undo_merge(made, by=agent, at=LATER)

    def test_merges_are_undone_one_after_the_other(
        self, organisation: Organisation, one: Usager, other: Usager, agent: Agent
    ) -> None:
        third = make_usager(organisation, "Zoé")
        first, second = merged(one, other, agent), merged(one, third, agent, Identity("Z. L."))
        assert merges_to_undo(one) == [second]
        undo_merge(second, by=agent, at=LATER)
        assert merges_to_undo(one) == [first]
        undo_merge(first, by=agent, at=LATER)
        one.refresh_from_db()
        assert Identity.of(one) == Identity("Zoé Lefèvre", "zoe@exemple.fr", "")

    def test_the_rule_over_rows_and_over_one_row_agree(
        self, one: Usager, other: Usager, agent: Agent
    ) -> None:
        made = merged(one, other, agent)
        for act in (lambda: None, lambda: Usager.objects.update(version=9)):
            act()
            row = Merge.objects.select_related("kept", "absorbed").get(pk=made.pk)
            assert Merge.objects.that_can_be_undone().exists() is row.can_be_undone


# Why a foreign key to an usager does not follow them through a merge.
STAYS = {
    "contacts.merge.kept": "the history of merges names the files as they were",
    "contacts.merge.absorbed": "the history of merges names the files as they were",
    "contacts.notsame.first": "it tells of two files, one of which leaves every list",
    "contacts.notsame.second": "it tells of two files, one of which leaves every list",
}

# What the database itself knows of.
REFERRING = """
    SELECT conrelid::regclass || '.' || attname FROM pg_constraint
    JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype = 'f' AND confrelid = 'contacts_usager'::regclass
"""


def test_every_relation_to_an_usager_is_moved_or_has_its_reason(db: None) -> None:
    fields = [relation.field for relation in merging_usagers.relations()]
    assert all(isinstance(field, ForeignKey) for field in fields), "a rule of its own is needed"
    foreign_keys = {name_of(field) for field in fields}
    with connection.cursor() as cursor:
        cursor.execute(REFERRING)
        columns = {column for (column,) in cursor.fetchall()}
    assert {f"{each.model._meta.db_table}.{each.column}" for each in fields} == columns
    assert set(merging_usagers.STAYS) == set(STAYS)
    moved = {name_of(link) for link in links()}
    assert moved | set(STAYS) == foreign_keys
    assert moved >= {"contacts.demande.usager", "contacts.consent.usager"}
    for link in links():
        assert link.model._meta.get_field("organisation"), "found by its organisation"
        assert not link.unique, "two files may each have one"


def test_no_delay_moves(one: Usager, other: Usager, service: Service, agent: Agent) -> None:
    """Nothing that is counted hangs on the usager: no cell becomes stale (rule 17)."""
    factories.national_targets(service.organisation)
    factories.make_demande(service, usager=other, replied=date(2026, 6, 3))

    def seen() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), max(id) FROM engagements_staletally")
            marks = cursor.fetchall()
        return [marks, *Demande.objects.values_list("first_reply_on", "due_on", "closed_on")]

    before = seen()
    made = merged(one, other, agent)
    assert seen() == before
    undo_merge(made, by=agent, at=LATER)
    assert seen() == before


def test_what_was_being_registered_meanwhile_is_gathered(
    organisation: Organisation, one: Usager, other: Usager, service: Service, agent: Agent
) -> None:
    merged(one, other, agent)
    straggler = factories.make_demande(service, usager=other)
    foreign = factories.make_organisation()
    assert gather(foreign) == 0
    assert gather(organisation) == 1
    assert demandes_of(one) == {straggler}


@pytest.mark.django_db(transaction=True)
def test_two_agents_merge_the_same_pair(
    organisation: Organisation, one: Usager, other: Usager, service: Service, agent: Agent
) -> None:
    factories.make_demande(service, usager=other)
    together = Barrier(2)

    def attempt(pair: tuple[Usager, Usager]) -> str:
        try:
            together.wait()
            merge(*pair, BOTH, seen=(0, 0), by=agent, at=factories.NOW)
            return "done"
        except errors.UsagerMerged:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        told = sorted(threads.map(attempt, [(one, other), (other, one)]))
    assert told == ["done", "refused"]
    assert Merge.objects.count() == 1
    assert Usager.objects.exclude(merged_into=None).count() == 1


class TestLookalikes:
    @pytest.mark.parametrize(
        ("first", "second", "likenesses"),
        [
            ({"phone": "+33612345678"}, {"phone": "+33612345678"}, [Likeness.PHONE]),
            ({"email": "a@exemple.fr"}, {"email": "A@Exemple.fr"}, [Likeness.EMAIL]),
            (
                {"full_name": "Zoé Lefèvre", "phone": "+33612345678"},
                {"full_name": "LEFEVRE Zoe", "email": "zoe@exemple.fr"},
                [Likeness.NAME],
            ),
            (
                {"full_name": "Zoé Lefèvre", "phone": "3939"},
                {"full_name": "Zoe Lefevre", "phone": "3939"},
                [Likeness.PHONE, Likeness.NAME],
            ),
            ({"full_name": "Zoé"}, {"full_name": "Zoe"}, None),
            (
                {"full_name": "Zoé Lefèvre", "phone": "+33612345678"},
                {"full_name": "Zoé Lefèvre", "phone": "+33712345678"},
                None,
            ),
            ({"full_name": "Zoé Lefèvre"}, {"full_name": "Zoé Lefort"}, None),
            ({}, {}, None),
        ],
    )
    def test_what_makes_two_files_look_alike(
        self,
        organisation: Organisation,
        first: dict[str, str],
        second: dict[str, str],
        likenesses: list[Likeness] | None,
    ) -> None:
        older, newer = (make_usager(organisation, **facts) for facts in (first, second))
        make_usager(factories.make_organisation(), **second)
        found = lookalikes(organisation.pk).pairs
        told = [(pair.first, pair.second, list(pair.likenesses)) for pair in found]
        assert told == ([] if likenesses is None else [(older, newer, likenesses)])
        for usager in (older, newer):
            assert lookalikes_of(usager) == found

    def test_told_apart_they_are_proposed_no_more(
        self, organisation: Organisation, one: Usager, other: Usager, agent: Agent
    ) -> None:
        for pair in ((one, other), (other, one)):
            tell_apart(*pair, by=agent, at=factories.NOW)
        assert NotSame.objects.count() == 1
        assert lookalikes(organisation.pk).pairs == []
        assert lookalikes_of(one) == []

    def test_merged_they_are_proposed_no_more(
        self, organisation: Organisation, one: Usager, other: Usager, agent: Agent
    ) -> None:
        merged(one, other, agent)
        assert lookalikes(organisation.pk).pairs == []
        one.refresh_from_db()
        assert lookalikes_of(one) == []

    def test_the_list_is_bounded_and_goes_on(
        self, monkeypatch: pytest.MonkeyPatch, organisation: Organisation
    ) -> None:
        monkeypatch.setattr(duplicates, "EXAMINED", 2)
        monkeypatch.setattr(duplicates, "MOST_PAIRS", 1)
        files = [make_usager(organisation, phone="3939") for _ in range(4)]
        found = lookalikes(organisation.pk)
        assert (len(found.pairs), found.more, found.oldest) == (1, True, files[2])
        older = lookalikes(organisation.pk, before=found.oldest)
        assert [(pair.first, pair.second) for pair in older.pairs] == [(files[0], files[1])]

    def test_as_many_queries_for_one_and_for_twenty(
        self, client_of: Login, agent: Agent, organisation: Organisation
    ) -> None:
        client, counts = client_of(agent), []
        make_usager(organisation, phone="3939")
        for how_many in (1, 19):
            for _ in range(how_many):
                make_usager(organisation, phone="3939")
            with CaptureQueriesContext(connection) as captured:
                client.get("/usagers/doublons/")
            counts.append(len(captured))
        assert counts[0] == counts[1]


class TestPages:
    typed: dict[str, object] = {
        "full_name": "kept",
        "phone": "absorbed",
        "email": "kept",
        "kept_seen": 0,
        "absorbed_seen": 0,
    }

    def page(self, one: Usager, other: Usager) -> str:
        return f"/usagers/{one.public_id}/reunir/{other.public_id}/"

    def test_the_agent_chooses_each_value(
        self, client_of: Login, agent: Agent, one: Usager, other: Usager
    ) -> None:
        client = client_of(agent)
        # The older goes on, whichever was named first.
        form = client.get(self.page(other, one)).context["form"]
        assert [form[name].value() for name in ("full_name", "phone", "email")] == [
            "kept",
            "absorbed",
            "kept",
        ]
        answer = client.post(self.page(other, one), self.typed, follow=True)
        assert answer.redirect_chain == [(f"/usagers/{one.public_id}/", 302)]
        assert "Défaire la réunion" in unescape(answer.content.decode())
        one.refresh_from_db()
        assert Identity.of(one) == BOTH

    def test_sent_twice_it_is_done_once(
        self, client_of: Login, agent: Agent, one: Usager, other: Usager
    ) -> None:
        client = client_of(agent)
        for _ in range(2):
            answer = client.post(self.page(one, other), self.typed)
            assert answer.headers["Location"] == f"/usagers/{one.public_id}/"
        assert Merge.objects.count() == 1

    def test_what_changed_meanwhile_is_shown(
        self, client_of: Login, agent: Agent, one: Usager, other: Usager
    ) -> None:
        correct(other, Identity("Zoé Petit"), seen=0, by=agent, at=factories.NOW)
        client = client_of(agent)
        answer = client.post(self.page(one, other), self.typed)
        assert answer.status_code == 422
        assert "Zoé Petit" in unescape(answer.content.decode())
        shown = answer.context["form"]
        # Its number went with the correction: there is nothing left to choose there.
        assert list(shown.errors) == ["__all__"]
        seen = {name: shown[name].value() for name in ("absorbed_seen", "phone")}
        assert client.post(self.page(one, other), self.typed | seen).status_code == 302

    @pytest.mark.parametrize("wrong", [{"phone": "both"}, {"email": ""}, {"kept_seen": "x"}])
    def test_a_wrong_choice_is_refused(
        self, client_of: Login, agent: Agent, one: Usager, other: Usager, wrong: dict[str, str]
    ) -> None:
        answer = client_of(agent).post(self.page(one, other), self.typed | wrong)
        assert answer.status_code == 422
        assert not Merge.objects.exists()

    def test_with_itself(self, client_of: Login, agent: Agent, one: Usager) -> None:
        answer = client_of(agent).get(self.page(one, one), follow=True)
        assert "ne se réunit pas avec elle-même" in unescape(answer.content.decode())

    def test_undone_by_a_button(
        self, client_of: Login, agent: Agent, one: Usager, other: Usager
    ) -> None:
        made = merged(one, other, agent)
        client, address = client_of(agent), f"/usagers/reunions/{made.public_id}/defaire/"
        done = client.post(address, follow=True)
        assert "il y a de nouveau deux fiches" in unescape(done.content.decode())
        again = client.post(address, follow=True)
        assert "ne peut plus être défaite" in unescape(again.content.decode())

    def test_told_apart_by_a_button(
        self, client_of: Login, agent: Agent, one: Usager, other: Usager
    ) -> None:
        client = client_of(agent)
        assert "LEFEVRE Zoe" in client.get("/usagers/doublons/").content.decode()
        address = f"/usagers/{one.public_id}/distinctes/{other.public_id}/"
        done = client.post(address, {"liste": "1"}, follow=True)
        assert done.redirect_chain == [("/usagers/doublons/", 302)]
        assert "Aucun doublon possible" in unescape(done.content.decode())

    def test_two_files_that_nothing_brought_together(
        self, client_of: Login, agent: Agent, organisation: Organisation, one: Usager
    ) -> None:
        stranger = make_usager(organisation, "Anne Petit")
        page = client_of(agent).get("/usagers/", {"q": "petit", "avec": str(one.public_id)})
        assert self.page(one, stranger) in page.content.decode()

    @pytest.mark.parametrize("wrong", ["?avec=x", "?avec=", "?q=%00", f"?q={'x' * 300}"])
    def test_a_wrong_address_of_the_search(
        self, client_of: Login, agent: Agent, wrong: str
    ) -> None:
        assert client_of(agent).get(f"/usagers/{wrong}").status_code == 200

    def test_a_wrong_address_of_the_list(self, client_of: Login, agent: Agent) -> None:
        assert client_of(agent).get("/usagers/doublons/?avant=x").status_code == 200
