"""Kinds of letters from a file: each a motif with its delay and its silence, once."""

from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from directory.models import Agent, Motif, Organisation
from tests import factories

Login = Callable[[Agent], Client]
ADDRESS = "/courriers/types/importer/"
TYPOLOGY = (
    Path(__file__).resolve().parents[3]
    / "shared"
    / "data"
    / "spreadsheets"
    / "typologie_courrier_mairie.csv"
)
FILE = """famille;type;delai_traitement_jours;silence
Urbanisme;Permis de construire;60;silence vaut acceptation
Urbanisme;Travaux ERP;90;Silence vaut acceptation
Population;Inhumation;15;silence vaut rejet
Cabinet;Invitation;;
"""


def upload(client: Client, text: str | bytes, name: str = "types.csv", **more: str) -> object:
    content = text.encode() if isinstance(text, str) else text
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, content), **more})


def text_of(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def kept(organisation: Organisation) -> dict[str, tuple[str, int | None, str, int | None]]:
    return {
        one.name: (one.parent.name, one.processing_days, one.silence, one.silence_months)
        for one in organisation.motifs.exclude(parent=None).select_related("parent")
        if one.parent
    }


def test_each_kind_is_a_motif_of_its_family(
    client_of: Login, administrateur: Agent, organisation: Organisation
) -> None:
    client = client_of(administrateur)
    report = upload(client, FILE).context["report"]  # type: ignore[attr-defined]
    assert (len(report.created), report.unchanged, len(report.families)) == (4, 0, 3)
    assert kept(organisation) == {
        "Permis de construire": ("Urbanisme", 60, "acceptance", 2),
        "Travaux ERP": ("Urbanisme", 90, "acceptance", 3),
        "Inhumation": ("Population", 15, "rejection", 2),
        "Invitation": ("Cabinet", None, "", None),
    }
    report = upload(client, FILE).context["report"]  # type: ignore[attr-defined]
    assert (report.created, report.changed, report.unchanged) == ([], [], 4)


def test_a_known_motif_is_brought_up_to_date_and_keeps_its_service(
    client_of: Login, administrateur: Agent, organisation: Organisation
) -> None:
    family = factories.make_motif(organisation, name="URBANISME")
    service = factories.make_service(organisation)
    motif = factories.make_motif(
        organisation, name="permis de construire", parent=family, service=service
    )
    report = upload(client_of(administrateur), FILE).context["report"]  # type: ignore[attr-defined]
    motif.refresh_from_db()
    assert report.changed == ["Permis de construire"]
    assert (motif.name, motif.service, motif.processing_days) == (
        "permis de construire",
        service,
        60,
    )


def test_a_dry_run_writes_nothing(client_of: Login, administrateur: Agent) -> None:
    response = upload(client_of(administrateur), FILE, dry_run="on")
    assert "rien n’est entré" in text_of(response)
    assert not Motif.objects.exists()


def test_wrong_lines_are_told_and_the_others_go_in(
    client_of: Login, administrateur: Agent, organisation: Organisation
) -> None:
    lines = [
        "famille;type;délai;silence",
        "A;;10;",
        "A;Un;dix;",
        "A;Deux;10;peut-être",
        f"A;{'x' * 161};10;",
        "A;=1+1;10;",
        "A;Trois;10;",
        "a;TROIS;10;",
        "A;Quatre;0;",
        "A;Cinq;10",
    ]
    report = upload(client_of(administrateur), "\n".join(lines)).context["report"]  # type: ignore[attr-defined]
    assert [one.line for one in report.refused] == [2, 3, 4, 5, 6, 8, 9, 10]
    assert list(kept(organisation)) == ["Trois"]


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "types.csv", "vide"),
        (b"MZ\x90\x00\x03", "types.csv", "n’est pas ce qu’il prétend"),
        (b"\x7fELF", "types.csv", "c’est un programme"),
        (b"PK\x03\x04", "types.csv", "archive zip"),
        (b"nom;prenom\na;b\n", "types.pdf", "extension inconnue"),
        (b"couleur;taille\nrouge;3\n", "types.csv", "aucune colonne « type »"),
        (b"x" * 25_000_001, "types.csv", "la limite est de 25 Mo"),
    ],
)
def test_a_file_that_is_none_is_refused_at_its_field(
    client_of: Login, administrateur: Agent, content: bytes, name: str, message: str
) -> None:
    response = upload(client_of(administrateur), content, name)
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert message in str(response.context["form"].errors["file"])  # type: ignore[attr-defined]
    assert not Motif.objects.exists()


def test_the_command_reports_and_refuses_in_one_line(
    organisation: Organisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "types.csv"
    path.write_text(FILE)
    call_command("import_motifs", str(path), f"--organisation={organisation.name}")
    assert "créés                  4" in capsys.readouterr().out
    with pytest.raises(SystemExit) as left:
        call_command("import_motifs", str(path), "--organisation=Ailleurs")
    assert left.value.code == 2
    path.write_text("")
    with pytest.raises(SystemExit):
        call_command("import_motifs", str(path), f"--organisation={organisation.name}")
    assert "le fichier est vide" in capsys.readouterr().err


@pytest.mark.skipif(not TYPOLOGY.exists(), reason="../shared/data absent : typologie non reprise")
def test_the_99_kinds_of_a_town_hall(
    organisation: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    for _time in range(2):
        call_command("import_motifs", str(TYPOLOGY), f"--organisation={organisation.name}")
    motifs = organisation.motifs.exclude(parent=None)
    assert motifs.count() == 99
    assert organisation.motifs.filter(parent=None).count() == 12
    assert motifs.filter(silence="acceptance").count() == 6
    assert motifs.filter(silence="rejection").count() == 4
    assert not motifs.filter(processing_days=None).exists()
    assert "inchangés             99" in capsys.readouterr().out
