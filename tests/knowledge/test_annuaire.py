"""The annuaire: what is read out, and what another organisation may read of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.actions import close_days, open_day, set_hours
from directory.enums import Role
from directory.models import Agent, Organisation, Service, WorkingCalendar
from directory.opening_hours import read_hours, schedule_of
from directory.schedules import timetables_of
from engagements.demo.erasing import erase
from knowledge import actions, errors
from knowledge.access import services_in_annuaire
from knowledge.annuaire import cards_of, opening_of
from knowledge.models import AnnuaireShare
from tests import factories
from tests.knowledge.situations import offered_to, shared

Login = Callable[[Agent], Client]
NOW, TODAY, at = factories.NOW, factories.TODAY, factories.at
OFFICE = "9:00-12:00, 13:30-17:00"


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def plain(words: str) -> str:
    return words.replace("\xa0", " ")


@pytest.fixture
def calendar(organisation: Organisation) -> WorkingCalendar:
    """An own calendar, Monday to Friday in office hours: what a test changes is its own."""
    made = factories.make_calendar(organisation)
    set_hours(made, {day: read_hours(OFFICE) for day in range(5)})
    return made


@pytest.fixture
def organisation(db: None) -> Organisation:
    return factories.make_organisation()


MONDAY = TODAY  # 22 June 2026


class TestOpening:
    @pytest.mark.parametrize(
        ("now", "words"),
        [
            (at(MONDAY, 8, 59), "fermé, rouvre à 9 h"),
            (at(MONDAY, 9), "ouvert, ferme à 12 h"),
            (at(MONDAY, 12), "fermé, rouvre à 13 h 30"),
            (at(MONDAY, 16, 59), "ouvert, ferme à 17 h"),
            (at(MONDAY, 17), "fermé, rouvre demain à 9 h"),
            (at(date(2026, 6, 26), 17), "fermé, rouvre lundi à 9 h"),
        ],
    )
    def test_now_in_words(self, service: Service, now: datetime, words: str) -> None:
        opening = opening_of(service, now=now)
        assert plain(opening.words) == words
        assert opening.is_open is words.startswith("ouvert")

    def test_a_long_closing_gives_the_date(
        self, service: Service, calendar: WorkingCalendar
    ) -> None:
        close_days(calendar, first=MONDAY, last=date(2026, 7, 5), label="Travaux", today=TODAY)
        assert plain(opening_of(service, now=NOW).words) == "fermé, rouvre le 6 juillet à 9 h"

    def test_the_week_has_its_exceptions(self, service: Service, calendar: WorkingCalendar) -> None:
        close_days(
            calendar, first=date(2026, 6, 23), last=date(2026, 6, 23), label="Pont", today=TODAY
        )
        saturday = date(2026, 6, 27)
        open_day(
            calendar,
            day=saturday,
            label="Inscriptions",
            hours=read_hours("10:00-11:30"),
            today=TODAY,
        )
        week = {one.day: one for one in opening_of(service, now=NOW).week}
        assert len(week) == 7
        assert [plain(one) for one in week[MONDAY].hours] == ["9 h – 12 h", "13 h 30 – 17 h"]
        assert (week[date(2026, 6, 23)].hours, week[date(2026, 6, 23)].why) == ([], "Pont")
        opened = week[saturday]
        assert ([plain(one) for one in opened.hours], opened.why) == (
            ["10 h – 11 h 30"],
            "Inscriptions",
        )
        assert (week[date(2026, 6, 28)].hours, week[date(2026, 6, 28)].why) == ([], "")

    def test_a_public_holiday_is_named(self, service: Service) -> None:
        week = opening_of(service, now=at(date(2026, 7, 14))).week
        assert (week[0].hours, week[0].is_today) == ([], True)
        assert "Fête nationale" in week[0].why

    def test_without_hours_it_says_so(self, organisation: Organisation) -> None:
        bare = factories.make_service(organisation, factories.make_calendar(organisation))
        opening = opening_of(bare, now=NOW)
        assert (opening.words, opening.is_open) == ("horaires non renseignés", False)

    def test_day_and_night_never_closes(self, organisation: Organisation) -> None:
        always = factories.make_calendar(organisation, weekday_mask=127)
        set_hours(always, {day: read_hours("0:00-24:00") for day in range(7)})
        opening = opening_of(factories.make_service(organisation, always), now=at(date(2026, 9, 1)))
        assert opening.words == "ouvert, jour et nuit"

    def test_a_card_is_an_answer(self, service: Service) -> None:
        service.phone, service.address = "01 99 00 00 00", "Place de la Mairie\n99000 Saint-Aubin"
        service.save()
        (card,) = cards_of([service], own=service.organisation_id, now=NOW)
        lines = plain(card.text).splitlines()
        assert lines[:3] == [
            "État civil",
            "Place de la Mairie, 99000 Saint-Aubin",
            "Téléphone : 01 99 00 00 00",
        ]
        assert lines[3].startswith("Horaires : lundi 9 h – 12 h, 13 h 30 – 17 h ; mardi")

    def test_many_calendars_give_the_same_as_each_alone(
        self, organisation: Organisation, calendar: WorkingCalendar
    ) -> None:
        other = factories.make_calendar(organisation, weekday_mask=127)
        set_hours(other, {5: read_hours("22:00-6:00")})
        for one in (calendar, other):
            close_days(one, first=MONDAY, last=MONDAY, label="Pont", today=TODAY)
            open_day(
                one, day=date(2026, 6, 28), label="Fête", hours=read_hours("8:00-9:00"), today=TODAY
            )
        found = timetables_of([calendar, other])
        for one in (calendar, other):
            for offset in range(30):
                day = MONDAY + timedelta(days=offset)
                expected = schedule_of(one).openings_of(day)
                assert found[one.pk].schedule.openings_of(day) == expected


class TestPage:
    @pytest.mark.parametrize("typed", ["etat", "ÉTAT CIVIL", "civil etat", "passeport", "mairie"])
    def test_a_service_is_found_by_name_motif_or_address_without_accents(
        self, client_of: Login, agent: Agent, service: Service, other_service: Service, typed: str
    ) -> None:
        factories.make_motif(service.organisation, name="Passeports", service=service)
        service.address = "Place de la Mairie"
        service.save()
        for name in ("annuaire", "annuaire_search"):
            shown = text_of(client_of(agent).get(reverse(name), {"q": typed}))
            assert "État civil" in shown
            assert "Urbanisme" not in shown

    def test_nothing_found_says_so(self, client_of: Login, agent: Agent) -> None:
        shown = text_of(client_of(agent).get(reverse("annuaire"), {"q": "zzz"}))
        assert "Aucun service ne correspond" in shown

    def test_the_fragment_carries_the_card_as_a_text(
        self, client_of: Login, agent: Agent, service: Service
    ) -> None:
        shown = plain(text_of(client_of(agent).get(reverse("annuaire_search"), {"q": "civil"})))
        assert 'data-insert="État civil\nHoraires : ' in shown

    @pytest.mark.parametrize("name", ["annuaire", "annuaire_search"])
    def test_as_many_statements_for_one_and_for_twenty(
        self, client_of: Login, agent: Agent, organisation: Organisation, name: str
    ) -> None:
        client = client_of(agent)
        with CaptureQueriesContext(connection) as one:
            client.get(reverse(name), {"q": "service"})
        for number in range(20):
            made = factories.make_service(organisation, name=f"Service numéro {number}")
            factories.make_motif(organisation, service=made)
        with CaptureQueriesContext(connection) as many:
            client.get(reverse(name), {"q": "service"})
        assert len(one) <= len(many) <= len(one) + 3
        with CaptureQueriesContext(connection) as first:
            client.get(reverse(name), {"q": "numéro 1"})
        assert len(first) == len(many)


@pytest.fixture
def neighbour(organisation: Organisation) -> Agent:
    """The administrateur of another organisation, which has a service."""
    other = factories.make_organisation()
    service = factories.make_service(
        other,
        name="Piscine des voisins",
        phone="01 99 11 11 11",
        email="piscine@voisins.example",
        address="Rue du Bain",
    )
    return factories.make_agent(other, Role.ADMINISTRATEUR, service)


class TestSharing:
    def reads(self, agent: Agent) -> bool:
        return services_in_annuaire(agent).filter(name="Piscine des voisins").exists()

    def test_nothing_is_read_before_both_agree_nor_after_either_withdraws(
        self, client_of: Login, agent: Agent, administrateur: Agent, neighbour: Agent
    ) -> None:
        clients = [client_of(agent), client_of(administrateur)]

        def seen() -> set[bool]:
            pages = [c.get(reverse(n)) for c in clients for n in ("annuaire", "annuaire_search")]
            return {"Piscine des voisins" in text_of(page) for page in pages} | {self.reads(agent)}

        assert seen() == {False}
        client_of(neighbour).post(
            reverse("annuaire_shares"), {"name": administrateur.organisation.name.upper()}
        )
        share = AnnuaireShare.objects.get()
        assert seen() == {False}
        accept = reverse("annuaire_share_accept", args=[share.public_id])
        assert client_of(neighbour).post(accept).status_code == 403
        assert seen() == {False}
        clients[1].post(accept)
        assert seen() == {True}
        # It shows one side to the other, not both.
        assert (
            not services_in_annuaire(neighbour).filter(organisation=agent.organisation_id).exists()
        )
        clients[1].post(reverse("annuaire_share_withdraw", args=[share.public_id]))
        assert seen() == {False}

    def test_the_one_who_shows_withdraws_too(
        self, client_of: Login, agent: Agent, administrateur: Agent, neighbour: Agent
    ) -> None:
        share = shared(neighbour, administrateur)
        assert self.reads(agent)
        client_of(neighbour).post(reverse("annuaire_share_withdraw", args=[share.public_id]))
        assert not self.reads(agent)
        share.refresh_from_db()
        assert share.withdrawn_by == neighbour

    def test_only_public_contact_details_are_shown(
        self, client_of: Login, agent: Agent, administrateur: Agent, neighbour: Agent
    ) -> None:
        shared(neighbour, administrateur)
        shown = text_of(client_of(agent).get(reverse("annuaire")))
        for words in ("01 99 11 11 11", "piscine@voisins.example", "Rue du Bain"):
            assert words in shown
        assert neighbour.organisation.name in shown
        for words in (neighbour.email, neighbour.full_name):
            assert words not in shown

    def test_the_other_side_is_told_no_name(
        self, client_of: Login, administrateur: Agent, neighbour: Agent
    ) -> None:
        shared(neighbour, administrateur)
        shown = text_of(client_of(administrateur).get(reverse("annuaire_shares")))
        assert administrateur.full_name in shown
        assert neighbour.full_name not in shown

    def test_a_third_organisation_decides_nothing(
        self, client_of: Login, organisation: Organisation, agent: Agent, neighbour: Agent
    ) -> None:
        share = offered_to(organisation)
        client = client_of(neighbour)
        for name in ("annuaire_share_accept", "annuaire_share_withdraw"):
            address = reverse(name, args=[share.public_id])
            assert client.post(address).status_code == 404
        assert share.shown_to.name not in text_of(client.get(reverse("annuaire_shares")))

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("Personne", "Aucune organisation"),
            ("own", "votre propre organisation"),
            ("", "obligatoire"),
        ],
    )
    def test_a_wrong_name_is_told_at_the_field(
        self, client_of: Login, administrateur: Agent, name: str, message: str
    ) -> None:
        name = administrateur.organisation.name if name == "own" else name
        response = client_of(administrateur).post(reverse("annuaire_shares"), {"name": name})
        assert response.status_code == 422
        errors = response.context["form"].errors
        assert list(errors) == ["name"]
        assert message in str(errors["name"])

    def test_one_standing_share_each_way(self, administrateur: Agent, neighbour: Agent) -> None:
        name = administrateur.organisation.name
        share = shared(neighbour, administrateur)
        with pytest.raises(errors.ShareExists):
            actions.propose_share(name=name, by=neighbour, at=NOW)
        with pytest.raises(errors.ShareSettled):
            actions.accept_share(share, by=administrateur, at=NOW)
        actions.withdraw_share(share, by=neighbour, at=NOW)
        with pytest.raises(errors.ShareSettled):
            actions.withdraw_share(share, by=administrateur, at=NOW)
        actions.propose_share(name=name, by=neighbour, at=NOW)
        assert AnnuaireShare.objects.count() == 2

    def test_the_database_refuses_oneself(self, administrateur: Agent) -> None:
        with pytest.raises(IntegrityError, match="share_with_another"), transaction.atomic():
            AnnuaireShare.objects.create(
                organisation=administrateur.organisation,
                shown_to=administrateur.organisation,
                proposed_at=NOW,
            )

    def test_it_goes_with_either_organisation(
        self, administrateur: Agent, neighbour: Agent
    ) -> None:
        shared(neighbour, administrateur)
        shared(administrateur, neighbour)
        erase(administrateur.organisation)
        assert not AnnuaireShare.objects.exists()
        assert Organisation.objects.filter(pk=neighbour.organisation_id).exists()
