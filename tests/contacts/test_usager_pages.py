"""The page of an usager, its file and its consents, through HTTP."""

from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.actions import Person, find_or_make_usager
from contacts.actions.usagers import Identity, correct, decide
from contacts.enums import Channel, ConsentKind, ConsentStep, UsagerVerb
from contacts.models import Consent, Usager, UsagerEntry
from contacts.people import agreements_of
from contacts.phones import normalise, spelled
from directory.enums import Role
from directory.models import Agent, Organisation, Service
from tests import factories
from tests.contacts.people import make_usager

Login = Callable[[Agent], Client]


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


@pytest.fixture
def usager(organisation: Organisation) -> Usager:
    return make_usager(organisation, "Zoé Lefèvre", phone="+33612345678", email="zoe@exemple.fr")


def address(usager: Usager, act: str = "") -> str:
    return f"/usagers/{usager.public_id}/{act}"


class TestPage:
    def test_all_channels_open_first_then_the_latest(
        self, client_of: Login, agent: Agent, service: Service, usager: Usager
    ) -> None:
        factories.national_targets(service.organisation)
        old = factories.make_demande(service, date(2026, 5, 4), usager=usager)
        closed = factories.make_demande(
            service, date(2026, 6, 8), channel=Channel.PHONE, closed=date(2026, 6, 9), usager=usager
        )
        new = factories.make_demande(
            service, date(2026, 6, 1), channel=Channel.GUICHET, usager=usager
        )
        factories.make_demande(service, usager=make_usager(service.organisation, "Autre"))
        page = client_of(agent).get(address(usager))
        shown = [line["public_id"] for line in page.context["lines"]]
        assert shown == [new.public_id, old.public_id, closed.public_id]
        text = text_of(page)
        assert "2 demandes ouvertes" in text
        assert "Close le 09/06/2026" in text
        assert "06 12 34 56 78" in text

    def test_a_late_demande_says_so(
        self, client_of: Login, agent: Agent, service: Service, usager: Usager
    ) -> None:
        factories.make_demande(
            service,
            date(2026, 5, 4),
            usager=usager,
            first_reply_limit=5,
            first_reply_due_on=date(2026, 5, 11),
        )
        assert "en retard de" in text_of(client_of(agent).get(address(usager)))

    def test_what_was_asked_elsewhere_is_counted_not_told(
        self,
        client_of: Login,
        agent: Agent,
        service: Service,
        other_service: Service,
        usager: Usager,
    ) -> None:
        factories.make_demande(service, usager=usager, subject="Acte de naissance")
        factories.make_demande(other_service, usager=usager, subject="Permis refusé")
        text = text_of(client_of(agent).get(address(usager)))
        assert "Acte de naissance" in text
        assert "Permis refusé" not in text
        assert "1 autre demande, dans un service qui n’est pas le vôtre" in text

    def test_nobody_yet_and_many(
        self, client_of: Login, agent: Agent, service: Service, usager: Usager
    ) -> None:
        client = client_of(agent)
        assert "Aucune demande dans vos services" in text_of(client.get(address(usager)))
        for _ in range(51):
            factories.make_demande(service, usager=usager)
        assert len(client.get(address(usager)).context["lines"]) == 50
        assert len(client.get(address(usager), {"page": 2}).context["lines"]) == 1

    def test_as_many_queries_for_one_and_for_twenty(
        self, client_of: Login, agent: Agent, service: Service, usager: Usager
    ) -> None:
        factories.national_targets(service.organisation)
        client, counts = client_of(agent), []
        for how_many in (1, 19):
            for _ in range(how_many):
                factories.make_demande(service, usager=usager)
                twin = make_usager(service.organisation, "Zoé", phone=usager.phone)
                decide(
                    usager, ConsentKind.SURVEY_EMAIL, step_of(usager), how="oral", by=agent,
                    at=factories.NOW,
                )  # fmt: skip
                assert twin.pk
            with CaptureQueriesContext(connection) as captured:
                client.get(address(usager))
            counts.append(len(captured))
        assert counts[0] == counts[1]

    def test_who_was_merged_leads_to_who_they_are(
        self, client_of: Login, agent: Agent, organisation: Organisation, usager: Usager
    ) -> None:
        gone = make_usager(organisation, "Zoé Durand", merged_into=usager)
        client = client_of(agent)
        assert client.get(address(gone)).headers["Location"] == address(usager)
        assert client.get(address(gone, "modifier/")).status_code == 404

    def test_an_agent_without_service_sees_the_identity_alone(
        self, client_of: Login, organisation: Organisation, service: Service, usager: Usager
    ) -> None:
        factories.make_demande(service, usager=usager, subject="Secret")
        text = text_of(
            client_of(factories.make_agent(organisation, Role.AGENT)).get(address(usager))
        )
        assert "Zoé Lefèvre" in text
        assert "Secret" not in text

    def test_the_demande_leads_to_its_usager(
        self, client_of: Login, agent: Agent, qualite: Agent, service: Service, usager: Usager
    ) -> None:
        page = f"/demandes/{factories.make_demande(service, usager=usager).public_id}/"
        assert f'href="{address(usager)}"' in text_of(client_of(agent).get(page))
        assert f'href="{address(usager)}"' not in text_of(client_of(qualite).get(page))


