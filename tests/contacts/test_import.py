"""`manage.py import_demandes`: what goes in, what is refused, and that nothing goes in by half."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection

from contacts.enums import CloseReason, Direction, ReplyKind
from contacts.intake import writing
from contacts.models import Contact, Demande, ImportBatch, Reply, Usager
from contacts.targets import refresh_open_demandes
from directory.models import Motif, Organisation, Service
from tests import factories

MAPPING = """
[columns]
reference = "n°"
service = "service"
channel = { column = "canal", default = "mail" }
nature = "nature"
motif = "motif"
subject = "objet"
letter = "lettre"
received = "reçue"
held = "attente"
held_announced = "annoncée en attente"
announced = "annoncée"
replied = "répondue"
closed = "close"
name = "nom"
email = "courriel"
phone = "tél"
text = "message"
answer = "réponse"

[values.channel]
Post = "mail"
Desk = "guichet"
web = "online"

[dates]
formats = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
time_zone = "Europe/Paris"
"""
HEADER = [
    *("n°", "service", "canal", "nature", "motif", "objet", "lettre", "reçue", "attente"),
    *("annoncée en attente", "annoncée", "répondue", "close", "nom", "courriel", "tél"),
    *("message", "réponse"),
]
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Passage:
    """How one run of the command ended."""

    status: int
    out: str
    err: str
    report: list[dict[str, str]]

    @property
    def refused(self) -> list[tuple[str, str, str]]:
        return [(row["ligne"], row["colonne"], row["raison"]) for row in self.report]


@dataclass
class Desk:
    """A folder with a mapping, where files are written and brought in."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    organisation: str = "Ville de Saint-Aubin"
    mapping: str = MAPPING
    header: Sequence[str] = field(default_factory=lambda: list(HEADER))

    def rows(self, *rows: dict[str, Any]) -> list[list[Any]]:
        """Rows of the whole header: a plain, valid demande but for what is told."""
        plain = {"service": "État civil", "canal": "Post", "reçue": "2026-06-01"}
        numbered = ({"n°": f"D{i}"} | plain | row for i, row in enumerate(rows, 1))
        return [[row.get(name, "") for name in self.header] for row in numbered]

    def csv(self, *rows: dict[str, Any]) -> Path:
        lines = io.StringIO()
        csv.writer(lines).writerows([self.header, *self.rows(*rows)])
        return self.file("demandes.csv", lines.getvalue().encode())

    def xlsx(self, *rows: dict[str, Any]) -> Path:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in [self.header, *self.rows(*rows)]:
            book.active.append([cell if cell != "" else None for cell in row])
        path = self.folder / "demandes.xlsx"
        book.save(path)
        return path

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def bring(self, path: Path, *options: str) -> Passage:
        """Run the command, with the report beside the file."""
        (self.folder / "mapping.toml").write_text(self.mapping, encoding="utf-8")
        report = self.folder / "refusées.csv"
        report.unlink(missing_ok=True)
        status = 0
        try:
            call_command(
                "import_demandes",
                str(path),
                f"--organisation={self.organisation}",
                f"--mapping={self.folder / 'mapping.toml'}",
                f"--report={report}",
                *options,
            )
        except SystemExit as left:
            status = int(left.code or 0)
        told = self.capsys.readouterr()
        return Passage(status, told.out, told.err, _read(report))


def _read(report: Path) -> list[dict[str, str]]:
    if not report.exists():
        return []
    with report.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture
def desk(service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=PARIS)  # type: ignore[arg-type,misc]


# --- what goes in ---------------------------------------------------------------------------------


