"""The demo town: seeded, consistent to the last derived column, and inhabited by nobody real."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Q
from django.test import Client

from contacts.enums import Channel, Measure, Nature, Verb
from contacts.models import Contact, Demande, JournalEntry, Reply, Transfer, Usager
from contacts.statistics import mean_of
from contacts.targets import refresh_open_demandes
from directory.models import Agent, Organisation, Service, WorkingCalendar, WorkingDay
from engagements.demo.bulk import keys_checked_at_the_end
from engagements.demo.erasing import erase
from engagements.demo.plan import NAME, Plan, neighbour_name, town
from engagements.demo.town import Built, build, count
from engagements.figures import IndicatorQuery
from engagements.rebuild import differences
from surveys.models import AnswerSheet, Invitation
from surveys.queries import distributions
from tests.factories import NOW, TODAY, make_organisation

SIZE = 4_000
PASSWORD = "une phrase pour essayer"


def plan_of(name: str = "Ville d’essai", demandes: int = SIZE, seed: int = 2026) -> Plan:
    return town(name, demandes, seed, TODAY, PASSWORD)


def silent(line: str) -> None:
    """Progress is for people."""


def fetch(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Built]:
    """One town for the tests that only look at it."""
    with django_db_blocker.unblock():
        made = build(plan_of(), silent)
        count(silent)
    yield made
    with django_db_blocker.unblock():
        erase(made.organisation)


@pytest.fixture(autouse=True)
def static_root(settings: Any, tmp_path: Path) -> None:
    """WhiteNoise warns of a missing directory, and warnings are errors."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture(autouse=True)
def quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def place(db: None, built: Built) -> Organisation:
    return built.organisation


def demandes_of(place: Organisation) -> Any:
    return Demande.objects.filter(organisation=place)


class TestConsistency:
    def test_exactly_as_many_as_asked(self, place: Organisation, built: Built) -> None:
        assert demandes_of(place).count() == SIZE == built.written["contacts_demande"]

    def test_every_letter_has_its_number_without_gap(self, place: Organisation) -> None:
        letters = demandes_of(place).filter(channel="mail", round=1).count()
        years = fetch(
            """SELECT l.year, count(*), max(number), n.last FROM letters_letter l
            JOIN letters_numbering n ON n.organisation_id = l.organisation_id AND n.year = l.year
            WHERE l.organisation_id = %s GROUP BY l.year, n.last""",
            place.pk,
        )
        assert sum(count for _year, count, _highest, _last in years) == letters > 0
        assert all(count == highest == last for _year, count, highest, last in years)

    def test_the_triggers_have_nothing_to_mend(self, place: Organisation) -> None:
        def fingerprint() -> list[tuple[Any, ...]]:
            return fetch(
                """SELECT id, md5(d::text) FROM contacts_demande d
                WHERE organisation_id = %s ORDER BY id""",
                place.pk,
            )

        before = fingerprint()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE contacts_reply SET text = text WHERE organisation_id = %s", [place.pk]
            )
        assert fingerprint() == before

    def test_open_demandes_have_their_deadline(self, place: Organisation) -> None:
        assert refresh_open_demandes(place) == 0
        assert not demandes_of(place).filter(first_reply_due_on__isnull=True).exists()

    def test_the_figures_are_ready(self, place: Organisation) -> None:
        assert differences(place.pk) == []
        assert not fetch(
            "SELECT 1 FROM engagements_staletally WHERE organisation_id = %s", place.pk
        )

    def test_no_row_refers_to_nothing(self, place: Organisation) -> None:
        keys = fetch(
            """SELECT conrelid::regclass, a.attname, confrelid::regclass, f.attname
            FROM pg_constraint c
            JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1]
            JOIN pg_attribute f ON f.attrelid = confrelid AND f.attnum = confkey[1]
            WHERE contype = 'f' AND conrelid::regclass::text ~ '^(contacts|surveys|directory)_'"""
        )
        assert len(keys) > 40
        for child, column, parent, key in keys:
            sql = """SELECT 1 FROM {} c WHERE c.{} IS NOT NULL
                AND NOT EXISTS (SELECT FROM {} p WHERE p.{} = c.{}) LIMIT 1"""
            orphans = fetch(sql.format(child, column, parent, key, column))
            assert not orphans, f"{child}.{column}"

    def test_nothing_happens_today_or_later(self, place: Organisation) -> None:
        today = TODAY.isoformat()
        for table, column in (
            ("contacts_demande", "registered_at"),
            ("contacts_reply", "recorded_at"),
            ("contacts_contact", "at"),
            ("contacts_journalentry", "at"),
            ("surveys_invitation", "created_at"),
            ("surveys_answersheet", "answered_on"),
        ):
            later = "SELECT 1 FROM {} WHERE organisation_id = %s AND {} >= %s"
            found = fetch(later.format(table, column), place.pk, f"{today} 00:00+02")
            assert not found, table

    def test_each_demande_has_its_contact_and_its_journal(self, place: Organisation) -> None:
        entries = JournalEntry.objects.filter(organisation=place)
        by_verb = Counter(entries.values_list("verb", flat=True))
        found = demandes_of(place)
        assert by_verb[Verb.LOGGED] == found.filter(round=1).count()
        assert by_verb[Verb.REOPENED] == found.filter(round__gt=1).count() > 0
        assert by_verb[Verb.CLOSED] == found.filter(closed_on__isnull=False).count()
        assert by_verb[Verb.REPLIED] == Reply.objects.filter(organisation=place).count()
        assert by_verb[Verb.TRANSFERRED] == Transfer.objects.filter(organisation=place).count() > 0
        assert not found.annotate(n=Count("contacts")).filter(n=0).exists()

    def test_transfers_end_where_the_demande_is(self, place: Organisation) -> None:
        transfers = Transfer.objects.filter(organisation=place)
        assert not transfers.exclude(to_service=F("demande__service")).exists()
        assert not transfers.filter(at__lt=F("demande__registered_at")).exists()
        assert not transfers.filter(at__gt=F("demande__first_reply_at")).exists()

    def test_a_reopening_follows_the_closing_of_its_first_round(self, place: Organisation) -> None:
        for again in demandes_of(place).filter(round__gt=1):
            before = Demande.objects.get(
                organisation=place, reference=again.reference, round=again.round - 1
            )
            assert before.closed_at is not None
            assert before.closed_at < again.received_at
            assert before.usager_id == again.usager_id


