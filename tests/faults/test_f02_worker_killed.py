"""F2: the whole group of the worker is killed with -9 in the middle of its work."""

import time

import pytest

from tests.faults.harness.form import MARKS, Figures, Form
from tests.faults.harness.oracle import judge
from tests.faults.harness.waiting import wait_until
from tests.faults.harness.world import Scene

pytestmark = MARKS
CAUGHT_UP = 60  # seconds
CELLS = 400


def killed_at_work(scene: Scene, form: Form) -> bool:
    """All cells stale, a worker that begins, a kill at a random moment; true if some were left."""
    scene.touch()
    scene.ring()
    worker = scene.worker("--concurrency", "2", wait=False)
    worker.wait_for("received", 60)
    time.sleep(form.dice.uniform(0, 0.4))
    worker.kill()
    return scene.stale() > 0


def test_every_effect_is_done(scene: Scene, form: Form, figures: Figures) -> None:
    scene.demandes(days=CELLS, per_day=5)
    kills = form.of(short=1, full=100)
    cut = sum(killed_at_work(scene, form) for _ in range(kills))
    scene.beat(**form.clock)
    scene.worker(wait=False)
    seconds = wait_until("the cells are recounted", lambda: not scene.stale(), CAUGHT_UP)
    figures.note("F2", "kill -9 du groupe du worker", kills)
    figures.note("F2", "dont en plein décompte", cut)
    figures.note("F2", "tout est recompté, démarrage compris, après (s)", seconds)
    assert judge(scene) == {}


@pytest.mark.parametrize("transactions", [True, False], ids=["product", "control"])
def test_killed_once_the_mark_is_gone(scene: Scene, figures: Figures, transactions: bool) -> None:
    """The worst moment: the mark is deleted, the cell not counted yet. Then a new worker."""
    scene.demandes(days=5)
    scene.ring()
    worker = scene.worker(
        *("--pool", "solo"),
        wait=False,
        FAULTS_DIE_AFTER=r'DELETE FROM "?engagements_staletally',
        FAULTS_NO_TRANSACTIONS=not transactions,
    )
    wait_until("the worker dies", lambda: not worker.alive(), 60)
    scene.ask("recount")
    found = judge(scene)
    if transactions:
        assert found == {}
    else:
        figures.note("F2", "témoin : marque effacée hors transaction", " ".join(found))
        assert "I4" in found
