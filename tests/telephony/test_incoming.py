"""Incoming calls: a signed, fresh, single message reaches the agents of its line, and no other."""

import json
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from contacts.models import Usager
from directory.models import Agent, Organisation, Service
from telephony import limits
from telephony.actions.incoming import renew_secret
from telephony.models import IncomingCall, TelephonySetting
from telephony.signing import signature_of
from tests import factories
from tests.telephony.situations import make_line

Login = Callable[[Agent], Client]
CALL = {"caller": "01 99 00 12 34", "called": "01 99 00 12 00"}
BANNER = "/telephone/en-cours/"


class Exchange:
    """An exchange that knows the secret of an organisation."""

    def __init__(self, organisation: Organisation) -> None:
        self.secret = renew_secret(organisation)
        self.webhook = TelephonySetting.objects.get(organisation=organisation).webhook_id

    def tell(
        self,
        told: object = CALL,
        *,
        age: int = 0,
        signature: str | None = None,
        timestamp: str | None = None,
        body: bytes | None = None,
    ) -> int:
        body = json.dumps(told).encode() if body is None else body
        stamp = timestamp or str(int(timezone.now().timestamp()) - age)
        signed = signature or f"sha256={signature_of(self.secret, stamp, body)}"
        return (
            Client(enforce_csrf_checks=True)
            .post(
                f"/telephone/appel-entrant/{self.webhook}/",
                body,
                content_type="application/json",
                headers={"X-Marianne-Timestamp": stamp, "X-Marianne-Signature": signed},
            )
            .status_code
        )


@pytest.fixture
def exchange(service: Service) -> Exchange:
    cache.clear()
    make_line(service, "+33199001200")
    return Exchange(service.organisation)


class TestWebhook:
    def test_a_call_is_written(self, exchange: Exchange, service: Service) -> None:
        assert exchange.tell() == 201
        call = IncomingCall.objects.get()
        assert (call.caller, call.line.service) == ("+33199001234", service)

    @pytest.mark.parametrize("age", [-299, 0, 299])
    def test_fresh_within_five_minutes_of_either_clock(self, exchange: Exchange, age: int) -> None:
        assert exchange.tell(age=age) == 201

    @pytest.mark.parametrize("age", [-302, 302, 86_400])
    def test_too_old_or_too_early(self, exchange: Exchange, age: int) -> None:
        assert exchange.tell(age=age) == 403
        assert not IncomingCall.objects.exists()

    def test_replayed(self, exchange: Exchange) -> None:
        stamp = str(int(timezone.now().timestamp()))
        assert [exchange.tell(timestamp=stamp) for _twice in range(2)] == [201, 409]
        assert IncomingCall.objects.count() == 1

    @pytest.mark.parametrize(
        "signature", ["sha256=" + "0" * 64, "sha256=", "é", "rien", "sha1=" + "0" * 40]
    )
    def test_wrongly_signed(self, exchange: Exchange, signature: str) -> None:
        assert exchange.tell(signature=signature.encode().decode("latin-1")) == 403
        assert not IncomingCall.objects.exists()

    @pytest.mark.parametrize("stamp", ["demain", "1e9", "99999999999", "-1", "٠٠٠٠٠٠٠٠٠٠"])
    def test_a_timestamp_that_is_none(self, exchange: Exchange, stamp: str) -> None:
        assert exchange.tell(timestamp=stamp.encode().decode("latin-1")) == 403

    def test_another_body_than_the_signed_one(self, exchange: Exchange) -> None:
        stamp = str(int(timezone.now().timestamp()))
        signature = f"sha256={signature_of(exchange.secret, stamp, b'{}')}"
        assert exchange.tell(timestamp=stamp, signature=signature) == 403

    def test_a_new_secret_ends_the_old_one(self, exchange: Exchange, service: Service) -> None:
        old, exchange.secret = exchange.secret, renew_secret(service.organisation)
        assert exchange.tell() == 201
        exchange.secret = old
        assert exchange.tell({**CALL, "caller": "3939"}) == 403

    def test_the_secret_of_another_organisation(self, exchange: Exchange) -> None:
        other = Exchange(factories.make_organisation())
        exchange.secret = other.secret
        assert exchange.tell() == 403

    def test_no_secret_was_made(self, exchange: Exchange) -> None:
        TelephonySetting.objects.update(webhook_salt="")
        assert exchange.tell() == 403

    def test_no_such_address(self, exchange: Exchange) -> None:
        exchange.webhook = factories.make_organisation().public_id
        assert exchange.tell() == 404

    def test_too_big(self, exchange: Exchange) -> None:
        assert exchange.tell({**CALL, "x": "a" * 4096}) == 413

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"{", b'{"caller": 1, "called": "1"}', b'{"called": ""}', b"[" * 4000]
    )
    def test_signed_nonsense(self, exchange: Exchange, body: bytes) -> None:
        assert exchange.tell(body=body) == 422

    def test_a_line_that_is_not_ours(self, exchange: Exchange) -> None:
        assert exchange.tell({**CALL, "called": "0199009999"}) == 422

    def test_a_flood_is_stopped_before_anything_is_read(
        self, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "CALLS_PER_MINUTE", 3)
        told = [exchange.tell({**CALL, "caller": str(number)}) for number in range(1000, 1008)]
        # A minute may begin between two of them.
        assert told[0] == 201
        assert 429 in told

    def test_only_post(self, exchange: Exchange) -> None:
        address = f"/telephone/appel-entrant/{exchange.webhook}/"
        assert Client().get(address).status_code == 405

    def test_yesterday_is_forgotten(self, exchange: Exchange) -> None:
        exchange.tell()
        IncomingCall.objects.update(received_at=timezone.now() - timedelta(days=2))
        exchange.tell({**CALL, "caller": "3939"})
        assert IncomingCall.objects.count() == 1


