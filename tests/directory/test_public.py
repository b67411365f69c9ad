"""What anyone may open: health, accessibility, legal notice; and the settings of production."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from directory.models import Agent, Organisation, Service
from tests.factories import make_organisation

PAGES = ["accessibility", "legal"]


@pytest.mark.django_db
def test_health_says_ok() -> None:
    response = Client().get(reverse("health"))
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.django_db(transaction=True)
def test_health_says_when_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "HOST", "/nowhere")
        away.setitem(connection.settings_dict, "PORT", "1")
        response = Client().get(reverse("health"))
        connection.close()
    assert response.status_code == 503
    assert b"nowhere" not in response.content
    assert Client().get(reverse("health")).status_code == 200


@pytest.mark.parametrize("name", ["health", *PAGES])
def test_public_pages_are_only_read(name: str, db: None) -> None:
    assert Client().post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_public_pages_name_the_only_organisation(
    name: str, organisation: Organisation, service: Service
) -> None:
    Service.objects.filter(pk=service.pk).update(phone="02 41 00 00 00")
    page = Client().get(reverse(name)).content.decode()
    assert organisation.name in page
    assert "02 41 00 00 00" in page


@pytest.mark.parametrize("name", PAGES)
def test_public_pages_name_no_one_of_several(
    name: str,
    organisation: Organisation,
    administrateur: Agent,
    client_of: Callable[[Agent], Client],
) -> None:
    other = make_organisation("Ville d’à côté")
    page = Client().get(reverse(name)).content.decode()
    assert organisation.name not in page
    assert other.name not in page
    assert organisation.name in client_of(administrateur).get(reverse(name)).content.decode()


def test_the_statement_claims_no_conformity(db: None) -> None:
    page = Client().get(reverse("accessibility")).content.decode()
    assert "non conforme" in page
    assert "aucun audit en cours de validité" in page
    assert "Défenseur des droits" in page


def test_pages_carry_the_security_headers(db: None) -> None:
    response = Client().get(reverse("legal"))
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    page = response.content.decode()
    assert " style=" not in page
    assert " onclick=" not in page


def test_production_settings_leave_nothing_to_say() -> None:
    env = os.environ | {
        "MARIANNE_INSECURE_HTTP": "0",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "gru.exemple.fr",
        "PUBLIC_BASE_URL": "https://gru.exemple.fr",
        "BEHIND_TLS_PROXY": "1",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        command, env=env, cwd=Path(settings.BASE_DIR), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