class TestStory:
    def test_the_struggling_service_is_the_worst(self, place: Organisation) -> None:
        query = IndicatorQuery(place.pk, Measure.FIRST_REPLY, today=TODAY, as_of=TODAY)
        rates = {
            Service.objects.get(pk=figure.key["service"]).name: figure.rate
            for figure in query.figures(["service"])
            if figure.n >= 30
        }
        assert len(rates) > 6
        worst, second = sorted(rates, key=lambda name: rates[name] or 0)[:2]
        assert worst == "Urbanisme"
        assert (rates[second] or 0) - (rates[worst] or 0) > 0.05

    def test_it_has_been_getting_worse(self, place: Organisation) -> None:
        service = Service.objects.get(organisation=place, name="Urbanisme").pk

        def rate(first: date, last: date) -> float:
            query = IndicatorQuery(
                place.pk,
                Measure.FIRST_REPLY,
                today=TODAY,
                as_of=TODAY,
                first=first,
                last=last,
                services=frozenset([service]),
                channels=frozenset([Channel.MAIL, Channel.EMAIL]),
            )
            figure = query.figure()
            assert figure.n >= 20
            return figure.rate or 0.0

        spring = date(2026, 3, 20)
        assert rate(spring, TODAY) < rate(date(2025, 4, 1), spring) - 0.1

    def test_most_announced_dates_are_kept(self, place: Organisation) -> None:
        figure = IndicatorQuery(place.pk, Measure.ANNOUNCED, today=TODAY, as_of=TODAY).figure()
        assert figure.n >= 30
        assert 0.7 < (figure.rate or 0) < 0.95

    def test_some_are_open_late_and_at_risk(self, place: Organisation) -> None:
        opened = demandes_of(place).open()
        assert opened.overdue(on=TODAY).count() > 3
        assert opened.filter(due_on__gte=TODAY).count() > 3

    def test_natures_and_ends(self, place: Organisation) -> None:
        natures = Counter(demandes_of(place).values_list("nature", flat=True))
        assert 0.03 < natures[Nature.RECLAMATION] / SIZE < 0.07
        assert 0.005 < natures[Nature.SUGGESTION] / SIZE < 0.02
        assert set(demandes_of(place).values_list("close_reason", flat=True)) >= {
            "",
            "answered",
            "duplicate",
            "withdrawn",
        }

    def test_people_come_back_within_the_month(self, place: Organisation) -> None:
        repeats = fetch(
            """SELECT count(*) FROM contacts_demande d WHERE organisation_id = %s AND round = 1
            AND EXISTS (SELECT FROM contacts_demande b WHERE b.usager_id = d.usager_id
                AND b.motif_id = d.motif_id AND b.id <> d.id AND b.received_on < d.received_on
                AND d.received_on - b.received_on <= 30)""",
            place.pk,
        )[0][0]
        assert 0.02 < repeats / SIZE < 0.1

    def test_opinions_are_worse_where_it_is_late(self, place: Organisation) -> None:
        found = distributions(place.pk, "satisfaction", first=None, last=None, by=["service"])
        service = Service.objects.get(organisation=place, name="Urbanisme").pk
        everyone = Counter[int]()
        for histogram in found.values():
            everyone.update(histogram)
        assert (mean_of(found[(service,)]) or 5) < (mean_of(everyone) or 0) - 0.3
        invited = Invitation.objects.filter(organisation=place)
        answers = AnswerSheet.objects.filter(organisation=place, mode="link").count()
        assert answers == invited.filter(is_used=True).count()
        assert 0.04 < answers / invited.count() < 0.13
        assert AnswerSheet.objects.filter(organisation=place, mode="qr").exists()


