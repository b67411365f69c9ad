"""Rows that are refused: one reason each, and the row beside them goes in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Demande
from directory.models import Service
from tests.contacts.test_import import Desk

TOMORROW = str((timezone.localdate() + timedelta(days=1)).isoformat())
IN_AN_HOUR = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
BEFORE = "La réponse est datée d’avant la réception de la demande."


@pytest.fixture
def desk(service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


CASES: list[tuple[dict[str, str], str, str]] = [
    ({"n°": ""}, "n°", "Référence manquante."),
    ({"n°": "x" * 65}, "n°", "Texte trop long"),
    ({"service": ""}, "service", "Service manquant."),
    ({"canal": "fax"}, "canal", "Canal inconnu : « fax »"),
    ({"nature": "plainte"}, "nature", "Nature inconnue : « plainte »"),
    ({"motif": "Inconnu"}, "motif", "Motif inconnu : « Inconnu »."),
    ({"objet": "x" * 251}, "objet", "Texte trop long"),
    ({"objet": "a\x07b"}, "objet", "Caractère de contrôle"),
    ({"courriel": "ana"}, "courriel", "Adresse électronique invalide."),
    ({"tél": "+33 1"}, "tél", "Ce numéro de téléphone n’est pas valide."),
    ({"nom": "=HYPERLINK(1)"}, "nom", "Formule"),
    ({"reçue": ""}, "reçue", "Date de réception manquante."),
    ({"reçue": "hier"}, "reçue", "Date illisible"),
    ({"reçue": "2026-02-30"}, "reçue", "Date impossible."),
    ({"reçue": "31/02/2026"}, "reçue", "Date illisible"),
    ({"reçue": "2026-06-01 25:00"}, "reçue", "Date impossible."),
    ({"reçue": "1999-12-31"}, "reçue", "La date de réception est antérieure à l’an 2000."),
    ({"reçue": "2000-01-01T00:30:00+02:00"}, "reçue", "antérieure à l’an 2000"),
    ({"reçue": TOMORROW}, "reçue", "La date de réception est dans le futur."),
    ({"reçue": IN_AN_HOUR}, "reçue", "La date de réception est dans le futur."),
    ({"reçue": "9999-12-31T23:59:59-10:00"}, "reçue", "dépasse le calendrier"),
    ({"lettre": "2026-06-02"}, "lettre", "La lettre est datée d’après sa réception."),
    ({"lettre": "1998-06-02"}, "lettre", "antérieure à l’an 2000"),
    ({"répondue": "2026-05-31"}, "répondue", BEFORE),
    ({"reçue": "2026-06-01 10:00", "répondue": "2026-06-01 09:59"}, "répondue", BEFORE),
    ({"répondue": TOMORROW}, "répondue", "La réponse est datée dans le futur."),
    ({"annoncée": "2026-05-31"}, "annoncée", "La date annoncée précède la réception"),
    ({"annoncée": "2150-01-01"}, "annoncée", "dépasse le calendrier"),
    ({"attente": "2026-06-02"}, "annoncée en attente", "indiquez la date annoncée"),
    ({"annoncée en attente": "2026-06-02"}, "attente", "sans réponse d’attente"),
    (
        {"attente": "2026-06-05", "annoncée en attente": "2026-06-04"},
        "annoncée en attente",
        "La date annoncée précède la réponse.",
    ),
    (
        {"attente": "2026-06-05", "annoncée en attente": "2026-06-09", "répondue": "2026-06-04"},
        "attente",
        "Cette demande a déjà reçu sa réponse au fond.",
    ),
    ({"attente": "2026-05-05", "annoncée en attente": "2026-06-09"}, "attente", BEFORE),
    ({"close": "2026-05-31"}, "close", "La clôture est datée d’avant la réception."),
    ({"close": TOMORROW}, "close", "La clôture est datée dans le futur."),
    (
        {"répondue": "2026-06-05", "close": "2026-06-04"},
        "close",
        "La clôture est datée d’avant la réponse.",
    ),
]


@pytest.mark.parametrize(("row", "column", "words"), CASES)
def test_a_wrong_row_is_refused_and_the_next_goes_in(
    desk: Desk, row: dict[str, str], column: str, words: str
) -> None:
    passage = desk.bring(desk.csv(row, {"n°": "bonne"}))
    assert passage.status == 0
    ((line, where, reason),) = passage.refused
    assert (line, where) == ("2", column)
    assert words in reason
    assert [one.reference for one in Demande.objects.all()] == ["bonne"]


@pytest.mark.parametrize(
    "row",
    [
        {"reçue": "2000-01-03"},
        {"reçue": "2026-06-01 10:00", "répondue": "2026-06-01 10:00"},
        {"lettre": "2026-06-01"},
        {"annoncée": "2026-06-01"},
        {"répondue": "2026-06-05 18:00", "close": "2026-06-05 09:00"},
        {"objet": "x" * 250, "n°": "x" * 64},
        {"message": "a\tb"},
        {"tél": "3939"},
    ],
)
def test_a_row_at_the_very_limit_goes_in(desk: Desk, row: dict[str, str]) -> None:
    assert desk.bring(desk.csv(row)).refused == []
    assert Demande.objects.count() == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("D1,État civil,Post\n", "3 valeurs au lieu de 4"),
        ("D1,État civil,Post,2026-06-01,trop\n", "5 valeurs au lieu de 4"),
        ('D1,"État" civil,Post,2026-06-01\n', "guillemet mal placé"),
    ],
)
def test_a_line_of_another_shape_is_refused(desk: Desk, line: str, words: str) -> None:
    desk.mapping = """[columns]
        reference = "n"
        service = "s"
        channel = "c"
        received = "r"
        [values.channel]
        Post = "mail"
    """
    text = f"n,s,c,r\n{line}D2,État civil,Post,2026-06-01\n"
    passage = desk.bring(desk.file("x.csv", text.encode()))
    assert passage.status == 0
    ((number, _column, reason),) = passage.refused
    assert (number, reason) == ("2", words)
    assert Demande.objects.get().reference == "D2"


def test_lines_are_numbered_as_an_editor_numbers_them(desk: Desk) -> None:
    rows: list[dict[str, Any]] = [{"message": "deux\nlignes"}, {"canal": "fax"}]
    assert [line for line, _c, _r in desk.bring(desk.csv(*rows)).refused] == ["4"]


def test_formulas_and_errors_of_a_workbook_are_refused(desk: Desk) -> None:
    rows = [{"n°": "=1+1"}, {"objet": "=A1&B1"}, {"objet": "#REF!"}, {}]
    passage = desk.bring(desk.xlsx(*rows))
    assert [(line, column) for line, column, _reason in passage.refused] == [
        ("2", "n°"),
        ("3", "objet"),
        ("4", "objet"),
    ]
    assert Demande.objects.get().reference == "D4"


def test_a_formula_in_a_column_that_is_not_mapped_does_no_harm(desk: Desk) -> None:
    desk.mapping = desk.mapping.replace('subject = "objet"\n', "")
    assert desk.bring(desk.xlsx({"objet": "=A1&B1"})).refused == []
