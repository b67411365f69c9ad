"""F7: Redis goes and comes back ten times under live workers, processes and threads."""

import os
import signal
import time
from contextlib import closing

import psycopg2
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


RECOUNT_WAITS = """
    SELECT count(*) FROM pg_locks
    WHERE relation = 'engagements_daytally'::regclass AND NOT granted
"""


def test_a_message_taken_and_not_acknowledged(scene: Scene, form: Form, figures: Figures) -> None:
    """Redis dies while a recount is under way, so that its message is not acknowledged."""
    scene.beat(**form.clock)
    worker = scene.worker("--concurrency", "1")
    with closing(psycopg2.connect(scene.postgres.dsn(scene.database))) as link:
        link.cursor().execute("LOCK TABLE engagements_daytally IN ACCESS EXCLUSIVE MODE")
        scene.demandes(days=3)
        wait_until("a recount is under way", lambda: scene.value(RECOUNT_WAITS), RESUMED)
        # Its end and the loss of the broker are then news of the same moment.
        os.kill(worker.child.pid, signal.SIGSTOP)
        scene.redis.kill()
    wait_until("the recount ends", lambda: not scene.stale(), RESUMED)
    os.kill(worker.child.pid, signal.SIGCONT)
    worker.wait_for("Connection to broker lost", RESUMED)
    scene.redis.start()
    scene.demandes(days=3, first="2022-01-01")
    resumed = wait_until("a worker consumes again", lambda: not scene.stale(), RESUMED)
    figures.note("F7", "Redis tué pendant un décompte, reprise (s)", resumed)
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
