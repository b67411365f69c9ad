"""F7: Redis goes and comes back ten times under live workers, processes and threads."""

import time

import pytest

from tests.faults.harness.form import IN_FULL, MARKS, Figures, Form
from tests.faults.harness.oracle import judge
from tests.faults.harness.waiting import wait_until
from tests.faults.harness.world import Scene

pytestmark = MARKS
RESUMED = 30  # seconds


def flap(scene: Scene, form: Form, number: int) -> float:
    """One outage with work due in it; the seconds from the return of Redis to the work done."""
    scene.redis.kill()
    scene.demandes(days=3, first=f"{2001 + number}-01-01")
    time.sleep(form.dice.uniform(0, 1))
    scene.redis.start()
    return wait_until("a worker consumes again", lambda: not scene.stale(), RESUMED)


@pytest.mark.parametrize("pool", ["prefork", "threads"])
def test_workers_resume(scene: Scene, form: Form, figures: Figures, pool: str) -> None:
    scene.beat(**form.clock)
    worker = scene.worker("--pool", pool, "--concurrency", "2")
    seconds = [flap(scene, form, number) for number in range(form.of(short=1, full=10))]
    figures.note("F7", f"{pool} : redémarrages de Redis", len(seconds))
    figures.note("F7", f"{pool} : reprise la plus longue (s)", max(seconds))
    assert worker.alive()
    assert judge(scene) == {}


@IN_FULL
def test_control_a_worker_that_does_not_reconnect(
    scene: Scene, form: Form, figures: Figures
) -> None:
    scene.beat(**form.clock)
    scene.worker("--concurrency", "1", CELERY_BROKER_CONNECTION_RETRY=False)
    with pytest.raises(AssertionError, match="consumes again"):
        flap(scene, form, 0)
    found = judge(scene)
    figures.note("F7", "témoin : sans reconnexion", " ".join(found))
    assert "I3" in found
