"""F11: every message delivered twice and in disorder, to two workers woken by two clocks."""

import random
import uuid
from dataclasses import dataclass

from tests.faults.harness.desk import Desk
from tests.faults.harness.form import IN_FULL, MARKS, Figures, Form
from tests.faults.harness.ledger import Ledger
from tests.faults.harness.oracle import judge
from tests.faults.harness.waiting import wait_until
from tests.faults.harness.world import Scene

pytestmark = MARKS

# All that people entered and all that was derived, without the numbers that the order gives.
ENTERED = """
    SELECT md5(string_agg(entry, E'\\n' ORDER BY entry)) FROM (
        SELECT concat_ws('|', d.subject, d.channel, d.received_on, d.closed_on, c.text, c.n, j.n)
        FROM contacts_demande d,
            LATERAL (SELECT string_agg(text, '+') AS text, count(*) AS n
                     FROM contacts_contact WHERE demande_id = d.id) c,
            LATERAL (SELECT count(*) AS n FROM contacts_journalentry WHERE demande_id = d.id) j
    ) AS entries(entry)
"""
DERIVED = """
    SELECT md5(string_agg(entry, E'\\n' ORDER BY entry)) FROM (
        SELECT (to_jsonb(t) - 'id')::text FROM {table} t
    ) AS entries(entry)
"""


@dataclass
class Post:
    """The entries of a day, and how they are delivered."""

    entries: list[tuple[uuid.UUID, str]]

    def once(self, desk: Desk, ledger: Ledger) -> None:
        for key, subject in self.entries:
            deliver(desk, ledger, key, subject)

    def twice_in_disorder(self, desk: Desk, ledger: Ledger, dice: random.Random) -> None:
        letters = self.entries * 2
        dice.shuffle(letters)
        for key, subject in letters:
            deliver(desk, ledger, key, subject)


def deliver(desk: Desk, ledger: Ledger, key: uuid.UUID, subject: str) -> None:
    ledger.sent[key] = subject
    ledger.note(key, desk.save(key, subject))


def day(count: int) -> Post:
    return Post([(uuid.uuid4(), f"F11 {number:06}") for number in range(count)])


def state(scene: Scene) -> list[str]:
    """Fingerprints of what was entered and of every table of figures."""
    tables = scene.rows(
        "SELECT tablename FROM pg_tables WHERE tablename ~ '^engagements_.*tally$' "
        "AND tablename <> 'engagements_staletally' ORDER BY 1"
    )
    assert tables
    prints = [scene.value(ENTERED)]
    return prints + [scene.value(DERIVED.format(table=table)) for (table,) in tables]


def test_twice_comes_to_the_same(scene: Scene, form: Form, figures: Figures) -> None:
    count = form.of(short=25, full=500)
    post, ledger = day(count), Ledger("F11")
    with scene.world.scene() as simple:
        post.once(simple.web().logged_in(), ledger)
        simple.ask("recount")
        assert judge(simple, ledger) == {}
        expected = state(simple)
    for _ in range(2):
        scene.beat(**form.clock)
        scene.worker("--concurrency", "2", wait=False)
    scene.ring(count)
    post.twice_in_disorder(scene.web().logged_in(), ledger, form.dice)
    scene.ring(count)
    wait_until("the cells are recounted", lambda: not scene.stale(), 60)
    figures.note("F11", "saisies livrées deux fois dans le désordre", count)
    figures.note("F11", "réveils en double, à 2 horloges et 2 workers", 2 * count)
    assert judge(scene, ledger) == {}
    assert state(scene) == expected


@IN_FULL
def test_control_without_the_key(scene: Scene, form: Form, figures: Figures) -> None:
    ledger = Ledger("F11")
    web = scene.web(FAULTS_MIDDLEWARE=["tests.faults.product.controls.FreshKeys"])
    day(5).twice_in_disorder(web.logged_in(), ledger, form.dice)
    scene.ask("recount")
    found = judge(scene, ledger)
    figures.note("F11", "témoin : sans la clé du formulaire", " ".join(found))
    assert "I2" in found