def test_a_whole_row_becomes_a_demande_with_its_contact_and_replies(
    desk: Desk, service: Service
) -> None:
    factories.national_targets(service.organisation)
    factories.make_motif(service.organisation, name="Acte de naissance")
    row = {
        "canal": "Post",
        "nature": "Démarche",
        "motif": "acte de naissance",
        "objet": "Copie",
        "lettre": "29/05/2026",
        "reçue": "01/06/2026 09:30",
        "annoncée": "2026-06-30",
        "attente": "2026-06-03T10:00:00+02:00",
        "annoncée en attente": "2026-06-15",
        "répondue": "12/06/2026 17:00",
        "close": "13/06/2026",
        "nom": "Ana Rey",
        "courriel": "ana@exemple.fr",
        "tél": "01 23 45 67 89",
        "message": "Bonjour,\nmerci.",
        "réponse": "Voici.",
    }
    passage = desk.bring(desk.csv(row))
    assert (passage.status, passage.report) == (0, [])
    demande = Demande.objects.get()
    assert (demande.reference, demande.round, demande.service) == ("D1", 1, service)
    assert (demande.channel, demande.nature, demande.subject) == ("mail", "demarche", "Copie")
    assert demande.motif == Motif.objects.get()
    assert demande.letter_on == date(2026, 5, 29)
    assert (demande.received_at, demande.received_on) == (at(2026, 6, 1, 9, 30), date(2026, 6, 1))
    assert (demande.first_reply_at, demande.first_reply_on) == (
        at(2026, 6, 3, 10),
        date(2026, 6, 3),
    )
    assert (demande.merits_at, demande.merits_on) == (at(2026, 6, 12, 17), date(2026, 6, 12))
    assert demande.announced_on == date(2026, 6, 15)
    assert (demande.closed_at, demande.closed_on) == (at(2026, 6, 13), date(2026, 6, 13))
    assert demande.close_reason == CloseReason.ANSWERED
    assert (demande.first_reply_limit, demande.first_reply_due_on) == (15, date(2026, 6, 22))
    assert demande.created_by is None
    usager = Usager.objects.get()
    assert demande.usager == usager
    assert (usager.full_name, usager.phone) == ("Ana Rey", "+33123456789")
    assert usager.email == "ana@exemple.fr"
    contact = Contact.objects.get()
    assert (contact.direction, contact.text) == (Direction.INBOUND, "Bonjour,\nmerci.")
    assert contact.at == demande.received_at
    kinds = [
        (one.kind, one.on_day, one.announced_on, one.text) for one in Reply.objects.order_by("pk")
    ]
    assert kinds == [
        (ReplyKind.ACKNOWLEDGEMENT, date(2026, 6, 1), date(2026, 6, 30), ""),
        (ReplyKind.HOLDING, date(2026, 6, 3), date(2026, 6, 15), ""),
        (ReplyKind.MERITS, date(2026, 6, 12), None, "Voici."),
    ]


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"répondue": "2026-06-05"},
        {"annoncée": "2026-06-10"},
        {"annoncée": "2026-06-10 12:00", "répondue": "2026-06-20"},
        {"attente": "2026-06-02", "annoncée en attente": "2026-06-09"},
        {"attente": "2026-06-12", "annoncée en attente": "2026-06-19", "annoncée": "2026-06-08"},
        {"attente": "2026-06-08", "annoncée en attente": "2026-06-19", "annoncée": "2026-06-08"},
        {
            "attente": "2026-06-01",
            "annoncée en attente": "2026-06-03",
            "annoncée": "2026-06-02",
            "répondue": "2026-06-01",
        },
    ],
)
def test_the_columns_written_are_those_the_triggers_would_write(
    desk: Desk, organisation: Organisation, row: dict[str, str]
) -> None:
    factories.national_targets(organisation)
    assert desk.bring(desk.csv(row)).status == 0
    before = Demande.objects.values().get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE contacts_reply SET text = text")
    assert Demande.objects.values().get() == before
    assert refresh_open_demandes(organisation) == 0


def test_a_day_without_an_hour_is_a_day_of_the_service(desk: Desk) -> None:
    desk.bring(desk.csv({"reçue": "01/06/2026", "répondue": "01/06/2026"}))
    demande = Demande.objects.get()
    assert demande.received_at == demande.merits_at == at(2026, 6, 1)
    assert demande.merits_on == date(2026, 6, 1)


def test_a_reply_dated_to_the_day_of_receipt_follows_the_receipt(desk: Desk) -> None:
    desk.bring(desk.csv({"reçue": "01/06/2026 16:00", "répondue": "01/06/2026"}))
    assert Demande.objects.get().merits_at == at(2026, 6, 1, 16)


def test_an_instant_counts_for_the_day_of_the_service_s_time_zone(desk: Desk) -> None:
    desk.bring(desk.csv({"reçue": "2026-06-01T23:30:00+00:00"}))
    assert Demande.objects.get().received_on == date(2026, 6, 2)


def test_an_announced_instant_stops_no_clock(desk: Desk) -> None:
    desk.bring(desk.csv({"annoncée": "2026-06-04T08:00:00+02:00"}))
    demande = Demande.objects.get()
    assert (demande.announced_at, demande.announced_on) == (at(2026, 6, 4, 8), date(2026, 6, 4))
    assert (demande.first_reply_on, demande.merits_on, demande.closed_on) == (None, None, None)


