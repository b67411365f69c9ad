"""The pages of usagers: no login, no script, nothing recorded on GET, every state said kindly."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisGone

from contacts.models import Demande
from directory.models import Agent, Service
from surveys import actions, limits
from surveys.answers import given_by
from surveys.models import Answer, AnswerSheet, Invitation, QrCode, Survey
from tests import factories
from tests.surveys.situations import FILLED, VALUES

HOUR = timedelta(hours=1)


@pytest.fixture
def usager() -> Client:
    """A browser that checks CSRF as a real one is checked."""
    return Client(enforce_csrf_checks=True, headers={"accept-language": "fr"})


@pytest.fixture
def link(survey: Survey, demande: Demande) -> str:
    invited = actions.invite(demande, survey=survey, by=None, at=timezone.now())
    return f"/enquete/{invited.token}/"


@pytest.fixture
def poster(qr: QrCode) -> str:
    return f"/q/{qr.code}/"


def text(response: Any) -> str:
    return str(response.content.decode())


def everything() -> tuple[int, int, int]:
    used = Invitation.objects.filter(is_used=True).count()
    return AnswerSheet.objects.count(), Answer.objects.count(), used


class TestAnswering:
    def test_by_link(self, usager: Client, link: str) -> None:
        response = usager.post(link, FILLED)
        assert (response.status_code, response["Location"]) == (302, link)
        sheet = AnswerSheet.objects.get()
        assert given_by(sheet.pk) == VALUES
        assert sheet.invitation is not None
        thanks = usager.get(link)
        assert thanks.status_code == 200
        assert "vos réponses sont enregistrées" in text(thanks)
        assert "Corriger mes réponses" in text(thanks)

    def test_by_poster(self, usager: Client, poster: str, service: Service) -> None:
        response = usager.post(poster, FILLED)
        assert (response.status_code, response["Location"]) == (302, f"{poster}merci/")
        sheet = AnswerSheet.objects.get()
        assert (sheet.service, sheet.channel, sheet.invitation) == (service, "guichet", None)
        thanks = text(usager.get(response["Location"]))
        assert "ni corrigées" in thanks
        assert "Corriger mes réponses" not in thanks

    @pytest.mark.parametrize("method", ["get", "head", "options"])
    @pytest.mark.parametrize("query", ["", "?corriger=1", "?satisfaction=5&clarity=5"])
    def test_only_a_post_records(
        self, usager: Client, link: str, poster: str, method: str, query: str
    ) -> None:
        before = everything()
        for url in (link, poster, f"{poster}merci/"):
            getattr(usager, method)(url + query)
        assert everything() == before == (0, 0, 0)

    def test_only_what_is_asked_is_kept(self, usager: Client, link: str) -> None:
        forged = {"service": "1", "privacy": "anonymous", "organisation": "1", "is_used": "0"}
        usager.post(link, FILLED | forged)
        sheet = AnswerSheet.objects.get()
        assert (sheet.privacy, Invitation.objects.get().is_used) == ("pseudonymous", True)

    def test_a_correction_shows_what_was_said(self, usager: Client, link: str) -> None:
        usager.post(link, FILLED)
        form = text(usager.get(f"{link}?corriger=1"))
        assert re.search(r'name="satisfaction" value="4" checked', form)
        assert re.search(r'name="reached" value="yes" checked', form)
        assert "Accueil rapide." in form
        usager.post(link, FILLED | {"satisfaction": "1"})
        assert given_by(AnswerSheet.objects.get().pk)["satisfaction"] == 1

    def test_too_late_to_correct(self, usager: Client, link: str) -> None:
        usager.post(link, FILLED)
        AnswerSheet.objects.update(submitted_at=timezone.now() - 25 * HOUR)
        shown = usager.get(f"{link}?corriger=1")
        assert shown.status_code == 200
        assert "Le délai de 24 heures" in text(shown)
        assert "<form" not in text(shown)
        refused = usager.post(link, FILLED | {"satisfaction": "1"})
        assert refused.status_code == 409
        assert "n’a pas été enregistré" in text(refused)
        assert given_by(AnswerSheet.objects.get().pk)["satisfaction"] == 4

    def test_the_notice_is_on_the_page_and_kept(
        self, usager: Client, link: str, poster: str, survey: Survey
    ) -> None:
        page = text(usager.get(link))
        for words in survey.words().values():
            assert words in page
        assert "n’est pas anonyme" in page
        assert "Vos réponses sont anonymes" in text(usager.get(poster))
        changed = survey.words() | {"purpose": "Autre."}
        actions.change_notice(survey, changed, at=timezone.now())
        usager.post(link, FILLED | {"_notice": "1"})
        assert AnswerSheet.objects.get().notice.version == 1

    @pytest.mark.parametrize("version", ["999999999999", "-1", "0", "x", "2"])
    def test_a_forged_notice_is_the_current_one(
        self, usager: Client, poster: str, version: str
    ) -> None:
        usager.post(poster, FILLED | {"_notice": version})
        assert [sheet.notice.version for sheet in AnswerSheet.objects.all()] in ([1], [])
        usager.post(poster, FILLED)
        assert AnswerSheet.objects.exists()


class TestBadInput:
    def test_missing_answer(self, usager: Client, link: str) -> None:
        response = usager.post(link, {"comment": "Tapé longuement."})
        assert response.status_code == 422
        page = text(response)
        assert "data-form-errors" in page
        assert 'href="#id_satisfaction_0"' in page
        assert "Répondez à cette question." in page
        assert "Tapé longuement." in page
        assert everything() == (0, 0, 0)

    @pytest.mark.parametrize(
        "change",
        [
            {"satisfaction": "0"},
            {"satisfaction": "6"},
            {"satisfaction": "4.5"},
            {"satisfaction": "9" * 5000},
            {"effort": "x"},
            {"reached": "maybe"},
            {"comment": "x" * 4001},
            {"comment": "a\0b"},
        ],
    )
    def test_out_of_range(self, usager: Client, poster: str, change: dict[str, str]) -> None:
        response = usager.post(poster, FILLED | change)
        assert response.status_code == 422
        assert everything() == (0, 0, 0)

    def test_ten_megabytes(self, usager: Client, link: str) -> None:
        response = usager.post(link, FILLED | {"comment": "x" * 10_000_000})
        body = "satisfaction=4&comment=" + "x" * 10_000_000
        sent = usager.post(link, body, content_type="application/x-www-form-urlencoded")
        assert {response.status_code, sent.status_code} <= {413, 422}
        assert sent.status_code == 413
        assert "4 000 caractères" in text(sent)
        assert everything() == (0, 0, 0)

    def test_too_many_fields(self, usager: Client, link: str) -> None:
        body = "&".join(f"f{number}=1" for number in range(5000))
        sent = usager.post(link, body, content_type="application/x-www-form-urlencoded")
        assert sent.status_code == 413

    def test_script_is_shown_as_text(
        self, usager: Client, poster: str, qualite: Agent, client_of: Callable[[Agent], Client]
    ) -> None:
        script = "<script>alert(1)</script>"
        again = usager.post(poster, {"comment": script})
        assert script not in text(again)
        usager.post(poster, FILLED | {"comment": script})
        survey = Survey.objects.get()
        page = text(client_of(qualite).get(f"/enquetes/{survey.public_id}/commentaires/"))
        assert script not in page
        assert "&lt;script&gt;" in page


class TestTokens:
    @pytest.mark.parametrize(
        "wrong",
        ["%20", "%00", "a%00b", "x", "..", "%F0%9F%98%80", "' OR 1=1 --", "A" * 5000, "%ED%A0%80"],
    )
    def test_unknown(self, usager: Client, survey: Survey, wrong: str) -> None:
        for url in (f"/enquete/{wrong}/", f"/q/{wrong}/", f"/q/{wrong}/merci/"):
            for response in (usager.get(url), usager.post(url, FILLED)):
                assert response.status_code == 404
        assert everything() == (0, 0, 0)

    def test_empty(self, usager: Client, survey: Survey) -> None:
        assert usager.get("/enquete//").status_code == 404
        assert usager.get("/q//").status_code == 404

    def test_altered(self, usager: Client, link: str) -> None:
        token = link.split("/")[2]
        hashed = Invitation.objects.get().token_hash
        for wrong in (token.swapcase(), f"{token}%20", f"%20{token}", token[:-1], hashed):
            response = usager.post(f"/enquete/{wrong}/", FILLED)
            assert response.status_code == 404
        assert everything() == (0, 0, 0)

    def test_replaced(self, usager: Client, link: str, survey: Survey, demande: Demande) -> None:
        actions.invite(demande, survey=survey, by=None, at=timezone.now())
        assert usager.get(link).status_code == 404

    def test_expired(self, usager: Client, link: str) -> None:
        past = timezone.now() - 40 * 24 * HOUR
        Invitation.objects.update(created_at=past, expires_at=past + HOUR)
        for response in (usager.get(link), usager.post(link, FILLED)):
            assert response.status_code == 410
            assert "a expiré" in text(response)
        assert everything() == (0, 0, 0)

    def test_closed(self, usager: Client, link: str, poster: str, survey: Survey) -> None:
        actions.close_survey(survey, at=timezone.now())
        for url in (link, poster):
            for response in (usager.get(url), usager.post(url, FILLED)):
                assert response.status_code == 410
                assert "terminée" in text(response)
        assert everything() == (0, 0, 0)

    def test_not_open_yet(self, usager: Client, draft: Survey, service: Service) -> None:
        qr = actions.make_qr(draft, service=service, by=None, at=timezone.now())
        response = usager.post(f"/q/{qr.code}/", FILLED)
        assert response.status_code == 404
        assert "pas encore ouverte" in text(response)
        assert everything() == (0, 0, 0)

    def test_another_organisation_keeps_its_own(self, usager: Client, poster: str) -> None:
        """A code leads to its own survey whatever else the form claims."""
        other = factories.make_organisation()
        usager.post(poster, FILLED | {"organisation": str(other.pk)})
        assert AnswerSheet.objects.get().organisation != other


class TestPage:
    def pages(self, usager: Client, link: str, poster: str) -> list[Any]:
        shown = [usager.get(link), usager.get(poster), usager.post(link, {}), usager.get("/q/x/")]
        shown += [usager.post(link, FILLED), usager.get(link), usager.get(f"{poster}merci/")]
        return shown

    def test_leaves_no_trace(self, usager: Client, link: str, poster: str) -> None:
        for response in self.pages(usager, link, poster):
            assert response["Referrer-Policy"] == "no-referrer"
            assert response["Cache-Control"] == "no-store"
            assert "noindex" in response["X-Robots-Tag"]
            assert not response.cookies
        assert not usager.cookies

    def test_weighs_little(self, usager: Client, link: str, poster: str) -> None:
        for response in self.pages(usager, link, poster):
            assert len(response.content) <= 20_000
            assert "http://" not in text(response).replace("http://www.w3.org", "")

    def test_questions_are_native_groups(self, usager: Client, link: str) -> None:
        page = text(usager.get(link))
        assert page.count("<fieldset") == page.count("<legend") == 4
        assert len(re.findall(r'<input type="radio"', page)) == 17
        assert not re.findall(r'style="|\son[a-z]+="|<script>', page)
        assert 'lang="fr"' in page

    def test_scales_keep_one_order(self, usager: Client, link: str) -> None:
        page = text(usager.get(link))
        for key in ("satisfaction", "clarity", "effort"):
            assert re.findall(rf'name="{key}" value="(\d)"', page) == ["1", "2", "3", "4", "5"]

    def test_in_english(self, usager: Client, link: str) -> None:
        page = text(usager.get(f"{link}?langue=en"))
        assert '<html lang="en">' in page
        assert "Overall, are you satisfied" in page
        french = re.sub(r'(?s)lang="fr".*?</(dd|a|span)>', "", page)
        assert not re.search(r"[éèêàç]|facultatif|Envoyer", french.replace("État civil", ""))
        response = usager.post(f"{link}?langue=en", FILLED)
        assert response["Location"].endswith("?langue=en")
        assert AnswerSheet.objects.get().language == "en"
        assert "Thank you" in text(usager.get(response["Location"]))

    @pytest.mark.parametrize("wanted", ["de", "", "<script>", "en-US", "//evil.example"])
    def test_in_an_unknown_language(self, usager: Client, link: str, wanted: str) -> None:
        response = usager.post(f"{link}?langue={wanted}", FILLED)
        assert response["Location"].startswith(link)
        assert "script" not in response["Location"]
        assert AnswerSheet.objects.get().language == "fr"

    def test_a_form_posted_from_another_site(self, usager: Client, poster: str) -> None:
        for site in ("cross-site", "same-site"):
            refused = usager.post(poster, FILLED, headers={"sec-fetch-site": site})
            assert refused.status_code == 403
        assert everything() == (0, 0, 0)
        own = {"sec-fetch-site": "same-origin", "origin": "null"}
        assert usager.post(poster, FILLED, headers=own).status_code == 302

    def test_other_methods(self, usager: Client, link: str) -> None:
        assert usager.put(link).status_code == usager.delete(link).status_code == 405


class TestFlood:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "ANSWERS_PER_HOUR", 3)

    def test_a_ceiling_per_address(self, usager: Client, poster: str) -> None:
        cache.clear()
        for _turn in range(3):
            assert usager.post(poster, FILLED, REMOTE_ADDR="192.0.2.7").status_code == 302
        refused = usager.post(poster, FILLED, REMOTE_ADDR="192.0.2.7")
        assert refused.status_code == 429
        assert "Trop de réponses" in text(refused)
        assert int(refused["Retry-After"]) > 0
        assert AnswerSheet.objects.count() == 3
        assert usager.get(poster, REMOTE_ADDR="192.0.2.7").status_code == 200
        assert usager.post(poster, FILLED, REMOTE_ADDR="192.0.2.8").status_code == 302

    def test_without_redis_answers_go_on(self, usager: Client, poster: str) -> None:
        with (
            patch.object(cache, "add", side_effect=RedisGone),
            patch.object(cache, "incr", side_effect=RedisGone),
        ):
            for _turn in range(5):
                assert usager.post(poster, FILLED).status_code == 302

    def test_without_an_address_answers_go_on(self, usager: Client, poster: str) -> None:
        """A server that listens on a Unix socket sees no address."""
        for _turn in range(5):
            assert usager.post(poster, FILLED, REMOTE_ADDR="").status_code == 302

    def test_a_forged_header_is_no_way_round(self, usager: Client, poster: str) -> None:
        cache.clear()
        codes = [
            usager.post(poster, FILLED, headers={"x-forwarded-for": f"192.0.2.{turn}"}).status_code
            for turn in range(4)
        ]
        assert codes == [302, 302, 302, 429]

    def test_the_address_is_kept_nowhere(self) -> None:
        trace = limits._trace("192.0.2.7", factories.NOW)
        assert "192.0.2.7" not in trace
        assert trace != limits._trace("192.0.2.7", factories.NOW + HOUR)
