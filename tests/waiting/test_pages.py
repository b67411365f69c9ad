"""The queue through its pages: desk, rooms, tablet, screen, figures."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from directory.actions import close_days, open_day
from directory.enums import Role
from directory.models import Agent, Service, WorkingCalendar
from tests import factories
from tests.waiting.situations import make_room, make_ticket
from waiting.actions import giving
from waiting.enums import Link, Reason, State
from waiting.models import Ticket, WaitingRoom

Login = Callable[[Agent], Client]
MINUTE = timedelta(minutes=1)


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def url(name: str, found: WaitingRoom | Ticket) -> str:
    return reverse(name, args=[found.public_id])


@pytest.fixture
def open_today(calendar: WorkingCalendar) -> date:
    today = calendar.day_of(timezone.now())
    open_day(calendar, day=today, label="Ouvert", today=today)
    return today


class TestIndex:
    def test_without_any_room_an_agent_reads_who_may_create_one(
        self, client_of: Login, agent: Agent
    ) -> None:
        text = text_of(client_of(agent).get("/attente/"))
        assert "Aucune file d’attente" in text
        assert reverse("queue_room_new") not in text

    def test_without_any_room_a_responsable_may_create_one(
        self, client_of: Login, responsable: Agent
    ) -> None:
        assert reverse("queue_room_new") in text_of(client_of(responsable).get("/attente/"))

    def test_the_only_room_opens_at_once(
        self, client_of: Login, agent: Agent, room: WaitingRoom
    ) -> None:
        assert client_of(agent).get("/attente/")["Location"] == url("queue", room)

    def test_several_are_listed_but_those_of_other_services(
        self, client_of: Login, agent: Agent, service: Service, other_service: Service
    ) -> None:
        for name in ("Hall", "Annexe"):
            make_room(service, name=name)
        make_room(other_service, name="Ailleurs")
        make_room(service, name="Fermée", is_active=False)
        text = text_of(client_of(agent).get("/attente/"))
        assert "Hall" in text
        assert "Annexe" in text
        assert "Ailleurs" not in text
        assert "Fermée" not in text


class TestDesk:
    def test_a_ticket_is_given_and_the_focus_stays(
        self, client_of: Login, agent: Agent, room: WaitingRoom
    ) -> None:
        values = {"key": str(uuid.uuid4()), "reason": Reason.PREGNANT}
        client = client_of(agent)
        response = client.post(url("queue_give", room), values)
        assert response["Location"] == f"{url('queue', room)}#donner"
        text = text_of(client.get(url("queue", room)))
        assert "Ticket n° 1 donné." in text
        assert "Femme enceinte" in text

    def test_sent_twice_it_gives_one(
        self, client_of: Login, agent: Agent, room: WaitingRoom
    ) -> None:
        values = {"key": str(uuid.uuid4())}
        for _ in range(2):
            client_of(agent).post(url("queue_give", room), values)
        assert Ticket.objects.count() == 1

    @pytest.mark.parametrize("wrong", [{}, {"key": "x"}, {"reason": "rich"}])
    def test_a_wrong_ticket_is_told_and_none_is_given(
        self, client_of: Login, agent: Agent, room: WaitingRoom, wrong: dict[str, str]
    ) -> None:
        assert client_of(agent).post(url("queue_give", room), wrong).status_code == 422
        assert not Ticket.objects.exists()

    def test_a_room_out_of_use_says_so(
        self, client_of: Login, agent: Agent, room: WaitingRoom
    ) -> None:
        WaitingRoom.objects.update(is_active=False)
        client = client_of(agent)
        response = client.post(url("queue_give", room), {"key": str(uuid.uuid4())})
        assert response.status_code == 422
        assert "n’est plus en service" in text_of(response)

    def test_the_counter_is_said_once(
        self, client_of: Login, agent: Agent, room: WaitingRoom
    ) -> None:
        ticket = make_ticket(room, timezone.now())
        client = client_of(agent)
        missing = client.post(url("queue_call_next", room), {})
        assert missing.status_code == 422
        assert "Indiquez votre guichet" in text_of(missing)
        client.post(url("queue_call_next", room), {"counter": "2"})
        ticket.refresh_from_db()
        assert (ticket.state, ticket.counter) == (State.CALLED, "2")
        page = client.get(url("queue", room))
        assert page.context["call_form"].initial == {"counter": "2", "serving": ticket.public_id}
        assert "est appelé au guichet 2" in text_of(page)

    def test_nobody_waits(self, client_of: Login, agent: Agent, room: WaitingRoom) -> None:
        client = client_of(agent)
        response = client.post(url("queue_call_next", room), {"counter": "1"}, follow=True)
        assert "Personne n’attend" in text_of(response)

    def test_ended_it_goes_on_to_the_entry_screen(
        self, client_of: Login, agent: Agent, room: WaitingRoom
    ) -> None:
        ticket = make_ticket(room, timezone.now(), waited=0)
        response = client_of(agent).post(url("queue_ticket_end", ticket), {"saisir": "1"})
        assert response["Location"] == f"/saisie/?canal=guichet&ticket={ticket.public_id}"
        assert Ticket.objects.get().state == State.ENDED

    @pytest.mark.parametrize(
        ("name", "state"),
        [
            ("queue_ticket_end", State.ENDED),
            ("queue_ticket_gone", State.GONE),
            ("queue_ticket_put_back", State.WAITING),
            ("queue_ticket_call_again", State.CALLED),
        ],
    )
    def test_each_button_does_what_it_says(
        self, client_of: Login, agent: Agent, room: WaitingRoom, name: str, state: State
    ) -> None:
        ticket = make_ticket(room, timezone.now(), waited=0)
        assert client_of(agent).post(url(name, ticket)).status_code == 302
        assert Ticket.objects.get().state == state

    def test_what_another_agent_has_done_is_told(
        self, client_of: Login, agent: Agent, room: WaitingRoom
    ) -> None:
        ticket = make_ticket(room, timezone.now(), waited=0, served=0)
        response = client_of(agent).post(url("queue_ticket_end", ticket), follow=True)
        assert "a changé d’état entre-temps" in text_of(response)

    def test_closed_by_the_calendar_the_page_says_so(
        self, client_of: Login, agent: Agent, room: WaitingRoom, calendar: WorkingCalendar
    ) -> None:
        today = calendar.day_of(timezone.now())
        close_days(calendar, first=today, last=today, label="Pont", today=today)
        text = text_of(client_of(agent).get(url("queue", room)))
        assert "L’accueil est fermé à cette heure" in text

    def test_as_many_queries_for_one_as_for_twenty(
        self, client_of: Login, agent: Agent, room: WaitingRoom
    ) -> None:
        client, now = client_of(agent), timezone.now()
        counts = []
        for tickets in (1, 19):
            for _ in range(tickets):
                make_ticket(room, now)
                make_ticket(room, now, waited=0)
            with CaptureQueriesContext(connection) as found:
                client.get(url("queue", room))
            counts.append(len(found))
        assert counts[0] == counts[1]


class TestRooms:
    def values(self, chosen: Service, /, **kwargs: object) -> dict[str, object]:
        plain = {"name": "Hall", "service": chosen.pk, "target_minutes": 10, "is_active": "on"}
        return {**plain, **kwargs}

    def test_a_responsable_opens_one(
        self, client_of: Login, responsable: Agent, service: Service
    ) -> None:
        client = client_of(responsable)
        response = client.post(reverse("queue_room_new"), self.values(service))
        room = WaitingRoom.objects.get()
        assert response["Location"] == url("queue_room", room)
        assert (room.target_minutes, room.organisation) == (10, service.organisation)
        assert (room.tablet_code, room.screen_code) == (None, None)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "Déjà là"}, "name"),
            ({"name": "x" * 81}, "name"),
            ({"service": "999999"}, "service"),
            ({"target_minutes": "0"}, "target_minutes"),
            ({"target_minutes": "241"}, "target_minutes"),
            ({"target_minutes": "99999999999"}, "target_minutes"),
        ],
    )
    def test_a_wrong_entry_is_told_at_its_field(
        self,
        client_of: Login,
        responsable: Agent,
        service: Service,
        wrong: dict[str, str],
        field: str,
    ) -> None:
        make_room(service, name="Déjà là")
        client = client_of(responsable)
        response = client.post(reverse("queue_room_new"), self.values(service, **wrong))
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]

    def test_services_of_others_are_no_choice(
        self, client_of: Login, responsable: Agent, other_service: Service
    ) -> None:
        client = client_of(responsable)
        response = client.post(reverse("queue_room_new"), self.values(other_service))
        assert list(response.context["form"].errors) == ["service"]

    def test_a_room_of_a_closed_service_can_still_be_put_out_of_use(
        self, client_of: Login, responsable: Agent, room: WaitingRoom, service: Service
    ) -> None:
        Service.objects.filter(pk=service.pk).update(is_active=False)
        values = self.values(service)
        del values["is_active"]
        client_of(responsable).post(url("queue_room", room), values)
        room.refresh_from_db()
        assert not room.is_active

    @pytest.mark.parametrize("link", list(Link))
    def test_links_are_made_renewed_and_withdrawn(
        self, client_of: Login, responsable: Agent, room: WaitingRoom, link: Link
    ) -> None:
        client, arguments = client_of(responsable), [room.public_id, link.value]
        codes = []
        for _ in range(2):
            client.post(reverse("queue_link_renew", args=arguments))
            room.refresh_from_db()
            codes.append(room.code_of(link))
        first, second = (f"/{link.value}/{code}/" for code in codes)
        assert Client().get(first).status_code == 404
        assert Client().get(second).status_code == 200
        assert f"{settings.PUBLIC_BASE_URL}{second}" in text_of(client.get(url("queue_room", room)))
        client.post(reverse("queue_link_revoke", args=arguments))
        assert Client().get(second).status_code == 404

    def test_an_unknown_link_is_not_found(
        self, client_of: Login, responsable: Agent, room: WaitingRoom
    ) -> None:
        address = reverse("queue_link_renew", args=[room.public_id, "radio"])
        assert client_of(responsable).post(address).status_code == 404


class TestTablet:
    @pytest.fixture
    def room(self, service: Service) -> WaitingRoom:
        return make_room(service, name="Hall", tablet_code="secret")

    def take(self, **values: str) -> object:
        return Client().post("/borne/secret/", {"key": str(uuid.uuid4()), **values})

    @pytest.mark.usefixtures("open_today")
    def test_one_press_gives_a_number_and_keeps_nothing(self, room: WaitingRoom) -> None:
        response = self.take()
        ticket = Ticket.objects.get()
        address = f"/borne/secret/tickets/{ticket.public_id}/"
        assert response["Location"] == address  # type: ignore[index]
        page = Client().get(address)
        assert "Vous êtes la prochaine personne appelée." in text_of(page)
        assert not page.cookies
        assert (page["Referrer-Policy"], page["Cache-Control"]) == ("no-referrer", "no-store")

    @pytest.mark.usefixtures("open_today")
    def test_a_reason_gives_priority(self, room: WaitingRoom) -> None:
        make_ticket(room, timezone.now())
        self.take(reason=Reason.REDUCED_MOBILITY)
        ticket = Ticket.objects.latest("pk")
        assert ticket.priority
        text = text_of(Client().get(f"/borne/secret/tickets/{ticket.public_id}/"))
        assert "Vous êtes la prochaine personne appelée." in text

    def test_closed_it_gives_none(self, room: WaitingRoom, calendar: WorkingCalendar) -> None:
        today = calendar.day_of(timezone.now())
        close_days(calendar, first=today, last=today, label="Pont", today=today)
        response = self.take()
        assert response.status_code == 409  # type: ignore[attr-defined]
        assert "L’accueil est fermé" in text_of(response)
        assert not Ticket.objects.exists()

    @pytest.mark.usefixtures("open_today")
    def test_too_many_presses_are_slowed(
        self, room: WaitingRoom, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(giving, "TABLET_PER_MINUTE", 2)
        statuses = [self.take().status_code for _ in range(3)]  # type: ignore[attr-defined]
        assert statuses == [302, 302, 429]

    def test_another_site_cannot_take_tickets(self, room: WaitingRoom) -> None:
        values = {"key": str(uuid.uuid4())}
        response = Client().post("/borne/secret/", values, headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status_code == 403

    def test_the_hour_is_that_of_the_service(self, room: WaitingRoom) -> None:
        WorkingCalendar.objects.update(time_zone="Pacific/Tahiti")
        room, now = WaitingRoom.objects.get(), timezone.now()
        address = f"/borne/secret/tickets/{make_ticket(room, now).public_id}/"
        hour = f"{now.astimezone(room.service.calendar.zone):%H:%M}"
        assert f"à {hour}" in text_of(Client().get(address))

    def test_a_ticket_of_yesterday_is_not_shown(self, room: WaitingRoom) -> None:
        ticket = make_ticket(room, timezone.now() - timedelta(days=1))
        assert Client().get(f"/borne/secret/tickets/{ticket.public_id}/").status_code == 404

    @pytest.mark.parametrize("code", ["unknown", "%00", "None"])
    def test_a_wrong_link_leads_nowhere(self, room: WaitingRoom, code: str) -> None:
        assert Client().get(f"/borne/{code}/").status_code == 404
        assert Client().get(f"/ecran/{code}/").status_code == 404

    def test_a_room_out_of_use_closes_its_links(self, room: WaitingRoom) -> None:
        WaitingRoom.objects.update(is_active=False)
        assert Client().get("/borne/secret/").status_code == 404


class TestScreen:
    def test_numbers_counters_and_never_a_name(self, service: Service) -> None:
        room, now = make_room(service, screen_code="secret"), timezone.now()
        person = factories.make_agent(service.organisation, Role.AGENT, service)
        ticket = make_ticket(room, now - MINUTE, waited=0, served=0, counter="3", number=41)
        # Logged from that ticket.
        factories.make_demande(
            service, public_id=ticket.public_id, subject="Dominique Durand", created_by=person
        )
        make_ticket(room, now, waited=0, counter="5", number=42)
        make_ticket(room, now - timedelta(days=1), waited=0, number=8642)
        response = Client().get("/ecran/secret/")
        text = text_of(response)
        assert [one.number for one in response.context["calls"].before] == [41]
        assert "Numéro 42, guichet 5." in text
        assert "8642" not in text
        assert person.full_name not in text
        assert "Durand" not in text

    def test_without_script_it_reads_itself_again(self, service: Service) -> None:
        make_room(service, screen_code="secret")
        text = text_of(Client().get("/ecran/secret/"))
        assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in text

    def test_as_many_queries_for_one_as_for_twenty(self, service: Service) -> None:
        room, counts = make_room(service, screen_code="secret"), []
        for tickets in (1, 19):
            for _ in range(tickets):
                make_ticket(room, timezone.now(), waited=0)
                make_ticket(room, timezone.now())
            with CaptureQueriesContext(connection) as found:
                Client().get("/ecran/secret/")
            counts.append(len(found))
        assert counts[0] == counts[1]

    def test_its_pairs_of_colours_are_seven_to_one(self) -> None:
        tokens = (Path(settings.BASE_DIR) / "static/ui/tokens.css").read_text()
        for one, other in (("surface", "focus"), ("ink", "surface"), ("focus-gap", "focus")):
            assert _contrast(_colour(tokens, one), _colour(tokens, other)) >= 7


class TestFigures:
    @pytest.fixture
    def some(self, room: WaitingRoom) -> WaitingRoom:
        start = timezone.now() - timedelta(days=1)
        for waited in (1, 2, 3, 20):
            make_ticket(room, start, waited=waited, served=1)
        make_ticket(room, start, gone=1)
        return room

    def test_without_ticket_nothing_is_zero(self, client_of: Login, responsable: Agent) -> None:
        text = text_of(client_of(responsable).get("/attente/chiffres/"))
        assert text.replace("\u00a0", " ").count(">n. d.<") >= 3
        assert "Aucune file d’attente" in text

    def test_the_figure_its_list_and_its_file_agree(
        self, client_of: Login, responsable: Agent, some: WaitingRoom
    ) -> None:
        client = client_of(responsable)
        found = client.get("/attente/chiffres/").context["waits"]
        assert (found.n, found.under, found.gone, found.median) == (4, 3, 1, 2)
        for name, count in (("recus", 4), ("dans-l-objectif", 3), ("au-dela", 1), ("partis", 1)):
            address = f"/attente/chiffres/tickets/?liste={name}"
            assert client.get(address).context["page"].paginator.count == count
            file = b"".join(client.get(f"{address}&format=csv").streaming_content).decode()  # type: ignore[attr-defined]
            assert len(file.splitlines()) == 1 + count

    def test_the_file_says_what_was_waited(
        self, client_of: Login, responsable: Agent, some: WaitingRoom
    ) -> None:
        address = "/attente/chiffres/tickets/?liste=au-dela&format=csv"
        response = client_of(responsable).get(address)
        line = b"".join(response.streaming_content).decode().splitlines()[1].split(";")  # type: ignore[attr-defined]
        assert line[1:5] == ["4", "Hall de la mairie", "État civil", "non"]
        assert line[7:] == ["20", "15", "terminé"]

    def test_a_responsable_sees_their_services_alone(
        self, client_of: Login, responsable: Agent, qualite: Agent, other_service: Service
    ) -> None:
        make_ticket(make_room(other_service), timezone.now(), waited=1)
        seen = [
            client_of(who).get("/attente/chiffres/").context["waits"].n
            for who in (responsable, qualite)
        ]
        assert seen == [0, 1]

    @pytest.mark.parametrize(
        "wrong", ["du=31/02/2026", "du=2026-06-02&au=2026-06-01", f"service={uuid.UUID(int=7)}"]
    )
    def test_a_wrong_filter_is_told_and_shows_nothing(
        self, client_of: Login, responsable: Agent, some: WaitingRoom, wrong: str
    ) -> None:
        for page in ("/attente/chiffres/", "/attente/chiffres/tickets/"):
            response = client_of(responsable).get(f"{page}?{wrong}")
            assert response.status_code == 422
            assert "erreur à corriger" in text_of(response)

    def test_an_unknown_list_is_not_found(self, client_of: Login, responsable: Agent) -> None:
        address = "/attente/chiffres/tickets/?liste=autre"
        assert client_of(responsable).get(address).status_code == 404

    def test_as_many_queries_for_one_as_for_twenty(
        self, client_of: Login, responsable: Agent, room: WaitingRoom
    ) -> None:
        client, counts = client_of(responsable), []
        for tickets in (1, 19):
            for _ in range(tickets):
                make_ticket(room, timezone.now(), waited=1)
            with CaptureQueriesContext(connection) as found:
                client.get("/attente/chiffres/")
                client.get("/attente/chiffres/tickets/")
            counts.append(len(found))
        assert counts[0] == counts[1]


def _colour(tokens: str, name: str) -> str:
    return tokens.split(f"--{name}: #")[1][:6]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """WCAG 2 relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