def test_closed_at_its_reply_unless_the_file_says_otherwise(desk: Desk) -> None:
    desk.bring(desk.csv({"répondue": "2026-06-05"}, {"close": "2026-06-05"}))
    answered, dropped = Demande.objects.order_by("reference")
    assert (answered.merits_on, answered.closed_on) == (date(2026, 6, 5), None)
    assert dropped.close_reason == CloseReason.NO_ANSWER_NEEDED
    desk.mapping = MAPPING.replace('closed = "close"\n', "")
    desk.bring(desk.csv({"n°": "D3", "répondue": "2026-06-05"}))
    assert Demande.objects.get(reference="D3").closed_on == date(2026, 6, 5)


def test_defaults_constants_and_french_labels(desk: Desk) -> None:
    desk.mapping = MAPPING.replace('nature = "nature"', 'nature = { constant = "reclamation" }')
    desk.bring(desk.csv({"canal": ""}))
    desk.mapping = desk.mapping.split("[values.channel]")[0]
    desk.bring(desk.csv({"n°": "D2", "canal": "Téléphone"}, {"n°": "D3", "canal": "email"}))
    found = Demande.objects.order_by("reference").values_list("channel", "nature")
    assert list(found) == [(c, "reclamation") for c in ("mail", "phone", "email")]


def test_a_workbook_goes_in_like_a_csv(desk: Desk) -> None:
    rows = [
        {"n°": 12345, "reçue": datetime(2026, 6, 1, 9, 30), "objet": "Été"},  # noqa: DTZ001
        {"n°": 1.5, "reçue": date(2026, 6, 1), "répondue": "02/06/2026 08:00"},
        {},
    ]
    passage = desk.bring(desk.xlsx(*rows))
    assert (passage.status, passage.refused) == (0, [])
    found = Demande.objects.order_by("received_at", "reference")
    assert [one.reference for one in found] == ["1.5", "D3", "12345"]
    assert found[2].received_at == at(2026, 6, 1, 9, 30)
    assert (found[0].received_at, found[0].merits_at) == (at(2026, 6, 1), at(2026, 6, 2, 8))


def test_usagers_are_matched_as_when_typed(desk: Desk, organisation: Organisation) -> None:
    known = Usager.objects.create(organisation=organisation, email="Ana@exemple.fr")
    other_town = factories.make_organisation()
    Usager.objects.create(organisation=other_town, phone="+33123456789")
    desk.bring(
        desk.csv(
            {"nom": "Ana", "courriel": "ana@exemple.fr", "tél": "0123456789"},
            {"courriel": "Ben@exemple.fr", "tél": "0123456780"},
            {"courriel": "ben@EXEMPLE.fr"},
            {"tél": "01 23 45 67 80"},
            {"nom": "Zoé"},
            {"nom": "Zoé"},
            {},
        )
    )
    usagers = [one.usager for one in Demande.objects.order_by("reference")]
    assert usagers[0] == known
    assert usagers[1] == usagers[2] == usagers[3]
    assert usagers[4] != usagers[5]
    assert usagers[6] is None
    assert Usager.objects.filter(organisation=organisation).count() == 4


def test_in_small_chunks_every_row_goes_in_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "CHUNK", 3)
    monkeypatch.setattr("contacts.intake.run.CHUNK", 2)
    passage = desk.bring(desk.csv(*({"répondue": "2026-06-05"} for _ in range(10))))
    assert passage.status == 0
    assert Demande.objects.count() == Reply.objects.count() == Contact.objects.count() == 10


def test_a_batch_remembers_the_file(desk: Desk) -> None:
    desk.bring(desk.csv({}, {"canal": "fax"}))
    batch = ImportBatch.objects.get()
    assert (batch.file_name, batch.accepted, batch.refused) == ("demandes.csv", 1, 1)
    assert len(batch.sha256) == 64
    assert Demande.objects.get().import_batch == batch


# --- twice, dry, strict ---------------------------------------------------------------------------


def test_running_it_twice_adds_nothing(desk: Desk) -> None:
    path = desk.csv({"répondue": "2026-06-05", "nom": "Ana"}, {"annoncée": "2026-06-09"})
    desk.bring(path)
    passage = desk.bring(path)
    assert passage.status == 0
    assert (Demande.objects.count(), Reply.objects.count(), Usager.objects.count()) == (2, 2, 1)
    assert "déjà présentes             2" in passage.out
    assert passage.report == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("canal", "Desk"),
        ("nature", "suggestion"),
        ("objet", "Autre"),
        ("lettre", "2026-05-01"),
        ("reçue", "2026-06-01 08:00"),
        ("annoncée", "2026-06-30"),
        ("répondue", "2026-06-10"),
        ("close", "2026-06-20"),
    ],
)
def test_the_same_reference_with_another_content_is_refused(
    desk: Desk, column: str, value: str
) -> None:
    desk.header = HEADER
    desk.bring(desk.csv({"répondue": "2026-06-05"}))
    passage = desk.bring(desk.csv({"répondue": "2026-06-05", column: value}, {}))
    assert passage.status == 0
    ((line, where, reason),) = passage.refused
    assert (line, where) == ("2", "n°")
    assert "avec un autre contenu" in reason
    assert Demande.objects.count() == 2
    assert Reply.objects.filter(kind=ReplyKind.MERITS).get().on_day == date(2026, 6, 5)


