"""F12: two clocks at once, a clock that was dead, a system clock that was moved.

The system's clock is nobody's to move: what the product has written of its last successes is moved
the other way, which is the same to it.
"""

import time

from tests.faults.harness.form import IN_FULL, MARKS, Figures, Form
from tests.faults.harness.oracle import judge
from tests.faults.harness.waiting import wait_until
from tests.faults.harness.world import Scene

pytestmark = MARKS
TICK = 0.5  # second between two wake-ups, in both forms: the product's own is ten minutes
CAUGHT_UP = 30  # seconds

# The nightly jobs, and how long after midnight in Paris each falls due.
NIGHTLY = {"refresh_due_dates": "15 minutes", "extend_working_days": "5 minutes"}
LOG_RUNS = """
    CREATE TABLE runs (name text, at timestamptz);
    CREATE FUNCTION log_run() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' OR NEW.last_success_at IS DISTINCT FROM OLD.last_success_at THEN
            INSERT INTO runs SELECT NEW.name, now() WHERE NEW.last_success_at IS NOT NULL;
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER log_run AFTER INSERT OR UPDATE ON jobs_periodicjob
        FOR EACH ROW EXECUTE FUNCTION log_run();
"""
# A test that runs over midnight sees two nights.
RUNS = """
    SELECT name, count(*) FROM runs WHERE name = %s
    GROUP BY name, ((at AT TIME ZONE 'Europe/Paris') - %s::interval)::date
"""
MOVE = """
    ALTER TABLE jobs_periodicjob DISABLE TRIGGER log_run;
    UPDATE jobs_periodicjob SET last_success_at = last_success_at + %s::interval;
    UPDATE engagements_staletally SET marked_at = marked_at + %s::interval;
    ALTER TABLE jobs_periodicjob ENABLE TRIGGER log_run;
    TRUNCATE runs;
"""
# The control: nothing remembers the last success.
FORGETS = """
    CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO runs SELECT NEW.name, now() WHERE NEW.last_success_at IS NOT NULL;
        NEW.last_success_at := NULL;
        RETURN NEW;
    END $$;
    CREATE TRIGGER forget BEFORE INSERT OR UPDATE ON jobs_periodicjob
        FOR EACH ROW EXECUTE FUNCTION forget();
"""


def runs(scene: Scene) -> list[tuple[str, int]]:
    """Each nightly job with how often it ran, a line per night."""
    return [
        (str(name), int(count))
        for job, since in NIGHTLY.items()
        for name, count in scene.rows(RUNS, job, since)
    ]


def all_ran(scene: Scene) -> bool:
    return {name for name, _count in runs(scene)} == NIGHTLY.keys()


def clocks(scene: Scene) -> None:
    """Two of them, and two workers."""
    for _ in range(2):
        scene.beat(FAULTS_EVERY_JOB=TICK)
        scene.worker("--concurrency", "2", wait=False)


def test_due_work_is_done_once(scene: Scene, form: Form, figures: Figures) -> None:
    scene.rows(LOG_RUNS)
    clocks(scene)
    wait_until("every nightly job runs", lambda: all_ran(scene), 60)
    quiet = form.of(short=3, full=60)
    time.sleep(quiet * TICK)
    assert {count for _name, count in runs(scene)} == {1}
    for title, moved in (
        ("horloge morte depuis un jour et 6 h", "-30 hours"),
        ("heure du système reculée de 3 h", "3 hours"),
    ):
        scene.demandes(days=3, first="2022-01-01" if "-" in moved else "2023-01-01")
        scene.rows(MOVE, moved, moved)
        seconds = wait_until("it is caught up", lambda: all_ran(scene), CAUGHT_UP)
        time.sleep(quiet * TICK)
        figures.note("F12", f"{title} : rattrapé une fois, après (s)", seconds)
        assert {count for _name, count in runs(scene)} == {1}
    scene.rows(MOVE, "-3 hours", "-3 hours")
    time.sleep(quiet * TICK)
    figures.note("F12", "heure avancée de 3 h : travaux refaits", len(runs(scene)))
    assert all(count == 1 for _name, count in runs(scene))
    assert judge(scene) == {}


@IN_FULL
def test_control_without_memory_of_the_last_success(scene: Scene, figures: Figures) -> None:
    scene.rows(LOG_RUNS + FORGETS)
    clocks(scene)
    wait_until("jobs run again", lambda: any(count > 2 for _, count in runs(scene)), 60)
    most = max(count for _name, count in runs(scene))
    figures.note("F12", "témoin : sans mémoire du dernier succès, passages par nuit", most)
