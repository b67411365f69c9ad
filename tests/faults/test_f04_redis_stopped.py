"""F4: Redis is dead for ten minutes while agents save ten contacts a second."""

import time
import uuid

from tests.faults.harness.clients import Clients
from tests.faults.harness.form import IN_FULL, MARKS, Figures, Form
from tests.faults.harness.oracle import judge
from tests.faults.harness.waiting import wait_until
from tests.faults.harness.world import Scene

pytestmark = MARKS
PER_SECOND = 10.0
CATCHING_UP = 120  # seconds that the effects may take once Redis is back


def test_agents_save_without_redis(scene: Scene, form: Form, figures: Figures) -> None:
    desk = scene.web().logged_in()
    scene.beat(**form.clock)
    scene.worker()
    scene.demandes(days=5)
    wait_until("the worker recounts before the fault", lambda: not scene.stale(), 60)
    scene.redis.kill()
    with Clients(desk, "F4", count=4, per_second=PER_SECOND) as clients:
        time.sleep(form.of(short=3, full=600))
    waiting, ledger = scene.stale(), clients.ledger
    scene.redis.start()
    caught_up = wait_until("the cells are recounted", lambda: not scene.stale(), CATCHING_UP)
    figures.note("F4", "saisies confirmées sans Redis", len(ledger.confirmed))
    figures.note("F4", "saisies refusées", ledger.refused)
    figures.note("F4", "saisie, 95e centile (s)", ledger.quantile(0.95))
    figures.note("F4", "saisie la plus lente (s)", ledger.slowest)
    late = sum(seconds > 1 for seconds in ledger.seconds)
    figures.note("F4", "saisies de plus d’une seconde", late)
    figures.note("F4", "cellules en attente au retour de Redis", waiting)
    figures.note("F4", "tout est recompté après le retour (s)", caught_up)
    assert judge(scene, ledger) == {}
    assert ledger.refused == 0
    assert ledger.quantile(0.95) < 1
    assert waiting


@IN_FULL
def test_control_a_save_that_rings_the_broker(scene: Scene, figures: Figures) -> None:
    """`on_commit(task.delay)`: stored, but the agent reads an error and types it again."""
    web = scene.web(FAULTS_MIDDLEWARE=["tests.faults.product.controls.RingsOnCommit"])
    desk = web.logged_in()
    assert desk.save(uuid.uuid4(), "Avant la panne").confirmed
    scene.redis.kill()
    answer = desk.save(uuid.uuid4(), "Pendant la panne")
    stored = scene.value("SELECT count(*) FROM contacts_demande WHERE subject = 'Pendant la panne'")
    figures.note("F4", "témoin : message envoyé à chaque saisie, réponse", answer.status)
    assert (answer.confirmed, stored) == (False, 1)