def test_a_reference_told_twice_is_refused_the_second_time(desk: Desk) -> None:
    rows = [{"n°": "A"}, {"n°": "B", "canal": "fax"}, {"n°": "A"}, {"n°": "B"}, {"n°": "C"}]
    passage = desk.bring(desk.csv(*rows))
    assert [line for line, _column, _reason in passage.refused] == ["3", "4", "5"]
    assert passage.refused[1][2] == "Référence déjà lue à la ligne 2."
    assert passage.refused[2][2] == "Référence déjà lue à la ligne 3."
    assert set(Demande.objects.values_list("reference", flat=True)) == {"A", "C"}


def test_a_dry_run_checks_everything_and_writes_nothing(desk: Desk) -> None:
    desk.mapping = "create_services = true\n" + MAPPING
    passage = desk.bring(desk.csv({"service": "Nouveau"}, {"canal": "fax"}), "--dry-run")
    assert passage.status == 0
    assert "rien n’est entré" in passage.out
    assert len(passage.report) == 1
    assert not Demande.objects.exists()
    assert not ImportBatch.objects.exists()
    assert not Service.objects.filter(name="Nouveau").exists()


def test_strict_refuses_the_whole_file(desk: Desk) -> None:
    passage = desk.bring(desk.csv({}, {"canal": "fax"}), "--strict")
    assert passage.status == 1
    assert len(passage.report) == 1
    assert not Demande.objects.exists()
    assert desk.bring(desk.csv({}), "--strict").status == 0
    assert Demande.objects.count() == 1


def test_when_no_row_can_go_in_the_status_is_2(desk: Desk) -> None:
    passage = desk.bring(desk.csv({"canal": "fax"}))
    assert passage.status == 2
    assert "ligne 2, colonne « canal »" in passage.err
    assert not ImportBatch.objects.exists()


def test_a_broken_write_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "REPLIES", "SELECT 1 / 0")
    passage = desk.bring(desk.csv({"répondue": "2026-06-05"}))
    assert passage.status == 2
    assert passage.err.startswith("La base a refusé l’import, rien n’est entré")
    assert not Demande.objects.exists()


# --- services, motifs, organisations --------------------------------------------------------------


def test_an_unknown_service_is_a_refused_row(desk: Desk) -> None:
    passage = desk.bring(desk.csv({"service": "Etat-civil"}, {}, {"service": " état  CIVIL "}))
    ((line, column, reason),) = passage.refused
    assert (line, column) == ("2", "service")
    assert reason == "Service inconnu : « Etat-civil ». Voulez-vous dire « État civil » ?"
    assert Demande.objects.count() == 2


def test_services_and_motifs_are_made_when_the_mapping_says_so(desk: Desk) -> None:
    desk.mapping = "create_services = true\ncreate_motifs = true\n" + MAPPING
    row = {"service": "Voirie", "motif": "Nid-de-poule"}
    desk.bring(desk.csv(row, row, {"service": "Fantôme", "motif": "Fantôme", "canal": "fax"}))
    assert set(Service.objects.values_list("name", flat=True)) == {"État civil", "Voirie"}
    assert Motif.objects.get().name == "Nid-de-poule"


def test_a_service_made_for_a_row_refused_later_does_not_stay(desk: Desk) -> None:
    desk.mapping = "create_services = true\n" + MAPPING
    desk.bring(desk.csv({"n°": "A"}, {"n°": "A", "service": "Fantôme"}))
    assert Service.objects.get().name == "État civil"


def test_values_rename_services(desk: Desk) -> None:
    desk.mapping = MAPPING + '\n[values.service]\nEC = "État civil"\n'
    assert desk.bring(desk.csv({"service": "EC"}, {"service": "État civil"})).refused == []


def test_an_ambiguous_motif_is_refused(desk: Desk, organisation: Organisation) -> None:
    for family in ("Famille A", "Famille B"):
        parent = factories.make_motif(organisation, name=family)
        factories.make_motif(organisation, name="Divers", parent=parent)
    passage = desk.bring(desk.csv({"motif": "Divers"}, {}))
    assert passage.refused == [("2", "motif", "Plusieurs motifs s’appellent « Divers ».")]


