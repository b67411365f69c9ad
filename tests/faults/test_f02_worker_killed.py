"""F2: the whole group of the worker is killed with -9 in the middle of its work."""

import time

import pytest

from tests.faults.harness.form import MARKS, Figures, Form
from tests.faults.harness.groups import Group
from tests.faults.harness.oracle import judge
from tests.faults.harness.waiting import wait_until
from tests.faults.harness.world import Scene

pytestmark = MARKS
RECEIVED = "recount_stale_tallies["
CAUGHT_UP = 60  # seconds
CELLS = 400


def killed_at_work(scene: Scene, form: Form, worker: Group) -> bool:
    """All cells stale, a worker that begins, a kill at a random moment; true if some were left."""
    before = worker.count(RECEIVED)
    scene.touch()
    scene.ring()
    wait_until("the worker begins", lambda: worker.count(RECEIVED) > before, 60, every=0.01)
    time.sleep(form.dice.uniform(0, 0.3))
    worker.kill()
    return scene.stale() > 0


def recovered(scene: Scene) -> tuple[Group, float]:
    """A new worker, and the seconds it took to start and to finish what the dead one left."""
    worker = scene.worker(wait=False)
    scene.ring()
    return worker, wait_until("the cells are recounted", lambda: not scene.stale(), CAUGHT_UP)


def test_every_effect_is_done(scene: Scene, form: Form, figures: Figures) -> None:
    scene.demandes(days=CELLS, per_day=5)
    kills, cut, slowest = form.of(short=2, full=100), 0, 0.0
    worker, _seconds = recovered(scene)
    for _ in range(kills):
        cut += killed_at_work(scene, form, worker)
        worker, seconds = recovered(scene)
        slowest = max(slowest, seconds)
    figures.note("F2", "kill -9 du groupe du worker", kills)
    figures.note("F2", "dont en plein décompte", cut)
    figures.note("F2", "reprise la plus longue, démarrage compris (s)", slowest)
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