class TestRhythm:
    def test_monday_is_the_busiest(self, place: Organisation) -> None:
        mairie = WorkingCalendar.objects.get(organisation=place, name__startswith="Mairie")
        came = Counter(
            demandes_of(place)
            .filter(channel__in=[Channel.GUICHET, Channel.PHONE], service__calendar=mairie)
            .values_list("received_on", flat=True)
        )
        worked = WorkingDay.objects.filter(
            calendar=mairie, is_working=True, day__range=(min(came), TODAY - timedelta(days=1))
        ).values_list("day", flat=True)
        by_weekday = {
            weekday: [came[day] for day in worked if day.weekday() == weekday]
            for weekday in range(5)
        }
        means = [sum(found) / len(found) for found in by_weekday.values()]
        assert means[0] > 1.15 * max(means[1:])

    def test_august_is_quiet_and_september_is_not(self, place: Organisation) -> None:
        months = Counter(
            day.strftime("%Y-%m")
            for day in demandes_of(place).values_list("received_on", flat=True)
        )
        assert months["2025-08"] < 0.75 * months["2025-07"]
        assert months["2025-09"] > 1.5 * months["2025-08"]
        assert months["2025-09"] > months["2025-10"]

    def test_nobody_comes_when_it_is_closed(self, place: Organisation) -> None:
        closed = demandes_of(place).filter(channel__in=["guichet", "phone", "mail"])
        days = WorkingDay.objects.filter(is_working=False)
        for calendar in WorkingCalendar.objects.filter(organisation=place):
            shut = days.filter(calendar=calendar).values("day")
            assert not closed.filter(service__calendar=calendar, received_on__in=shut).exists()

    def test_the_calendars_have_their_exceptions(self, place: Organisation) -> None:
        mairie = WorkingCalendar.objects.get(organisation=place, name__startswith="Mairie")
        working = dict(WorkingDay.objects.filter(calendar=mairie).values_list("day", "is_working"))
        assert not working[date(2026, 5, 15)]  # pont de l'Ascension
        assert not working[date(2025, 9, 15)]  # lundi de la fête patronale
        assert working[date(2025, 9, 6)]  # samedi de rentrée


class TestNobodyReal:
    def test_addresses_belong_to_nobody(self, place: Organisation) -> None:
        emails = {
            *Usager.objects.filter(organisation=place).values_list("email", flat=True),
            *Agent.objects.filter(organisation=place).values_list("email", flat=True),
            *Service.objects.filter(organisation=place).values_list("email", flat=True),
        }
        assert len(emails) > 500
        assert [one for one in emails if one and not one.endswith(".example")] == []

    def test_numbers_are_those_of_fiction(self, place: Organisation) -> None:
        reserved = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649")
        phones = Usager.objects.filter(organisation=place).values_list("phone", flat=True)
        given = [phone for phone in phones if phone]
        assert len(given) == len(set(given)) > 300
        assert [one for one in given if not one.startswith(reserved) or len(one) != 12] == []
        listed = Service.objects.filter(organisation=place).values_list("phone", flat=True)
        assert all(phone.startswith("01 99 00 ") for phone in listed)

    def test_about_half_can_be_reached_by_phone(self, place: Organisation) -> None:
        usagers = Usager.objects.filter(organisation=place)
        share = usagers.exclude(phone="").count() / usagers.count()
        assert 0.4 < share < 0.6

    def test_twelve_services_sixty_motifs_thirty_agents(self, place: Organisation) -> None:
        assert Service.objects.filter(organisation=place).count() == 12
        assert Agent.objects.filter(organisation=place).count() == 30
        assert place.motifs.count() >= 60


