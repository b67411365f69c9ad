"""F8: PostgreSQL and all its processes are killed with -9 under eight agents who save."""

import time

from tests.faults.harness.clients import Clients
from tests.faults.harness.desk import Desk
from tests.faults.harness.form import MARKS, Figures, Form
from tests.faults.harness.ledger import Ledger
from tests.faults.harness.oracle import judge
from tests.faults.harness.world import Scene

pytestmark = MARKS
AGENTS = 8


def shoot(
    scene: Scene, desk: Desk, form: Form, name: str, kills: int
) -> tuple[Ledger, list[float]]:
    """Kills and starts the server again under the clients; each return to life in seconds."""
    down = []
    with Clients(desk, name, count=AGENTS) as clients:
        for _ in range(kills):
            time.sleep(form.dice.uniform(1, 2) * form.of(short=1, full=6))
            start = time.monotonic()
            scene.postgres.kill()
            scene.postgres.start()
            down.append(time.monotonic() - start)
        time.sleep(0.5)
    return clients.ledger, down


def test_confirmed_survive_a_crash(scene: Scene, form: Form, figures: Figures) -> None:
    desk = scene.web().logged_in()
    ledger, down = shoot(scene, desk, form, "F8", form.of(short=2, full=20))
    scene.ask("recount")
    figures.note("F8", "kill -9 de PostgreSQL et de ses processus", len(down))
    figures.note("F8", "contacts confirmés", len(ledger.confirmed))
    figures.note("F8", "envois refusés ou coupés, puis renvoyés", ledger.refused)
    figures.note("F8", "retour de PostgreSQL, le plus long (s)", max(down))
    assert judge(scene, ledger) == {}
    assert ledger.confirmed.keys() == ledger.sent.keys()
    assert ledger.refused


TRIES = 10


def test_control_commits_that_are_not_waited_for(
    scene: Scene, form: Form, figures: Figures
) -> None:
    """`synchronous_commit=off`: what was confirmed in the last moments before a kill is lost."""
    scene.rows(f'ALTER DATABASE "{scene.database}" SET synchronous_commit = off')
    desk = scene.web().logged_in()
    for tried in range(1, TRIES + 1):
        ledger, _down = shoot(scene, desk, form, f"F8t{tried}", 1)
        found = judge(scene, ledger)
        if "I1" in found:
            break
    figures.note("F8", f"témoin : synchronous_commit=off, essai {tried}", found.get("I1", "rien"))
    assert "I1" in found