def test_create_makes_the_organisation_its_calendar_and_its_targets(desk: Desk) -> None:
    desk.organisation = "Commune nouvelle"
    path = desk.csv({"service": "Accueil"})
    assert desk.bring(path, "--create", "--territory=mayotte").status == 0
    organisation = Organisation.objects.get(name="Commune nouvelle")
    calendar = organisation.calendars.get()
    assert (calendar.territory, calendar.time_zone) == ("mayotte", "Indian/Mayotte")
    assert calendar.weekday_mask == 0b0011111
    assert organisation.delay_targets.filter(channel="mail", limit=15).exists()
    assert Demande.objects.get(organisation=organisation).first_reply_limit == 15
    passage = desk.bring(path, "--create", "--territory=metropole")
    assert passage.status == 0
    assert "existe" in passage.err
    assert "mayotte" in passage.err
    assert organisation.calendars.count() == 1


def test_nothing_stays_of_an_organisation_whose_file_is_refused(desk: Desk) -> None:
    desk.organisation = "Commune nouvelle"
    assert desk.bring(desk.csv({"canal": "fax"}), "--create").status == 2
    assert not Organisation.objects.filter(name="Commune nouvelle").exists()


def test_an_unknown_organisation_names_those_it_may_be(desk: Desk) -> None:
    desk.organisation = "Ville de Saint-Obin"
    passage = desk.bring(desk.csv({}))
    assert passage.status == 2
    assert "« Ville de Saint-Aubin »" in passage.err
    assert "--create" in passage.err
    assert passage.err.count("\n") == 1


def test_the_calendar_of_new_services_must_be_known(desk: Desk, organisation: Organisation) -> None:
    factories.make_calendar(organisation, "mayotte")
    desk.mapping = "create_services = true\n" + MAPPING
    path = desk.csv({"service": "Accueil"})
    assert "quel calendrier" in desk.bring(path).err
    assert desk.bring(path, "--territory=mayotte").status == 0
    assert Service.objects.get(name="Accueil").calendar.territory == "mayotte"


def test_two_organisations_may_have_the_same_references(
    desk: Desk, make_town: Callable[[], str]
) -> None:
    path = desk.csv({})
    desk.bring(path)
    desk.organisation = make_town()
    passage = desk.bring(path)
    assert passage.status == 0
    assert Demande.objects.filter(reference="D1").count() == 2


@pytest.fixture
def make_town() -> Callable[[], str]:
    def make() -> str:
        organisation = factories.make_organisation()
        factories.make_service(organisation, name="État civil")
        return organisation.name

    return make


# --- what is said ---------------------------------------------------------------------------------


def test_the_summary_names_every_count(desk: Desk) -> None:
    desk.bring(desk.csv({}))
    lines = desk.csv({}, {}, {"canal": "fax"}).read_bytes() + b"\r\n" + b"," * 17 + b"\r\n"
    passage = desk.bring(desk.file("demandes.csv", lines))
    counts = [line.split()[-1] for line in passage.out.splitlines()[1:5]]
    assert counts == ["1", "1", "1", "2"]
    assert "refusées.csv" in passage.out
    assert "demandes par seconde" in passage.out


def test_the_report_runs_no_formula(desk: Desk) -> None:
    desk.bring(desk.csv({}, {"canal": "=1+1"}, {"canal": "@SUM(A1)"}, {"canal": "-2"}))
    (path,) = desk.folder.glob("refusées.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [row["valeur"] for row in csv.DictReader(file, delimiter=";")]
    assert cells == ["'=1+1", "'@SUM(A1)", "'-2"]
    assert path.stat().st_mode & 0o077 == 0


def test_the_default_report_is_under_var_imports(desk: Desk, settings: Any, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path / "house"
    (desk.folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    call_command(
        "import_demandes",
        str(desk.csv({}, {"canal": "fax"})),
        "--organisation=Ville de Saint-Aubin",
        f"--mapping={desk.folder / 'mapping.toml'}",
    )
    (report,) = (tmp_path / "house" / "var" / "imports").iterdir()
    assert report.name.startswith("demandes-")
    assert report.name.endswith("-refusees.csv")
    assert str(report) in desk.capsys.readouterr().out


def test_every_reason_of_a_row_is_told(desk: Desk) -> None:
    row = {"canal": "fax", "reçue": "hier", "tél": "12"}
    ((line, column, reason),) = desk.bring(desk.csv({}, row)).refused
    assert (line, column) == ("3", "canal")
    assert "reçue : Date illisible" in reason
