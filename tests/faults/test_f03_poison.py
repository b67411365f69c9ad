"""F3: one row among a thousand makes its recount fail, or kills the process that recounts it."""

import time

from tests.faults.harness.form import IN_FULL, MARKS, Figures, Form
from tests.faults.harness.groups import Group
from tests.faults.harness.oracle import judge
from tests.faults.harness.waiting import wait_until
from tests.faults.harness.world import Scene

pytestmark = MARKS
RAISER, KILLER = "2021-03-10", "2021-06-15"
CELLS = 1_000
TRIES = 5  # how often a recount is begun before its mark is set aside
OTHERS_DONE = 60  # seconds
KILLED = "exited with 'signal 9"

RAISES = f"""
    CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.received_on = '{RAISER}' THEN RAISE EXCEPTION 'poison'; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER poison BEFORE INSERT ON engagements_daytally
        FOR EACH ROW EXECUTE FUNCTION poison();
"""
# The control: nothing remembers how often a recount was begun.
FORGETS = """
    CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN NEW.attempts := 0; RETURN NEW; END $$;
    CREATE TRIGGER forget BEFORE UPDATE ON engagements_staletally
        FOR EACH ROW EXECUTE FUNCTION forget();
"""
SET_ASIDE = """
    SELECT received_on::text FROM engagements_staletally WHERE set_aside_at IS NOT NULL ORDER BY 1
"""
COUNTED = "SELECT count(DISTINCT received_on) FROM engagements_daytally"
INCIDENTS = "SELECT count(*) FROM engagements_incident WHERE kind = 'set_aside'"


def deaths(worker: Group) -> int:
    """Children of the pool that were killed."""
    return worker.count(KILLED)


def test_poison_is_set_aside(scene: Scene, form: Form, figures: Figures) -> None:
    """One recount raises, another kills its process: a SIGKILL, as when memory is exhausted."""
    scene.rows(RAISES)
    scene.demandes(days=CELLS)
    scene.beat(**form.clock)
    worker = scene.worker("--concurrency", "2", FAULTS_POISON=KILLER)
    seconds = wait_until("the others are counted", lambda: not scene.stale(), OTHERS_DONE)
    time.sleep(form.of(short=1, full=20))
    lost = deaths(worker)  # in all: a bounded number is better than a slow loop
    figures.note("F3", f"cellules fautives mises de côté parmi {CELLS}", 2)
    figures.note("F3", "les autres sont comptées après (s)", seconds)
    figures.note("F3", "processus tués par l’une d’elles, en tout", lost)
    assert 2 <= lost <= TRIES + 1
    assert scene.rows(SET_ASIDE) == [(RAISER,), (KILLER,)]
    assert scene.value(INCIDENTS) == 2
    assert scene.value(COUNTED) == CELLS - 2
    assert judge(scene) == {}


@IN_FULL
def test_control_without_counting_attempts(scene: Scene, form: Form, figures: Figures) -> None:
    """The poison comes back for ever, and what stands behind it is never counted."""
    scene.rows(FORGETS)
    scene.demandes(days=CELLS)
    scene.beat(**form.clock)
    worker = scene.worker("--concurrency", "2", FAULTS_POISON=KILLER)
    wait_until("the loop goes on", lambda: deaths(worker) > 2 * TRIES, OTHERS_DONE)
    found = judge(scene)
    figures.note("F3", "témoin : sans compter les essais, processus tués", deaths(worker))
    assert "I3" in found
