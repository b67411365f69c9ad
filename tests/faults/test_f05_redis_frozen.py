"""F5: Redis frozen (it accepts connections and never answers), or dead: nobody waits for it."""

import uuid
from collections import defaultdict

from tests.faults.harness.form import MARKS, Figures, Form
from tests.faults.harness.journey import journey
from tests.faults.harness.oracle import judge
from tests.faults.harness.world import Scene, Web

pytestmark = MARKS
# The limits go through the cache as in production, but let one address log in all day long.
LIMITS = {"login_failed": "9999/5m/ip,9999/5m/key", "login": "9999/m/ip"}
LONGEST = 1.0  # second: what an agent may wait for, whatever Redis does


def walk(scene: Scene, web: Web, times: int) -> dict[str, float]:
    """The slowest answer of each kind in seconds; a wrong answer counts as endless."""
    slowest: dict[str, float] = defaultdict(float)
    for _ in range(times):
        for what, answer, status in journey(scene, web):
            seconds = answer.seconds if answer.status == status else float("inf")
            slowest[what] = max(slowest[what], seconds)
    return slowest


def test_nobody_waits_for_redis(scene: Scene, form: Form, figures: Figures) -> None:
    times, web = form.of(short=1, full=50), scene.web(ACCOUNT_RATE_LIMITS=LIMITS)
    walk(scene, web, 1)
    for title, break_it in (("figé", scene.redis.freeze), ("mort", scene.redis.kill)):
        break_it()
        found = walk(scene, web, times)
        worst = max(found, key=lambda what: found[what])
        figures.note("F5", f"Redis {title}, requête la plus lente : {worst} (s)", found[worst])
        assert {what: seconds for what, seconds in found.items() if seconds > LONGEST} == {}
    scene.ask("recount")
    assert judge(scene) == {}


def test_control_requests_that_wait_for_redis(scene: Scene, figures: Figures) -> None:
    """The framework's own cache as it comes, and a message sent by each save: both hang."""
    plain = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": scene.redis.url}
    rings = "tests.faults.product.controls.RingsOnCommit"
    web = scene.web(CACHES={"default": plain}, FAULTS_MIDDLEWARE=[rings])
    desk = web.logged_in()
    assert desk.save(uuid.uuid4(), "Avant la panne").confirmed
    scene.redis.freeze()
    desk.patience = 1.5 * LONGEST
    for title, answer in (
        ("message envoyé à chaque saisie", desk.save(uuid.uuid4(), "Pendant la panne")),
        ("cache sans délai maximal", desk.log_in()),
    ):
        figures.note("F5", f"témoin : {title}, interrompu à (s)", answer.seconds)
        assert answer.seconds > LONGEST
