"""Repeat contacts (counting rule 18): what is one, what is not, and where they are shown."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from contacts import actions as reception
from contacts.enums import Channel, ContactKind, ReplyKind
from contacts.models import Contact, Demande, Usager
from directory.models import Agent, Motif, Organisation, Service
from engagements.models import RepeatTally
from engagements.repeats import count_repeats, motifs_that_make_come_back, repeat_counts
from engagements.tasks import count_all_repeats, count_recent_repeats
from tests import factories

Login = Callable[[Agent], Client]
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def usager(organisation: Organisation) -> Usager:
    return Usager.objects.create(organisation=organisation, full_name="Dominique")


@pytest.fixture
def motif(organisation: Organisation) -> Motif:
    return factories.make_motif(organisation, name="Passeport")


def came(
    service: Service,
    usager: Usager | None,
    motif: Motif | None,
    at: datetime,
    kind: ContactKind = ContactKind.REQUEST,
) -> Demande:
    """A contact of that instant, on a demande of its own."""
    demande = factories.make_demande(service, at.date(), usager=usager, motif=motif, received_at=at)
    Contact.objects.create(
        organisation=service.organisation, demande=demande, channel=Channel.PHONE, at=at, kind=kind
    )
    return demande


def counted(organisation: Organisation) -> tuple[int, int]:
    """Repeats and contacts, in all."""
    count_repeats(organisation, first=FIRST, last=LAST)
    tallies = RepeatTally.objects.filter(organisation=organisation)
    return sum(one.repeats for one in tallies), sum(one.contacts for one in tallies)


class TestRule18:
    # The dated example of docs/regles-de-comptage.md: 16 March, then 15 or 16 April 2026.
    @pytest.mark.parametrize(
        ("second", "repeats"),
        [(date(2026, 3, 16), 1), (date(2026, 4, 15), 1), (date(2026, 4, 16), 0)],
    )
    def test_within_thirty_calendar_days(
        self, service: Service, usager: Usager, motif: Motif, second: date, repeats: int
    ) -> None:
        came(service, usager, motif, factories.at(date(2026, 3, 16), 9))
        came(service, usager, motif, factories.at(second, 18))
        assert counted(service.organisation) == (repeats, 2)

    def test_the_day_is_that_of_the_service(
        self, organisation: Organisation, usager: Usager, motif: Motif
    ) -> None:
        """Half past eleven at night in La Réunion on 15 April is 19:30 in UTC, the same day; at
        half past midnight on the 16th it is still the 15th in UTC."""
        calendar = factories.make_calendar(organisation, time_zone="Indian/Reunion")
        service = factories.make_service(organisation, calendar)
        first = factories.at(date(2026, 3, 16), 9)
        late = datetime.fromisoformat("2026-04-16T00:30:00+04:00")
        came(service, usager, motif, first)
        demande = factories.make_demande(
            service, date(2026, 4, 16), usager=usager, motif=motif, received_at=late
        )
        Contact.objects.create(
            organisation=organisation, demande=demande, channel=Channel.PHONE, at=late
        )
        assert counted(organisation) == (0, 2)

    def test_items_that_were_asked_for_are_none(
        self, service: Service, usager: Usager, motif: Motif, agent: Agent
    ) -> None:
        demande = came(service, usager, motif, factories.at(date(2026, 6, 1)))
        factories.add_reply(
            demande,
            ReplyKind.HOLDING,
            date(2026, 6, 2),
            announced_on=date(2026, 6, 20),
            requests_items=True,
        )
        reception.receive_items(
            demande,
            by=agent,
            at=factories.at(date(2026, 6, 8)),
            now=factories.NOW,
            announced_on=date(2026, 7, 1),
        )
        assert counted(service.organisation) == (0, 1)

    def test_a_later_message_on_the_same_demande_is_one(
        self, service: Service, usager: Usager, motif: Motif, agent: Agent
    ) -> None:
        demande = came(service, usager, motif, factories.at(date(2026, 6, 1)))
        reception.record_message(
            demande,
            by=agent,
            at=factories.at(date(2026, 6, 8)),
            now=factories.NOW,
            channel=Channel.PHONE,
            text="Où en est-ce ?",
            asks_something=False,
        )
        assert counted(service.organisation) == (1, 2)

    def test_another_person_another_motif_nobody_or_no_motif(
        self, service: Service, usager: Usager, motif: Motif
    ) -> None:
        day = factories.at(date(2026, 6, 1))
        other = Usager.objects.create(organisation=service.organisation, full_name="Claude")
        came(service, usager, motif, day)
        came(service, other, motif, day)
        came(service, usager, factories.make_motif(service.organisation), day)
        for who, what in ((None, motif), (usager, None)):
            for _ in range(2):
                came(service, who, what, day)
        assert counted(service.organisation) == (0, 3)

    def test_what_is_sent_to_the_usager_is_none(
        self, service: Service, usager: Usager, motif: Motif
    ) -> None:
        demande = came(service, usager, motif, factories.at(date(2026, 6, 1)))
        Contact.objects.create(
            organisation=service.organisation,
            demande=demande,
            channel=Channel.PHONE,
            direction="outbound",
            at=factories.at(date(2026, 6, 2)),
        )
        assert counted(service.organisation) == (0, 1)

    def test_a_contact_before_the_days_counted_still_makes_a_repeat(
        self, service: Service, usager: Usager, motif: Motif
    ) -> None:
        came(service, usager, motif, factories.at(date(2026, 5, 15)))
        came(service, usager, motif, factories.at(date(2026, 6, 5)))
        count_repeats(service.organisation, first=date(2026, 6, 1), last=date(2026, 6, 30))
        tally = RepeatTally.objects.get()
        assert (tally.day, tally.repeats, tally.contacts) == (date(2026, 6, 5), 1, 1)

    def test_another_organisation_is_another_world(
        self, service: Service, usager: Usager, motif: Motif
    ) -> None:
        came(service, usager, motif, factories.at(date(2026, 6, 1)))
        foreign = factories.make_service(factories.make_organisation())
        came(
            foreign,
            Usager.objects.create(organisation=foreign.organisation),
            factories.make_motif(foreign.organisation),
            factories.at(date(2026, 6, 1)),
        )
        assert counted(service.organisation) == (0, 1)


def test_counted_again_it_is_the_same_and_follows_what_changed(
    service: Service, usager: Usager, motif: Motif
) -> None:
    for day in (1, 3):
        came(service, usager, motif, factories.at(date(2026, 6, day)))
    assert counted(service.organisation) == counted(service.organisation) == (1, 2)
    Demande.objects.filter(received_on=date(2026, 6, 3)).update(motif=None)
    assert counted(service.organisation) == (0, 1)


def test_by_service_month_and_motif(
    service: Service, other_service: Service, usager: Usager, motif: Motif
) -> None:
    for where, day in ((service, date(2026, 5, 30)), (other_service, date(2026, 6, 2))):
        came(where, usager, motif, factories.at(day))
    organisation = service.organisation
    count_repeats(organisation, first=FIRST, last=LAST)
    cells = repeat_counts(organisation.pk, first=FIRST, last=LAST)
    assert cells == {(service.pk, "2026-05"): (0, 1), (other_service.pk, "2026-06"): (1, 1)}
    june = repeat_counts(organisation.pk, first=date(2026, 6, 1), last=LAST)
    assert list(june) == [(other_service.pk, "2026-06")]
    only = repeat_counts(organisation.pk, first=FIRST, last=LAST, services=[service.pk])
    assert list(only) == [(service.pk, "2026-05")]
    assert not repeat_counts(organisation.pk, first=FIRST, last=LAST, channels=["mail"])
    (found,) = motifs_that_make_come_back(organisation.pk, first=FIRST, last=LAST)
    assert (found.motif_id, found.repeats, found.contacts, found.rate) == (motif.pk, 1, 2, 0.5)
    assert found.is_small


def test_the_jobs_count_the_last_weeks_then_everything(
    service: Service, usager: Usager, motif: Motif
) -> None:
    now = timezone.now()
    for days in (90, 80, 5, 1):
        came(service, usager, motif, now - timedelta(days=days))
    assert count_recent_repeats() is not None
    assert sum(one.contacts for one in RepeatTally.objects.all()) == 2
    assert count_recent_repeats() is None
    assert count_all_repeats() is not None
    assert sum(one.contacts for one in RepeatTally.objects.all()) == 4
    assert sum(one.repeats for one in RepeatTally.objects.all()) == 2


class TestPages:
    @pytest.fixture(autouse=True)
    def _someone_came_back(self, service: Service, usager: Usager, motif: Motif) -> None:
        now = timezone.now()
        for days in (9, 3):
            came(service, usager, motif, now - timedelta(days=days))
        count_recent_repeats()

    def test_the_list_the_export_and_the_engagement_agree(
        self, client_of: Login, qualite: Agent
    ) -> None:
        client = client_of(qualite)
        page = client.get("/reiterations/")
        assert (page.context["repeats"], page.context["contacts"]) == (1, 2)
        assert "Passeport" in unescape(page.content.decode())
        exported = client.get("/reiterations/", {"format": "csv"})
        lines = b"".join(exported).decode("utf-8-sig").splitlines()
        assert lines[1].split(";")[1:4] == ["Passeport", "1", "2"]
        engagement = client.get("/engagements/9/repeats/")
        assert (engagement.context["reading"].hits, engagement.context["reading"].n) == (1, 2)
        assert "Voir les motifs qui font revenir" in unescape(engagement.content.decode())

    def test_a_wrong_period_is_told(self, client_of: Login, qualite: Agent) -> None:
        response = client_of(qualite).get("/reiterations/", {"du": "2026-02-30"})
        assert response.status_code == 422

    def test_a_responsable_sees_their_services_alone(
        self, client_of: Login, responsable: Agent, service: Service, other_service: Service
    ) -> None:
        responsable.services.set([other_service])
        assert client_of(responsable).get("/reiterations/").context["rows"] == []
