"""The figures of surveys against brute force, and the file equal to the screen."""

import csv
import io
import itertools
import random
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from math import sqrt

import numpy as np
import pytest
from django.test import Client

from contacts.statistics import mean_interval, student, wilson
from directory.models import Agent, Service
from surveys import actions
from surveys.answers import Submission, Value
from surveys.models import QrCode, Survey
from surveys.queries import Scope, distributions, question_distribution
from surveys.results import responses, results
from tests import factories
from tests.surveys.situations import answered, poster_of, ready_to_open
from ui.exports import harmless

Login = Callable[[Agent], Client]
Given = tuple[int, date, dict[str, Value]]


@pytest.fixture
def given(survey: Survey, qr: QrCode, other_service: Service) -> list[Given]:
    """Sixty questionnaires over three months and two services, some questions left out."""
    chance = random.Random(20)
    posters = [QrCode.objects.for_answering().get(pk=qr.pk), poster_of(survey, other_service)]
    rows: list[Given] = []
    for _turn in range(60):
        poster = chance.choice(posters)
        at = factories.NOW - timedelta(days=chance.randrange(80))
        values: dict[str, Value] = {
            "satisfaction": chance.randint(1, 5),
            "clarity": chance.choice([None, 1, 2, 3, 4, 5]),
            "effort": chance.choice([None, 1, 1, 2, 5]),
            "reached": chance.choice([None, True, True, False]),
        }
        actions.answer_qr(poster, Submission(values), at=at)
        rows.append((poster.service_id, at.astimezone(factories.PARIS).date(), values))
    return rows


def counted(rows: list[Given], key: str) -> dict[int, int]:
    return dict(Counter(int(v[key]) for _s, _d, v in rows if v[key] is not None))  # type: ignore[arg-type]


KEYS = ["satisfaction", "clarity", "effort", "reached"]


class TestQueries:
    @pytest.mark.parametrize("key", KEYS)
    def test_a_distribution(
        self, survey: Survey, service: Service, given: list[Given], key: str
    ) -> None:
        first, last = date(2026, 5, 1), date(2026, 6, 1)
        organisation = survey.organisation_id
        assert question_distribution(organisation, key, first=None, last=None) == counted(
            given, key
        )
        within = [row for row in given if first <= row[1] <= last]
        assert question_distribution(organisation, key, first=first, last=last) == counted(
            within, key
        )
        mine = [row for row in given if row[0] == service.pk]
        assert question_distribution(
            organisation, key, first=None, last=None, services=[service.pk], channels=["guichet"]
        ) == counted(mine, key)

    @pytest.mark.parametrize("key", KEYS)
    def test_by_service_and_month(self, survey: Survey, given: list[Given], key: str) -> None:
        found = distributions(
            survey.organisation_id, key, first=None, last=None, by=("service", "month")
        )
        groups: dict[tuple[int, date], list[Given]] = {}
        for row in given:
            groups.setdefault((row[0], row[1].replace(day=1)), []).append(row)
        expected = {group: counted(rows, key) for group, rows in groups.items()}
        assert found == {group: counts for group, counts in expected.items() if counts}

    def test_every_survey_that_asks_counts(self, survey: Survey, qr: QrCode) -> None:
        answered(qr, effort=5)
        second = ready_to_open(survey.organisation, title="Une autre")
        actions.open_survey(second, at=factories.NOW)
        second.refresh_from_db()
        answered(poster_of(second, qr.service), effort=5)
        found = question_distribution(survey.organisation_id, "effort", first=None, last=None)
        assert found == {5: 2}

    def test_nothing_of_another_organisation(self, survey: Survey, qr: QrCode) -> None:
        answered(qr)
        other = factories.make_organisation()
        for key in ("satisfaction", "unheard_of"):
            assert question_distribution(other.pk, key, first=None, last=None) == {}

    def test_no_service_and_no_channel_mean_none(self, survey: Survey, qr: QrCode) -> None:
        answered(qr)
        organisation = survey.organisation_id
        period = {"first": None, "last": None}
        assert question_distribution(organisation, "satisfaction", **period, services=[]) == {}
        assert question_distribution(organisation, "satisfaction", **period, channels=[]) == {}


class TestResults:
    @pytest.fixture
    def scope(self, survey: Survey, service: Service, other_service: Service) -> Scope:
        return Scope(survey, frozenset({service.pk, other_service.pk}))

    def test_against_brute_force(self, scope: Scope, given: list[Given]) -> None:
        for result in results(scope):
            key = result.question.key
            values = [int(v[key]) for _s, _d, v in given if v[key] is not None]  # type: ignore[arg-type]
            assert result.n == len(values)
            assert {value: n for value, n in result.counts.items() if n} == counted(given, key)
            high = sum(value in ((4, 5) if result.is_scale else (1,)) for value in values)
            assert result.share.rate == high / len(values)
            if result.is_scale:
                half = student(len(values) - 1) * np.std(values, ddof=1) / sqrt(len(values))
                mean = float(np.mean(values))
                assert result.mean == pytest.approx(mean)
                assert result.mean_bounds == pytest.approx((mean - half, mean + half))

    def test_nothing_is_not_available(self, scope: Scope) -> None:
        for result in results(scope):
            assert (result.n, result.mean, result.share.rate) == (0, None, None)
            assert result.basis == "n = 0"
        assert responses(scope) == []

    def test_the_rate_of_response_by_channel(
        self, scope: Scope, survey: Survey, service: Service
    ) -> None:
        for channel, invited, answers in (("email", 4, 1), ("phone", 2, 2)):
            for turn in range(invited):
                demande = factories.make_demande(service, channel=channel)  # type: ignore[arg-type]
                made = actions.invite(demande, survey=survey, by=None, at=factories.NOW)
                if turn < answers:
                    actions.answer_invitation(
                        made.invitation, Submission({"satisfaction": 5}), at=factories.NOW
                    )
        lines = [(line.channel, line.invited, line.answered) for line in responses(scope)]
        assert lines == [("phone", 2, 2), ("email", 4, 1), ("", 6, 3)]
        assert responses(scope)[-1].share.rate == 0.5
        later = Scope(survey, scope.services, first=factories.TODAY + timedelta(days=1))
        assert responses(later) == []


