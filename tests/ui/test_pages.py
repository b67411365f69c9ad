"""The shells, the account pages and the error pages."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

STATIC = Path(settings.BASE_DIR) / "static" / "ui"
PUBLIC_SHEETS = ("tokens.css", "essentials.css", "public.css")
LIGHT = 20 * 1024


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_says_what_happened_and_where_to_go(code: str) -> None:
    html = render_to_string(f"{code}.html")
    assert re.search(r"<title>[^<–]+ – Marianne</title>", html)
    assert html.count("<h1") == 1
    assert 'href="/"' in html


def test_the_last_error_page_needs_nothing_that_could_be_broken() -> None:
    source = (Path(settings.BASE_DIR) / "templates" / "500.html").read_text()
    assert "{%" not in source
    assert "{{" not in source


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/compte/login/", "/compte/mot-de-passe/oublie/"])
def test_an_account_page_is_dressed(path: str) -> None:
    html = Client().get(path).content.decode()
    assert re.search(r"<title>[^<]+ – Marianne</title>", html)
    assert 'class="site-header"' in html
    assert "placeholder" not in html


@pytest.mark.django_db
def test_a_wrong_password_is_told_at_the_top() -> None:
    answer = Client().post("/compte/login/", {"login": "personne@example.fr", "password": "x"})
    html = answer.content.decode()
    assert "data-form-errors" in html
    assert "1 erreur à corriger" in html


def test_a_usager_page_is_light() -> None:
    request = RequestFactory().get("/")
    page = render_to_string("base_public.html", {"organisation": {"name": "Ville"}}, request)
    sheets = list(re.findall(r"ui/([a-z]+)[.a-z0-9]*\.css", page))
    assert sheets == [name.removesuffix(".css") for name in PUBLIC_SHEETS]
    weight = len(page.encode()) + sum((STATIC / name).stat().st_size for name in PUBLIC_SHEETS)
    assert weight < LIGHT - 3 * 1024  # three kilobytes are left for the page's own words


def test_titles_name_page_organisation_and_product() -> None:
    request = RequestFactory().get("/")
    html = render_to_string("base_public.html", {"organisation": {"name": "Ville"}}, request)
    assert "<title>Accueil – Ville – Marianne</title>" in html


def test_an_organisation_theme_is_linked_only_when_there_is_one() -> None:
    assert "theme.css" not in render_to_string("base_public.html", {})
    html = render_to_string("base_public.html", {"organisation_theme_url": "/o/theme.css"})
    assert '<link rel="stylesheet" href="/o/theme.css">' in html


def test_no_stylesheet_or_script_calls_another_host() -> None:
    for path in STATIC.iterdir():
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//[a-z]+\.|@import|url\((?!#)", text), path.name
