"""F1: the web process is killed with -9 around its COMMIT; the agent sends the same form again."""

import subprocess
import sys
import time
from collections.abc import Sequence

import pytest
from launching.places import ROOT

from tests.faults.harness.form import MARKS, Figures, Form
from tests.faults.harness.ledger import Ledger, insist
from tests.faults.harness.oracle import judge
from tests.faults.harness.world import Scene, Web

pytestmark = MARKS

POINTS = (
    *(f"written:contacts_{table}" for table in ("demande", "contact", "journalentry")),
    *("before-commit", "after-commit", "before-response"),
)
TRIES = 5
STATEMENTS = 30  # a save sends about that many: any of them may be the last


def rounds(web: Web, ledger: Ledger, points: Sequence[str], *, patience: float = 20) -> int:
    """Each save meets its fault, then is sent again; returns how many errors were in fact saved."""
    desk = web.logged_in()
    cut = 0
    for point in points:
        key, subject = ledger.new_entry()
        answer = desk.save(key, subject, fault=point)
        ledger.note(key, answer)
        if not answer.confirmed:
            cut += 1
            insist(desk, ledger, key, subject, seconds=patience)
    return cut


def test_confirmed_is_stored_once(scene: Scene, form: Form, figures: Figures) -> None:
    count = form.of(short=12, full=200)
    drawn = [f"statement:{form.dice.randint(1, STATEMENTS)}" for _ in range(count)]
    points = [form.dice.choice((*POINTS, one)) for one in drawn[len(POINTS) :]]
    ledger, web = Ledger("F1"), scene.web()
    start = time.monotonic()
    cut = rounds(web, ledger, [*POINTS, *points])
    scene.ask("recount")
    figures.note("F1", "envois coupés par kill -9 du processus web", cut)
    figures.note("F1", "contacts confirmés", len(ledger.confirmed))
    figures.note("F1", "durée (s)", time.monotonic() - start)
    figures.note("F1", "confirmation la plus lente, nouveau processus compris (s)", ledger.slowest)
    assert judge(scene, ledger) == {}
    assert len(ledger.confirmed) == count
    assert cut >= len(POINTS)
    assert ledger.slowest < 1
    assert scene.value("SELECT count(*) FROM contacts_demande") == count


CONTROLS = {
    "no key": ("FreshKeys", "after-commit", "I2", "sans la clé du formulaire"),
    "early answer": ("EarlyAnswers", "before-commit", "I1", "confirmé avant d’être écrit"),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_control(scene: Scene, figures: Figures, name: str) -> None:
    middleware, point, rule, title = CONTROLS[name]
    ledger = Ledger("F1t")
    web = scene.web(FAULTS_MIDDLEWARE=[f"tests.faults.product.controls.{middleware}"])
    # On a busy machine the death may also cut the answer: it is then sent again, and nothing shows.
    for _ in range(TRIES):
        rounds(web, ledger, [point] * 3)
        scene.ask("recount")
        found = judge(scene, ledger)
        if rule in found:
            break
    figures.note("F1", f"témoin : {title}", " ".join(found))
    assert rule in found


def test_a_new_process_is_warm() -> None:
    """All views are imported before the server forks: the one after a crash answers at once."""
    script = "import sys, marianne.wsgi; sys.exit('contacts.views.logging' not in sys.modules)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=60)


def test_control_without_transactions(scene: Scene, figures: Figures) -> None:
    """Each statement commits alone: a save cut in two leaves half an entry."""
    ledger, web = Ledger("F1t"), scene.web(FAULTS_NO_TRANSACTIONS=True)
    rounds(web, ledger, POINTS[:2], patience=1)
    scene.ask("recount")
    found = judge(scene, ledger)
    figures.note("F1", "témoin : sans transaction", " ".join(found))
    assert "I6" in found