class TestPage:
    def url(self, survey: Survey, page: str) -> str:
        return f"/enquetes/{survey.public_id}/{page}"

    @pytest.mark.parametrize(
        "query", ["", "?first=2026-05-01&last=2026-06-01", "?channel=guichet", "?channel=email"]
    )
    def test_the_file_is_the_screen(
        self, client_of: Login, qualite: Agent, survey: Survey, given: list[Given], query: str
    ) -> None:
        client = client_of(qualite)
        page = client.get(self.url(survey, "resultats/") + query).content.decode()
        table = re.search(r"(?s)<caption[^>]*>Résultats par question.*?</table>", page)
        assert table
        screen = [
            [unescape(cell) for cell in re.findall(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>", row)]
            for row in re.findall(r"(?s)<tr>(.*?)</tr>", table[0])
        ]
        assert read(client.get(self.url(survey, "resultats.csv") + query).content) == screen
        assert len(screen) == 5

    def test_a_filter_by_service_counts_those_below(
        self, client_of: Login, qualite: Agent, survey: Survey, qr: QrCode
    ) -> None:
        below = factories.make_service(survey.organisation, parent=qr.service)
        answered(qr)
        answered(poster_of(survey, below))
        query = f"?service={qr.service.public_id}"
        rows = read(client_of(qualite).get(self.url(survey, "resultats.csv") + query).content)
        assert rows[1][1] == "2"

    @pytest.mark.parametrize(
        "query", ["?first=x", "?service=1", "?channel=x", "?first=2026-02-02&last=2026-01-01"]
    )
    def test_a_wrong_filter_shows_nothing_and_says_so(
        self, client_of: Login, qualite: Agent, survey: Survey, given: list[Given], query: str
    ) -> None:
        page = client_of(qualite).get(self.url(survey, "resultats/") + query)
        assert page.status_code == 200
        assert "Aucune réponse pour ce choix" in page.content.decode()
        assert "error" in page.content.decode()

    def test_few_answers_are_said_to_be_few(
        self, client_of: Login, qualite: Agent, survey: Survey, qr: QrCode
    ) -> None:
        client, url = client_of(qualite), self.url(survey, "resultats/")
        few = "Moins de 30 réponses"
        assert few not in client.get(url).content.decode()
        for count in range(1, 31):
            answered(qr, clarity=4, effort=1, reached=True)
            if count in (1, 29, 30):
                assert (few in client.get(url).content.decode()) is (count < 30)

    def test_without_answer(self, client_of: Login, qualite: Agent, survey: Survey) -> None:
        page = client_of(qualite).get(self.url(survey, "resultats/")).content.decode()
        assert "n. d." in page
        assert "0,0" not in page

    @pytest.mark.parametrize(
        "start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
    )
    def test_no_cell_runs_as_a_formula(
        self, client_of: Login, qualite: Agent, qr: QrCode, start: str
    ) -> None:
        service = qr.service
        Service.objects.filter(pk=service.pk).update(name=f"{start}Urbanisme")
        # What the form would trim may come by other ways.
        sheet = answered(qr, comment="x")
        sheet.answers.filter(text="x").update(text=f"{start}1+1;\"'")
        content = client_of(qualite).get(self.url(qr.survey, "commentaires.csv")).content
        row = read(content)[1]
        assert f"'{start}1+1;\"'" in row
        assert not [cell for cell in row if cell.startswith(start)]

    def test_harmless_leaves_the_rest_alone(self) -> None:
        for words in ("", "Bien.", "l’été", " =1", "'=1"):
            assert harmless(words) == words


def read(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


class TestStatistics:
    """Values published or computed elsewhere."""

    @pytest.mark.parametrize(
        ("freedom", "expected"),
        # NIST/SEMATECH e-Handbook, table 1.3.6.7.2, column 0.975.
        [(1, 12.706), (2, 4.303), (5, 2.571), (10, 2.228), (29, 2.045), (60, 2.000), (100, 1.984)],
    )
    def test_student(self, freedom: int, expected: float) -> None:
        assert student(freedom) == pytest.approx(expected, abs=5e-4)

    def test_student_has_no_step_where_the_method_changes(self) -> None:
        steps = [student(freedom) - student(freedom + 1) for freedom in range(190, 210)]
        assert all(0 < later < earlier for earlier, later in itertools.pairwise(steps))

    @pytest.mark.parametrize(
        ("successes", "n", "low", "high"),
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ],
    )
    def test_wilson(self, successes: int, n: int, low: float, high: float) -> None:
        assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)

    def test_the_mean_stays_on_its_scale(self) -> None:
        assert mean_interval({1: 0, 5: 2, 4: 1}) == pytest.approx((3.232, 5.0), abs=1e-3)
        assert mean_interval({3: 1}) is None
        assert mean_interval({}) is None
        assert mean_interval({4: 3}) is None