def step_of(usager: Usager) -> ConsentStep:
    """The step that can be taken next."""
    given = agreements_of(usager)[0].is_given
    return ConsentStep.WITHDRAWN if given else ConsentStep.GIVEN


class TestCorrection:
    typed: dict[str, object] = {
        "full_name": "Zoé Lefebvre",
        "phone": "07 81 12 34 56",
        "email": "zoe@ville.example",
        "seen": 0,
    }

    def test_the_file_and_its_journal(self, client_of: Login, agent: Agent, usager: Usager) -> None:
        page = client_of(agent).post(address(usager, "modifier/"), self.typed, follow=True)
        usager.refresh_from_db()
        assert Identity.of(usager) == Identity("Zoé Lefebvre", "zoe@ville.example", "+33781123456")
        assert usager.version == 1
        entry = UsagerEntry.objects.get()
        assert (entry.verb, entry.by) == (UsagerVerb.CORRECTED, agent)
        assert "Nom : Zoé Lefèvre → Zoé Lefebvre" in text_of(page)

    @pytest.mark.parametrize(
        ("wrong", "field", "message"),
        [
            ({"phone": "zéro six"}, "phone", "ne contient pas de lettres"),
            ({"phone": "0800 MAIRIE"}, "phone", "ne contient pas de lettres"),
            ({"phone": "01 23 45 6"}, "phone", "n’est pas valide"),
            ({"phone": "01 23 45 67 89 00 11 22"}, "phone", "n’est pas valide"),
            ({"email": "zoe@"}, "email", "adresse"),
            ({"full_name": "x" * 161}, "full_name", "160"),
            ({"full_name": "\0"}, "full_name", ""),
            ({"full_name": "", "phone": "", "email": ""}, "full_name", "au moins un nom"),
        ],
    )
    def test_a_wrong_file_is_told_at_its_field_and_keeps_what_was_typed(
        self,
        client_of: Login,
        agent: Agent,
        usager: Usager,
        wrong: dict[str, str],
        field: str,
        message: str,
    ) -> None:
        page = client_of(agent).post(address(usager, "modifier/"), self.typed | wrong)
        assert page.status_code == 422
        errors = page.context["form"].errors
        assert list(errors) == [field]
        assert message in text_of(page)
        assert "zoe@ville.example" in text_of(page) or "email" in wrong
        usager.refresh_from_db()
        assert usager.full_name == "Zoé Lefèvre"
        assert not UsagerEntry.objects.exists()

    def test_another_agent_was_first(
        self, client_of: Login, agent: Agent, usager: Usager, responsable: Agent
    ) -> None:
        correct(usager, Identity("Zoé Petit"), seen=0, by=responsable, at=factories.NOW)
        client = client_of(agent)
        page = client.post(address(usager, "modifier/"), self.typed)
        assert page.status_code == 422
        assert "Zoé Petit" in text_of(page)
        assert "Zoé Lefebvre" in text_of(page)
        renewed = page.context["form"]["seen"].value()
        client.post(address(usager, "modifier/"), self.typed | {"seen": renewed})
        usager.refresh_from_db()
        assert usager.full_name == "Zoé Lefebvre"

    def test_sent_twice_it_is_written_once(
        self, client_of: Login, agent: Agent, usager: Usager
    ) -> None:
        client = client_of(agent)
        for _ in range(2):
            assert client.post(address(usager, "modifier/"), self.typed).status_code == 302
        assert UsagerEntry.objects.count() == 1


