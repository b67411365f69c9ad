"""Files that cannot be used: one clear line, exit status 2, nothing written, and quickly."""

import io
import json
import os
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from contacts.intake import csv_table, scan
from contacts.models import Demande, ImportBatch
from directory.models import Service
from tests.contacts.test_import import Desk, Passage

ROOT = Path(__file__).resolve().parents[2]
MAPPING = """
[columns]
reference = "n"
service = "s"
channel = "c"
received = "r"
"""
LINES = "n,s,c,r\nD1,État civil,mail,2026-06-01\nD2,État civil,email,2026-06-02\n"


@pytest.fixture
def desk(service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys, mapping=MAPPING, header=["n", "s", "c", "r"])


def check_refused(passage: Passage, words: str) -> None:
    assert passage.status == 2
    assert words in passage.err
    assert passage.err.count("\n") == 1
    assert passage.out == ""
    assert not Demande.objects.exists()
    assert not ImportBatch.objects.exists()


# --- text files -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("vide.csv", b"", "le fichier est vide"),
        ("vide.xlsx", b"", "le fichier est vide"),
        ("blanc.csv", b"\n\n\n", "le fichier est vide"),
        ("titres.csv", b"n,s,c,r\n", "n’a que ses titres de colonnes"),
        ("titres.csv", b"n,s,c,r\n\n,,,\n", "n’a que ses titres de colonnes"),
        ("faux.csv", b"PK\x03\x04" + b"x" * 99, "n’est pas ce qu’il prétend : c’est un classeur"),
        ("faux.csv", b"%PDF-1.7 x", "n’est pas ce qu’il prétend : c’est un PDF"),
        ("faux.csv", b"\x89PNG\r\n\x1a\n", "n’est pas ce qu’il prétend : c’est une image"),
        ("faux.csv", b"\xd0\xcf\x11\xe0" + b"x" * 99, "ancien classeur Excel"),
        ("faux.csv", bytes(range(256)) * 9, "octet nul à la ligne 1"),
        ("nul.csv", LINES.encode() + b"D3,a\0b,c,d\n", "octet nul à la ligne 4"),
        ("faux.xlsx", LINES.encode(), "n’est pas ce qu’il prétend : ce n’est pas un classeur"),
        ("faux.xlsx", b"PK\x03\x04" + b"x" * 99, "classeur abîmé"),
        ("mauvais.csv", LINES.encode() + b"D3,\x81,c,d\n", "n’est pas encodé"),
        ("ouvert.csv", (LINES + 'D3,"État civil,mail\n' * 9).encode(), "jamais refermé"),
        ("ouvert.csv", b'n,s,c,"r\nD1,x,y,z\n', "titres de colonnes sont illisibles"),
        ("long.csv", LINES.encode() + b"x" * 1_000_001, "plus d’un million de caractères"),
        ("image.jpg", b"x", "extension inconnue"),
        ("colonnes.csv", LINES.replace("n,s,c,r", "n,s,C,r").encode(), "colonne « c » absente"),
        ("colonnes.csv", LINES.replace("n,s,c,r", "n,n,c,r").encode(), "figure 2 fois"),
    ],
)
def test_an_unusable_file_is_one_line(desk: Desk, name: str, content: bytes, words: str) -> None:
    check_refused(desk.bring(desk.file(name, content)), words)


def test_an_absent_column_names_those_that_exist(desk: Desk) -> None:
    passage = desk.bring(desk.file("x.csv", LINES.replace("n,s,c,r", "n,s,canal,r").encode()))
    check_refused(
        passage, "colonne « c » absente. Colonnes du fichier : « n », « s », « canal », « r »"
    )


def test_a_missing_file_a_folder_and_a_device(desk: Desk) -> None:
    check_refused(desk.bring(desk.folder / "absent.csv"), "introuvable")
    check_refused(desk.bring(desk.folder), "c’est un dossier")
    (desk.folder / "zero.csv").symlink_to("/dev/zero")
    check_refused(desk.bring(desk.folder / "zero.csv"), "pas un fichier ordinaire")


def test_a_file_of_1_gb_is_refused_by_its_size_alone(desk: Desk) -> None:
    path = desk.file("gros.csv", b"n,s,c,r\n")
    os.truncate(path, 1_000_000_000)
    check_refused(desk.bring(path), "1000 Mo ; la limite est de 500 Mo")
    workbook = desk.file("gros.xlsx", b"PK\x03\x04")
    os.truncate(workbook, 51_000_000)
    check_refused(desk.bring(workbook), "la limite est de 50 Mo")
    desk.mapping = MAPPING + "[file]\nmax_megabytes = 1\n"
    check_refused(desk.bring(desk.file("x.csv", LINES.encode() * 30_000)), "la limite est de 1 Mo")