@pytest.mark.django_db
class TestBuilding:
    def test_the_same_seed_tells_the_same_story(self) -> None:
        def story(seed: int) -> str:
            with transaction.atomic():
                made = build(plan_of("Ville du hasard", 250, seed), silent)
                rows = fetch(
                    """SELECT d.public_id, d.received_at, d.subject, s.name, d.due_on, u.full_name
                    FROM contacts_demande d JOIN directory_service s ON s.id = d.service_id
                    LEFT JOIN contacts_usager u ON u.id = d.usager_id
                    WHERE d.organisation_id = %s ORDER BY 1""",
                    made.organisation.pk,
                )
                transaction.set_rollback(True)
            return hashlib.sha256(repr(rows).encode()).hexdigest()

        assert story(1) == story(1) != story(2)

    def test_foreign_keys_come_back_as_they_were(self) -> None:
        keys = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated
            FROM pg_constraint WHERE contype = 'f' ORDER BY 1, 2"""
        before = fetch(keys)
        with keys_checked_at_the_end(["contacts_contact", "contacts_demande"]):
            assert len(fetch(keys)) < len(before) - 5
        assert fetch(keys) == before

    def test_a_row_that_refers_to_nothing_is_refused(self, organisation: Organisation) -> None:
        def forge() -> None:
            with transaction.atomic(), keys_checked_at_the_end(["contacts_contact"]):
                Contact.objects.create(
                    organisation=organisation, demande_id=-1, channel=Channel.PHONE, at=NOW
                )

        with pytest.raises(IntegrityError, match="contacts_contact"):
            forge()
        assert not Contact.objects.filter(demande_id=-1).exists()

    def test_a_small_town_is_checked_row_by_row_and_right(self) -> None:
        made = build(plan_of("Petite ville", 300), silent)
        count(silent)
        assert demandes_of(made.organisation).count() == 300
        assert differences(made.organisation.pk) == []

    def test_erasing_one_leaves_the_other_as_it_was(self) -> None:
        first = build(plan_of("Ville une", 200), silent).organisation
        second = build(plan_of("Ville deux", 200), silent).organisation
        count(silent)

        def rows(organisation: Organisation) -> dict[str, int]:
            tables = fetch(
                """SELECT table_name FROM information_schema.columns
                WHERE column_name = 'organisation_id' AND table_schema = 'public'"""
            )
            sql = "SELECT count(*) FROM {} WHERE organisation_id = %s"
            return {table: fetch(sql.format(table), organisation.pk)[0][0] for (table,) in tables}

        before = rows(second)
        erase(first)
        assert set(rows(first).values()) == {0}
        assert not Organisation.objects.filter(pk=first.pk).exists()
        assert rows(second) == before
        assert before["contacts_demande"] == 200


def run(**options: Any) -> str:
    out = StringIO()
    call_command("demo_town", stdout=out, stderr=StringIO(), **{"demandes": 150, **options})
    return out.getvalue()


@pytest.mark.django_db
class TestCommand:
    @pytest.fixture(autouse=True)
    def password(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MARIANNE_DEMO_PASSWORD", PASSWORD)

    def test_every_login_opens_the_real_page(self) -> None:
        printed = run()
        assert PASSWORD in printed
        for login in ("agent", "responsable", "qualite", "admin", "autre"):
            email = f"{login}@demo.example"
            assert email in printed
            client = Client()
            client.post("/compte/login/", {"login": email, "password": PASSWORD})
            assert client.session.get("_auth_user_id"), email

    def test_again_changes_nothing_and_says_so(self) -> None:
        run()
        before = set(Demande.objects.values_list("pk", flat=True))
        printed = run(demandes=999)
        assert "existe déjà" in printed
        assert "agent@demo.example" in printed
        assert set(Demande.objects.values_list("pk", flat=True)) == before

    def test_fresh_town_remakes_that_town_alone(self) -> None:
        run()
        other = Organisation.objects.get(name=neighbour_name())
        kept = set(demandes_of(other).values_list("pk", flat=True))
        gone = Organisation.objects.get(name=NAME)
        run(demandes=170, fresh_town=True)
        assert set(demandes_of(other).values_list("pk", flat=True)) == kept
        assert not demandes_of(gone).exists()
        assert demandes_of(Organisation.objects.get(name=NAME)).count() == 170

    def test_a_real_organisation_is_never_touched(self) -> None:
        make_organisation("Ville réelle")
        with pytest.raises(CommandError, match="n'est pas une ville de démonstration"):
            run(name="Ville réelle", fresh_town=True)
        assert Organisation.objects.filter(name="Ville réelle").exists()

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"today": date(2999, 1, 1)}, "futur"),
            ({"today": date(2001, 6, 1)}, "2002"),
            ({"demandes": 0}, "au moins 1"),
            ({"name": "…"}, "--name"),
        ],
    )
    def test_what_makes_no_sense_is_refused_in_a_line(
        self, options: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(CommandError, match=said):
            run(**options)
        assert not Agent.objects.filter(email="agent@demo.example").exists()

    def test_the_responsable_sees_the_struggling_service(self) -> None:
        run()
        from directory.access import services_of

        responsable = Agent.objects.get(email="responsable@demo.example")
        assert services_of(responsable).filter(Q(name="Urbanisme")).exists()
        agent = Agent.objects.get(email="agent@demo.example")
        assert set(services_of(agent).values_list("name", flat=True)) == {
            "Accueil général",
            "État civil et titres d’identité",
        }