class TestConsents:
    typed: dict[str, object] = {"kind": "survey_email", "step": "given", "how": "De vive voix"}

    def test_given_then_withdrawn_and_nothing_lost(
        self, client_of: Login, agent: Agent, usager: Usager
    ) -> None:
        client, page = client_of(agent), address(usager, "consentement/")
        client.post(page, self.typed)
        assert agreements_of(usager)[0].is_given
        client.post(page, self.typed | {"step": "withdrawn", "how": "Par courriel"})
        assert not agreements_of(usager)[0].is_given
        assert Consent.objects.count() == 2
        verbs = list(UsagerEntry.objects.order_by("pk").values_list("verb", flat=True))
        assert verbs == [UsagerVerb.CONSENT_GIVEN, UsagerVerb.CONSENT_WITHDRAWN]
        assert "Retiré" in text_of(client.get(address(usager)))

    def test_sent_twice_it_is_written_once(
        self, client_of: Login, agent: Agent, usager: Usager
    ) -> None:
        client = client_of(agent)
        for _ in range(2):
            page = client.post(address(usager, "consentement/"), self.typed)
            assert page.status_code == 302
        assert Consent.objects.count() == 1

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"step": "withdrawn"}, "kind"),
            ({"kind": "cookies"}, "kind"),
            ({"how": ""}, "how"),
            ({"step": "maybe"}, "step"),
        ],
    )
    def test_a_wrong_decision_is_told_at_its_field(
        self, client_of: Login, agent: Agent, usager: Usager, wrong: dict[str, str], field: str
    ) -> None:
        page = client_of(agent).post(address(usager, "consentement/"), self.typed | wrong)
        assert page.status_code == 422
        assert list(page.context["form"].errors) == [field]
        assert not Consent.objects.exists()

    def test_the_page_fills_the_form_in_advance(
        self, client_of: Login, agent: Agent, usager: Usager
    ) -> None:
        asked = {"objet": "survey_sms", "decision": "withdrawn"}
        form = client_of(agent).get(address(usager, "consentement/"), asked).context["form"]
        assert (form["kind"].value(), form["step"].value()) == ("survey_sms", "withdrawn")


@pytest.mark.parametrize("table", ["contacts_consent", "contacts_usagerentry"])
@pytest.mark.parametrize("act", ["UPDATE {} SET at = now()", "DELETE FROM {}"])
def test_what_was_written_stays(agent: Agent, usager: Usager, table: str, act: str) -> None:
    decide(
        usager, ConsentKind.NEWS_EMAIL, ConsentStep.GIVEN, how="oral", by=agent, at=factories.NOW
    )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table))


@pytest.mark.parametrize("phone", ["06 12 34", "allô", "+", "1234567", "+0612345678"])
def test_the_database_refuses_what_is_no_number(organisation: Organisation, phone: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_usager(organisation, "Zoé", phone=phone)


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("+33612345678", "06 12 34 56 78"),
        ("+262262201234", "0262 20 12 34"),
        ("+41446681800", "+41 44 668 18 00"),
        ("3939", "3939"),
        ("", ""),
    ],
)
def test_numbers_are_written_as_people_do(stored: str, written: str) -> None:
    assert spelled(stored) == written
    assert normalise(written) == stored


def test_who_was_merged_is_known_by_the_old_address(organisation: Organisation) -> None:
    kept = make_usager(organisation, "Zoé Lefèvre", email="zoe@exemple.fr")
    make_usager(
        organisation, "Zoé", email="zoe@ancien.example", phone="+33612345678", merged_into=kept
    )
    for person in (Person(email="ZOE@ancien.example"), Person(phone="+33612345678")):
        assert find_or_make_usager(person, organisation=organisation) == kept