def test_a_report_that_cannot_be_written_is_refused_first(desk: Desk) -> None:
    path = desk.file("x.csv", LINES.encode())
    check_refused(desk.bring(path, f"--report={path}"), "remplacerait le fichier")
    check_refused(desk.bring(path, "--report=/absent/rapport.csv"), "impossible d’y écrire")
    check_refused(desk.bring(path, f"--report={desk.folder}"), "impossible d’y écrire")


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("utf-8", ","),
        ("utf-8-sig", ";"),
        ("cp1252", ";"),
        ("latin-1", "\t"),
        ("utf-16", "\t"),
        ("utf-8", "|"),
    ],
)
def test_encoding_and_separator_are_found(desk: Desk, encoding: str, delimiter: str) -> None:
    text = LINES.replace(",", delimiter).replace("\n", "\r\n")
    assert desk.bring(desk.file("x.csv", text.encode(encoding))).refused == []
    assert Demande.objects.count() == 2


def test_encoding_and_separator_as_told(desk: Desk) -> None:
    desk.mapping = MAPPING + '[file]\nencoding = "mac-roman"\ndelimiter = "/"\n'
    text = LINES.replace(",", "/")
    assert desk.bring(desk.file("x.csv", text.encode("mac-roman"))).refused == []
    desk.mapping = MAPPING + '[file]\nencoding = "utf-8"\n'
    passage = desk.bring(desk.file("y.csv", LINES.encode("latin-1")))
    assert passage.status == 2
    assert "n’est pas encodé en utf-8-sig (vers la ligne 2)" in passage.err


def test_lines_of_old_computers(desk: Desk) -> None:
    desk.bring(desk.file("x.csv", LINES.replace("\n", "\r").encode()))
    assert Demande.objects.count() == 2


def test_a_faulty_line_across_blocks_is_still_found(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "BLOCK", 7)
    check_refused(desk.bring(desk.file("x.csv", LINES.encode() + b"\0")), "octet nul à la ligne 4")
    monkeypatch.setattr(scan, "LONGEST_LINE", 20)
    check_refused(desk.bring(desk.file("x.csv", LINES.encode())), "plus d’un million")


def test_a_cell_too_large_for_the_reader(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "LARGEST_CELL", 50)
    content = LINES.encode() + b"D3," + b"x" * 60 + b",mail,2026-06-01\n"
    check_refused(desk.bring(desk.file("x.csv", content)), "ligne 4")


# --- workbooks ------------------------------------------------------------------------------------


def test_the_sheet_is_the_first_visible_or_the_named_one(desk: Desk) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Cachée"
    book.active.sheet_state = "hidden"
    for title, reference in (("Mai", "M1"), ("Juin", "J1")):
        sheet = book.create_sheet(title)
        for row in (["n", "s", "c", "r"], [reference, "État civil", "mail", "2026-06-01"]):
            sheet.append(row)
    path = desk.folder / "x.xlsx"
    book.save(path)
    desk.bring(path)
    desk.mapping = MAPPING + '[file]\nsheet = "Juin"\n'
    desk.bring(path)
    assert set(Demande.objects.values_list("reference", flat=True)) == {"M1", "J1"}
    desk.mapping = MAPPING + '[file]\nsheet = "Mars"\n'
    passage = desk.bring(path)
    assert passage.status == 2
    assert "feuille « Mars » absente ; feuilles : « Cachée », « Mai », « Juin »." in passage.err


def test_an_empty_workbook_and_one_with_only_titles(desk: Desk) -> None:
    path = desk.folder / "x.xlsx"
    openpyxl.Workbook().save(path)
    check_refused(desk.bring(path), "la feuille est vide")
    check_refused(desk.bring(desk.xlsx()), "n’a que ses titres")


def test_a_password_and_an_archive_that_is_no_workbook(desk: Desk) -> None:
    check_refused(desk.bring(_archive(desk, {"lisez-moi.txt": b"x"})), "pas un classeur .xlsx")
    check_refused(desk.bring(desk.file("x.xlsx", b"\xd0\xcf\x11\xe0" + b"x" * 99)), "mot de passe")


def test_broken_xml_and_cells(desk: Desk) -> None:
    check_refused(desk.bring(_workbook(desk, b"<worksheet><row")), "XML mal formé")
    cells = b'<worksheet><row r="1"><c r="A1" t="s"><v>7</v></c></row></worksheet>'
    check_refused(desk.bring(_workbook(desk, cells)), "cellule illisible")
    rows = b'<worksheet><row r="2"><c r="A2"><v>1</v></c></row><row r="2"/></worksheet>'
    check_refused(desk.bring(_workbook(desk, rows)), "lignes en désordre")


