"""F6: Redis loses all it held (killed without a file, or emptied) with 5,000 messages queued."""

import time
from collections.abc import Callable

from tests.faults.harness.form import MARKS, Figures, Form
from tests.faults.harness.oracle import judge
from tests.faults.harness.waiting import wait_until
from tests.faults.harness.world import Scene

pytestmark = MARKS
CATCHING_UP = 120  # seconds
ENOUGH = 2  # seconds: a hundred times what twenty cells take


def empty(scene: Scene) -> None:
    with scene.redis.client() as client:
        client.flushall()


def crash(scene: Scene) -> None:
    scene.redis.kill()
    scene.redis.start()


LOSSES: dict[str, Callable[[Scene], None]] = {"Redis tué": crash, "Redis vidé": empty}


def queued(scene: Scene, count: int) -> None:
    """As many due effects as messages that announce them, and nobody yet to read these."""
    if scene.value("SELECT count(*) FROM contacts_demande"):
        scene.touch()
    else:
        scene.demandes(days=count)
    assert scene.stale() >= count
    queue = scene.ring(count)
    with scene.redis.client() as client:
        assert client.llen(queue) == count


def test_every_effect_still_happens(scene: Scene, form: Form, figures: Figures) -> None:
    count = form.of(short=300, full=5_000)
    for title, lose in LOSSES.items() if form.full else [*LOSSES.items()][:1]:
        queued(scene, count)
        lose(scene)
        programs = scene.worker(), scene.beat(**form.clock)
        seconds = wait_until("the cells are recounted", lambda: not scene.stale(), CATCHING_UP)
        figures.note("F6", f"{title}, messages perdus", count)
        figures.note("F6", f"{title}, tout est recompté après (s)", seconds)
        assert judge(scene) == {}
        for program in programs:
            program.kill()


def test_control_messages_alone(scene: Scene, figures: Figures) -> None:
    """Without the clock that looks into the table, what the queue held is all there was."""
    queued(scene, 20)
    empty(scene)
    scene.worker()
    time.sleep(ENOUGH)
    found = judge(scene)
    figures.note("F6", "témoin : messages seuls", " ".join(found))
    assert "I3" in found
