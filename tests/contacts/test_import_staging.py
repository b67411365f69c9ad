"""Rows travel to PostgreSQL while the next ones are read: one connection, one side at a time."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from contacts import copying
from contacts.models import Demande
from directory.models import Motif, Organisation, Service
from tests.contacts.test_import import MAPPING, Desk

SENT: Callable[..., None] = copying._send


@pytest.fixture
def desk(service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A line that sends slowly, one row at a time; true while a chunk is on its way."""
    busy: list[bool] = []

    def send(*given: Any) -> None:
        busy.append(True)
        time.sleep(0.05)
        SENT(*given)
        busy.pop()

    monkeypatch.setattr(copying, "_send", send)
    monkeypatch.setattr("contacts.intake.run.CHUNK", 1)
    return busy


def test_no_query_crosses_a_chunk_on_its_way(desk: Desk, slow: list[bool]) -> None:
    desk.mapping = "create_services = true\ncreate_motifs = true\n" + MAPPING
    path = desk.csv(*({"service": f"Service {i}", "motif": f"Motif {i}"} for i in range(4)))

    def alone(execute: Callable[..., Any], *given: Any) -> Any:
        assert not slow
        return execute(*given)

    with connection.execute_wrapper(alone):
        assert desk.bring(path).status == 0
    assert Demande.objects.count() == Motif.objects.count() == 4
    assert Service.objects.filter(name__startswith="Service").count() == 4


def test_what_postgresql_refuses_on_the_way_refuses_the_file(
    desk: Desk, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(cursor: Any, copies: Any) -> None:
        with cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(copying, "_send", refuse)
    passage = desk.bring(desk.csv({}, {}))
    assert passage.status == 2
    assert passage.err.startswith("La base a refusé l’import, rien n’est entré")
    assert not Demande.objects.filter(organisation=organisation).exists()