BOOK = b"""<workbook xmlns:r="x"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>"""
LINKS = b"""<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>"""


def _archive(desk: Desk, parts: dict[str, bytes]) -> Path:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return desk.file("x.xlsx", content.getvalue())


def _workbook(desk: Desk, sheet: bytes, **others: bytes) -> Path:
    parts = {"xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": LINKS}
    named = {f"xl/{name}.xml": part for name, part in others.items()}
    return _archive(desk, {**parts, "xl/worksheets/sheet1.xml": sheet, **named})


def _cell(place: str, value: str = "1") -> str:
    return f'<c r="{place}"><v>{value}</v></c>'


def far_cell(desk: Desk) -> Path:
    rows = f'<row r="1">{_cell("A1")}</row><row r="1048576">{_cell("XFD1048576")}</row>'
    return _workbook(desk, f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode())


def packed(desk: Desk) -> Path:
    row = f"<row>{_cell('A1')}</row>".encode()
    return _workbook(desk, b"<worksheet>" + row * 2_000_000 + b"</worksheet>")


def entities(desk: Desk) -> Path:
    lol = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY l0 "lol">{lol}]>'
    return _workbook(
        desk, f"{doctype}<worksheet><row><c><v>&l9;</v></c></row></worksheet>".encode()
    )


def strings(desk: Desk) -> Path:
    noise = os.urandom(1_600_000).hex()
    texts = "".join(f"<si><t>{noise[i : i + 8]}</t></si>" for i in range(0, len(noise), 8))
    return _workbook(desk, b"<worksheet/>", sharedStrings=f"<sst>{texts}</sst>".encode())


def many_sheets(desk: Desk) -> Path:
    sheets = {f"xl/worksheets/sheet{i}.xml": b"<worksheet/>" for i in range(5_000)}
    return _archive(desk, {"xl/workbook.xml": BOOK, **sheets})


def wide_row(desk: Desk) -> Path:
    cells = "".join(f"<c><v>{i}</v></c>" for i in range(100_000))
    return _workbook(desk, f"<worksheet><row>{cells}</row></worksheet>".encode())


def vast_cell(desk: Desk) -> Path:
    text = os.urandom(4_000_000).hex()
    cell = f'<c t="inlineStr"><is><t>{text}</t></is></c>'
    return _workbook(desk, f"<worksheet><row>{cell}</row></worksheet>".encode())


def lying_directory(desk: Desk) -> Path:
    """A part that says it is 5 bytes long and unpacks to far more."""
    path = _workbook(desk, b"<worksheet>" + b" " * 30_000_000)
    content = path.read_bytes()
    return desk.file("x.xlsx", content.replace((30_000_011).to_bytes(4, "little"), b"\5\0\0\0"))


BOMBS: dict[str, Any] = {
    one.__name__: one
    for one in (
        *(far_cell, packed, entities, strings, many_sheets),
        *(wide_row, vast_cell, lying_directory),
    )
}
MEASURE = """
    import json, re, sys, time
    import django
    django.setup()
    from pathlib import Path
    from contacts.intake.errors import Unusable
    from contacts.intake.mapping import load
    from contacts.intake.run import open_source
    start = time.process_time()
    try:
        for line in open_source(Path(sys.argv[1]), load(Path(sys.argv[2]))).table.lines():
            pass
        told = None
    except Unusable as error:
        told = str(error)
    spent = time.process_time() - start
    # Not ru_maxrss: it keeps the peak of the process that started this one.
    peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
    memory = int(peak[1]) / 1000
    print(json.dumps({"told": told, "seconds": spent, "megabytes": memory}))
"""


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_spreadsheet_bomb_is_refused_in_5_seconds_and_300_mb(desk: Desk, bomb: str) -> None:
    path = BOMBS[bomb](desk)
    (desk.folder / "m.toml").write_text(MAPPING)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "marianne.settings"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MEASURE), path, desk.folder / "m.toml"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=environment,
    )
    found = json.loads(done.stdout)
    assert found["told"]
    assert "\n" not in found["told"]
    assert found["megabytes"] < 300
    assert found["seconds"] < 5


def test_a_large_honest_workbook_is_no_bomb(desk: Desk) -> None:
    """A control: the limits let 5,000 ordinary rows through."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["n", "s", "c", "r"])
    for i in range(5_000):
        sheet.append([f"D{i}", "État civil", "mail", "2026-06-01"])
    path = desk.folder / "x.xlsx"
    book.save(path)
    assert desk.bring(path).refused == []
    assert Demande.objects.count() == 5_000
