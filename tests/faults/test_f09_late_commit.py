"""F9: a transaction that commits after the recount has gone past it; an import killed half-way."""

import csv
import signal
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg2
from launching.places import tail

from tests.faults.harness.form import MARKS, Figures, Form
from tests.faults.harness.groups import Group
from tests.faults.harness.oracle import judge
from tests.faults.harness.world import Scene

pytestmark = MARKS

# A row like another, under a new key; the cell is that of its model.
COPY_OF_ONE = """
    INSERT INTO contacts_demande (public_id, organisation_id, reference, round, service_id, channel,
        nature, subject, received_at, received_on, registered_at, close_reason,
        first_reply_limit, first_reply_due_on)
    SELECT gen_random_uuid(), organisation_id, reference || %s, round, service_id, channel,
        nature, subject, received_at, received_on, registered_at, close_reason,
        first_reply_limit, first_reply_due_on
    FROM contacts_demande ORDER BY id LIMIT 1
"""
# What the product refuses: the aggregator remembers how far it went, by number of row.
WATERMARK = """
    CREATE TABLE watermark AS SELECT max(id) AS seen FROM contacts_demande;
    DROP TRIGGER engagements_demande_inserted ON contacts_demande;
    CREATE FUNCTION advance() RETURNS void LANGUAGE sql AS $$
        INSERT INTO engagements_staletally
        SELECT (jsonb_populate_record(
            NULL::engagements_staletally,
            jsonb_build_object(
                'id', nextval(pg_get_serial_sequence('engagements_staletally', 'id')),
                'marked_at', now(), 'attempts', 0, 'family', 0
            ) || (to_jsonb(d) - 'id')
        )).*
        FROM contacts_demande d, watermark WHERE d.id > seen;
        UPDATE watermark SET seen = (SELECT max(id) FROM contacts_demande);
    $$
"""


def late_commit(scene: Scene, *, watermark: bool) -> None:
    """A first transaction writes, a second writes and commits, all is recounted; then the first."""
    link = psycopg2.connect(scene.postgres.dsn(scene.database))
    try:
        with link.cursor() as cursor:
            cursor.execute(COPY_OF_ONE, ["-tard"])
        scene.rows(COPY_OF_ONE, "-tôt")
        recount(scene, watermark)
        link.commit()
    finally:
        link.close()
    recount(scene, watermark)


def recount(scene: Scene, watermark: bool) -> None:
    if watermark:
        scene.rows("SELECT advance()")
    scene.ask("recount")


def test_late_rows_are_counted(scene: Scene) -> None:
    scene.demandes(days=1)
    scene.ask("recount")
    late_commit(scene, watermark=False)
    assert judge(scene) == {}


def test_control_a_watermark(scene: Scene, figures: Figures) -> None:
    scene.demandes(days=1)
    scene.ask("recount")
    scene.rows(WATERMARK)
    late_commit(scene, watermark=True)
    found = judge(scene)
    figures.note("F9", "témoin : reprise au dernier numéro vu", " ".join(found))
    assert "I4" in found


# --- An import cut in two ------------------------------------------------------------------------
MAPPING = """
[columns]
reference = "n"
service = "service"
channel = { constant = "mail" }
received = "recue"
replied = "repondue"
subject = "objet"

[dates]
formats = ["%Y-%m-%d"]
"""


def write_import(place: Path, rows: int) -> tuple[Path, Path]:
    file, mapping = place / "demandes.csv", place / "plan.toml"
    mapping.write_text(MAPPING)
    with file.open("w", newline="") as output:
        writer = csv.writer(output)
        writer.writerow(["n", "service", "recue", "repondue", "objet"])
        for number in range(rows):
            day = date(2024, 1, 1) + timedelta(days=number % 600)
            reply = day + timedelta(days=number % 20)
            writer.writerow(
                [f"R{number}", "État civil", str(day), str(reply), f"Import {number:06}"]
            )
    return file, mapping


# What stands for a state: nothing in, or everything in with all that belongs to it.
BROUGHT_IN = """
    SELECT (SELECT count(*) FROM contacts_demande), (SELECT count(*) FROM contacts_contact),
        (SELECT count(*) FROM contacts_reply), (SELECT count(*) FROM contacts_importbatch)
"""
NOTHING = (0, 0, 0, 0)
HALF_WAY = "INSERT INTO contacts_demande"
PATIENCE = 240.0  # seconds for an import of the full form


class Import:
    def __init__(self, scene: Scene, place: Path, rows: int) -> None:
        self.scene, self.rows = scene, rows
        file, mapping = write_import(place, rows)
        self.words = [
            *("import_demandes", str(file), "--organisation", "Ville d’essai"),
            *("--mapping", str(mapping), "--report", str(place / "refus.csv")),
        ]

    def begin(self, **settings: Any) -> Group:
        return self.scene.manage(*self.words, **settings)

    def finish(self) -> None:
        whole = self.begin()
        status = whole.finish(PATIENCE)
        assert status == 0, tail(whole.log)

    def state(self) -> tuple[int, ...]:
        [(demandes, contacts, replies, batches)] = self.scene.rows(BROUGHT_IN)
        return demandes, contacts, replies, batches

    @property
    def whole(self) -> tuple[int, ...]:
        return (self.rows, self.rows, self.rows, 1)


def test_an_import_cut_in_two_is_all_or_nothing(
    scene: Scene, form: Form, figures: Figures, tmp_path: Path
) -> None:
    """Killed where half of it is written, then at random moments; then taken up, then run again."""
    brought = Import(scene, tmp_path, form.of(short=1_000, full=100_000))
    cut = brought.begin(FAULTS_DIE_AFTER=HALF_WAY)
    assert cut.finish(PATIENCE) == -signal.SIGKILL, tail(cut.log)
    assert brought.state() == NOTHING
    for _ in range(form.of(short=0, full=5)):
        cut = brought.begin()
        time.sleep(form.dice.uniform(2, 12))
        cut.kill()
        assert brought.state() in (NOTHING, brought.whole)
    start = time.monotonic()
    brought.finish()
    figures.note("F9", "lignes de l’import", brought.rows)
    figures.note("F9", "import repris en entier (s)", time.monotonic() - start)
    assert brought.state() == brought.whole
    brought.finish()
    assert brought.state()[:3] == brought.whole[:3]
    assert judge(scene) == {}


def test_control_an_import_that_commits_on_its_way(
    scene: Scene, figures: Figures, tmp_path: Path
) -> None:
    brought = Import(scene, tmp_path, 1_000)
    brought.begin(FAULTS_DIE_AFTER=HALF_WAY, FAULTS_COMMITS_FIRST=True).finish(PATIENCE)
    figures.note("F9", "témoin : import validé par morceaux", str(brought.state()))
    assert brought.state() not in (NOTHING, brought.whole)