class TestBanner:
    def page(self, client: Client) -> str:
        return unescape(client.get(BANNER).content.decode())

    def test_who_calls_and_what_is_open(
        self, exchange: Exchange, client_of: Login, agent: Agent, service: Service
    ) -> None:
        person = Usager.objects.create(
            organisation=service.organisation, full_name="Mme Ana Petit", phone="+33199001234"
        )
        opened = factories.make_demande(service, usager=person)
        factories.make_demande(service, usager=person)
        factories.make_demande(service, usager=person, replied=factories.TODAY)
        exchange.tell()
        page = self.page(client_of(agent))
        assert "Appel de 01 99 00 12 34</strong> — Mme Ana Petit, 2 demandes ouvertes" in page
        assert "/saisie/?canal=phone&telephone=%2B33199001234" in page
        assert f"/demandes/{opened.public_id}/" in page

    def test_the_person_is_not_named_to_who_reads_none_of_their_demandes(
        self,
        exchange: Exchange,
        client_of: Login,
        agent: Agent,
        service: Service,
        other_service: Service,
    ) -> None:
        person = Usager.objects.create(
            organisation=service.organisation, full_name="Mme Ana Petit", phone="+33199001234"
        )
        factories.make_demande(other_service, usager=person)
        exchange.tell()
        page = self.page(client_of(agent))
        assert "Appel de 01 99 00 12 34" in page
        assert "Petit" not in page

    def test_calls_to_other_services_and_other_organisations_do_not_ring_here(
        self,
        exchange: Exchange,
        client_of: Login,
        service: Service,
        other_service: Service,
    ) -> None:
        exchange.tell()
        elsewhere = factories.make_organisation()
        foreign_service = factories.make_service(elsewhere)
        for one in (
            factories.make_agent(service.organisation, "agent", other_service),  # type: ignore[arg-type]
            factories.make_agent(elsewhere, "agent", foreign_service),  # type: ignore[arg-type]
        ):
            assert "Appel" not in self.page(client_of(one))

    def test_a_hidden_number(self, exchange: Exchange, client_of: Login, agent: Agent) -> None:
        exchange.tell({**CALL, "caller": "anonymous"})
        assert "numéro masqué" in self.page(client_of(agent))

    def test_it_stops_ringing(self, exchange: Exchange, client_of: Login, agent: Agent) -> None:
        exchange.tell()
        IncomingCall.objects.update(received_at=timezone.now() - timedelta(minutes=3))
        assert "Appel" not in self.page(client_of(agent))

    def test_a_page_asks_only_once_the_agent_chose_so(
        self, service: Service, client_of: Login, agent: Agent
    ) -> None:
        client = client_of(agent)
        assert b"data-incoming" not in client.get("/demandes/").content
        for chosen in ("on", "off"):
            client.post("/telephone/en-cours/suivre/", {"follow": chosen})
            shown = b"data-incoming" in client.get("/demandes/").content
            assert shown == (chosen == "on")

    def test_asking_is_cheap_and_writes_nothing(
        self,
        exchange: Exchange,
        client_of: Login,
        agent: Agent,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client = client_of(agent)
        client.get(BANNER)
        with django_assert_num_queries(4):  # session, agent, organisation, nothing rings
            client.get(BANNER)


class TestSecret:
    def test_it_is_shown_once(
        self, client_of: Login, administrateur: Agent, service: Service
    ) -> None:
        client = client_of(administrateur)
        assert "aucun appel n’est accepté" in client.get("/telephone/reglages/").content.decode()
        page = client.post("/telephone/reglages/secret/")
        secret = page.context["secret"]
        assert secret in page.content.decode()
        after = client.get("/telephone/reglages/").content.decode()
        assert secret not in after
        assert f"/telephone/appel-entrant/{TelephonySetting.objects.get().webhook_id}/" in after
        assert secret not in str(TelephonySetting.objects.values().get())
