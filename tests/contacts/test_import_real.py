"""The real files beside the repository, when they are there: every row accounted for."""

import csv
from pathlib import Path

import pytest
from django.core.management import call_command

from contacts.models import Demande, Reply

ROOT = Path(__file__).resolve().parents[2]
REQUESTS = ROOT.parent / "shared" / "data" / "requests"
WABO = REQUESTS / "wabo_receipt_cases.csv"
BOSTON = REQUESTS / "boston311_general_2015_2024_sample.csv"


def bring(path: Path, mapping: str, report: Path) -> None:
    call_command(
        "import_demandes",
        str(path),
        "--organisation=Fichier réel",
        "--create",
        f"--mapping={ROOT / 'examples' / 'mappings' / mapping}",
        f"--report={report}",
    )


@pytest.mark.django_db
@pytest.mark.skipif(not WABO.exists(), reason="../shared/data absent : fichier wabo non repris")
def test_wabo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "refusées.csv"
    bring(WABO, "wabo.toml", report)
    assert Demande.objects.count() == 1431
    assert Demande.objects.filter(closed_on=None).count() == 105
    with report.open(encoding="utf-8-sig", newline="") as file:
        refused = [(row["ligne"], row["colonne"]) for row in csv.DictReader(file, delimiter=";")]
    assert refused == [("356", "channel"), ("917", "enddate"), ("1400", "enddate")]
    bring(WABO, "wabo.toml", report)
    assert Demande.objects.count() == 1431
    assert "déjà présentes          1431" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.skipif(not BOSTON.exists(), reason="../shared/data absent : fichier Boston non repris")
def test_boston_labels_come_back_from_the_stored_instants(tmp_path: Path) -> None:
    bring(BOSTON, "boston311.toml", tmp_path / "refusées.csv")
    stored = {
        one.reference: one for one in Demande.objects.only("reference", "merits_at", "announced_at")
    }
    assert len(stored) == 4995
    labelled = 0
    with BOSTON.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            demande = stored[row["case_enquiry_id"]]
            assert bool(row["target_dt"]) == (demande.announced_at is not None)
            if demande.announced_at and demande.merits_at and row["on_time"]:
                kept = demande.merits_at <= demande.announced_at
                assert ("ONTIME" if kept else "OVERDUE") == row["on_time"]
                labelled += 1
    assert labelled == 4283
    assert Reply.objects.filter(kind="acknowledgement").count() == 4284
