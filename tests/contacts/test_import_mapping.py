"""Mapping files: what is wrong with one is told by its name and its key."""

from pathlib import Path

import pytest

from contacts.intake.errors import Unusable
from contacts.intake.mapping import Mapping, Origin, load

COLUMNS = """
[columns]
reference = "n"
service = "s"
channel = "c"
received = "r"
"""
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "mappings"


def read(folder: Path, text: str) -> Mapping:
    path = folder / "m.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "columns.reference : clé obligatoire, absente."),
        ("[columns\n", "TOML mal écrit, ligne 1"),
        ('[columns]\nreference = "n', "TOML mal écrit"),
        ("columns = 3", "columns : attendu une table [columns]."),
        ("colums = 3", "colums : clé inconnue (peut-être « columns »)."),
        (COLUMNS + 'couleur = "x"', "columns.couleur : clé inconnue"),
        (COLUMNS.replace('"s"', "3"), "columns.service : attendu un nom de colonne"),
        (COLUMNS.replace('"s"', '""'), "columns.service : attendu un nom de colonne"),
        (COLUMNS.replace('"s"', "{}"), "columns.service : attendu soit column, soit constant."),
        (COLUMNS.replace('"s"', '{ colum = "s" }'), "columns.service.colum : clé inconnue"),
        (COLUMNS.replace('"n"', '{ constant = "A" }'), "columns.reference : attendu une colonne"),
        (COLUMNS.replace('"r"', '{ column = "r", default = "x" }'), "columns.received : attendu"),
        (COLUMNS.replace('"c"', '{ constant = "fax" }'), "« fax » n’est pas un des choix"),
        (COLUMNS + 'held = "h"', "columns.held : une réponse d’attente va avec"),
        (COLUMNS + '[values.channel]\nPost = "fax"', "values.channel.Post : « fax » n’est pas"),
        (COLUMNS + "[values.channel]\nPost = 3", "values.channel.Post : attendu un texte."),
        (COLUMNS + '[values.subject]\na = "b"', "values.subject : clé inconnue"),
        (COLUMNS + '[dates]\nformats = "%d"', "dates.formats : attendu une liste"),
        (COLUMNS + '[dates]\nformats = ["jj/mm"]', "dates.formats : attendu une liste"),
        (COLUMNS + '[dates]\ntime_zone = "Paris"', "dates.time_zone : fuseau horaire inconnu"),
        (COLUMNS + '[dates]\nzone = "x"', "dates.zone : clé inconnue"),
        (COLUMNS + '[file]\nencoding = "klingon"', "file.encoding : encodage inconnu"),
        (COLUMNS + '[file]\nencoding = "base64"', "file.encoding : encodage inconnu"),
        (COLUMNS + '[file]\ndelimiter = ";;"', "file.delimiter : attendu un seul caractère"),
        (COLUMNS + "[file]\nsheet = 2", "file.sheet : attendu un texte."),
        (COLUMNS + "[file]\nmax_megabytes = 0", "file.max_megabytes : attendu un nombre entier"),
        ("create_services = 1" + COLUMNS, "create_services : attendu true ou false."),
    ],
)
def test_a_wrong_mapping_names_the_file_and_the_key(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(Unusable) as refused:
        read(tmp_path, text)
    told = str(refused.value)
    assert told.startswith("m.toml : ")
    assert words in told
    assert "\n" not in told


def test_a_mapping_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="introuvable"):
        load(tmp_path / "absent.toml")
    with pytest.raises(Unusable, match="dossier"):
        load(tmp_path)
    (tmp_path / "m.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Unusable, match="TOML en UTF-8"):
        load(tmp_path / "m.toml")
    (tmp_path / "m.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(Unusable, match="trop gros"):
        load(tmp_path / "m.toml")


def test_a_column_with_a_default(tmp_path: Path) -> None:
    text = COLUMNS.replace('"c"', '{ column = "c", default = "phone" }')
    assert read(tmp_path, text).origins["channel"] == Origin("c", "phone")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.name)
def test_the_examples_are_right(path: Path) -> None:
    assert load(path).origins["received"].column
