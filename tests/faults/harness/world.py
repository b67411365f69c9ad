"""The world of a run: its two servers, a model database, and a scene per fault."""

import itertools
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from launching import environment, processes
from launching.places import ROOT, tail
from launching.postgres import DATABASE

from tests.faults.harness import groups
from tests.faults.harness.desk import Desk
from tests.faults.harness.groups import Group
from tests.faults.harness.servers import OwnPostgres, OwnValkey
from tests.faults.harness.waiting import wait_until

PYTHON = sys.executable
ANSWER = 120.0  # seconds that the clerk may think
WAITING = """
    SELECT count(*) FROM engagements_staletally WHERE set_aside_at IS NULL
"""


class World:
    """Prepared once: PostgreSQL, Valkey, a migrated and seeded database to copy, and a clerk."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.postgres = OwnPostgres(place / "postgres")
        self.redis = OwnValkey(place / "valkey")
        self._numbers = itertools.count(1)

    def env(self, database: str) -> dict[str, str]:
        kept = {name: value for name, value in environment.base().items() if "PYTEST" not in name}
        return kept | {
            **environment.loopback(),
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "bin" / "lib"))),
            "DJANGO_SETTINGS_MODULE": "tests.faults.product.settings",
            "DATABASE_URL": self.postgres.url_of(database),
            "REDIS_URL": self.redis.url,
            "SECRET_KEY": "pour-les-pannes-seulement",
            "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "STATIC_ROOT": str(self.place / "statique"),
            "EMAIL_URL": "consolemail://",
            "WEB_WORKERS": "2",
        }

    def start(self) -> None:
        (self.place / "statique").mkdir()
        self.postgres.start()
        self.redis.start()
        command = [PYTHON, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
        subprocess.run(command, env=self.env(DATABASE), cwd=ROOT, check=True, timeout=120)
        with (self.place / "clerk.log").open("wb") as log:
            self.clerk = processes.spawn(
                [PYTHON, "-m", "tests.faults.harness.clerk"],
                death=signal.SIGKILL,
                env=self.env(DATABASE),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self.known: dict[str, Any] = self.ask(DATABASE, "seed")
        self.ask(DATABASE, "recount")

    def ask(self, database: str, verb: str, **arguments: Any) -> Any:
        """A question to the clerk, in that database; its failure is the test's."""
        assert self.clerk.stdin is not None
        assert self.clerk.stdout is not None
        question = {"database": database, "verb": verb, "arguments": arguments}
        self.clerk.stdin.write(json.dumps(question).encode() + b"\n")
        self.clerk.stdin.flush()
        if not select.select([self.clerk.stdout], [], [], ANSWER)[0]:
            raise AssertionError(f"the clerk did not answer “{verb}” within {ANSWER:g} s")
        answer = json.loads(self.clerk.stdout.readline() or b'{"error": "the clerk is dead"}')
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["answer"]

    def end(self) -> None:
        if hasattr(self, "clerk"):
            self.clerk.kill()
            self.clerk.communicate()
        self.redis.end()
        self.postgres.end()

    @contextmanager
    def scene(self) -> Iterator["Scene"]:
        """A copy of the model database and an empty Redis; whatever was started in it ends."""
        self.postgres.ensure_running()
        self.redis.ensure_running()
        with self.redis.client() as client:
            client.flushall()
        scene = Scene(self, f"essai{next(self._numbers)}")
        self.postgres.clone(DATABASE, scene.database)
        try:
            yield scene
        finally:
            scene.end()
            self.postgres.ensure_running()
            self.redis.ensure_running()
            self.postgres.drop(scene.database)


@contextmanager
def started_world() -> Iterator[World]:
    place = Path(tempfile.mkdtemp(prefix="marianne-pannes-", dir="/tmp"))
    place.chmod(0o711)
    world = World(place)
    try:
        world.start()
        yield world
    finally:
        world.end()
        shutil.rmtree(place, ignore_errors=True)


class Web(Group):
    port: int

    def desk(self) -> Desk:
        return Desk(self.port)

    def logged_in(self) -> Desk:
        desk = self.desk()
        answer = desk.log_in()
        assert answer.confirmed, f"login answered {answer.status}\n{tail(self.log, 30)}"
        return desk


class Scene:
    """One fault's database and processes."""

    def __init__(self, world: World, database: str) -> None:
        self.world = world
        self.database = database
        self.postgres, self.redis = world.postgres, world.redis
        self._stack = ExitStack()
        self._names = itertools.count(1)

    def end(self) -> None:
        self._stack.close()

    # --- Programs of the product ---------------------------------------------------------------
    def env(self, settings: dict[str, Any] | None = None) -> dict[str, str]:
        return self.world.env(self.database) | {"FAULTS_SETTINGS": json.dumps(settings or {})}

    def run(self, title: str, command: Sequence[str], **settings: Any) -> Group:
        """A program of the product; killed, at the latest, when the scene ends."""
        log = self.world.place / f"{self.database}-{next(self._names)}.log"
        group = groups.start(title, command, env=self.env(settings), log=log)
        # pytest shows what is printed here when the test fails: the folder itself is then gone.
        self._stack.callback(lambda: print(f"--- {title}\n{tail(log, 200)}"))
        self._stack.callback(group.kill)
        return group

    def web(self, **settings: Any) -> Web:
        """Gunicorn as in production, on a free port held before it starts."""
        door = self._stack.enter_context(socket.socket())
        door.bind(("127.0.0.1", 0))
        door.listen(128)
        command = [
            *(PYTHON, "-m", "gunicorn", "marianne.wsgi", "--config", "deploy/gunicorn.conf.py"),
            *("--bind", f"fd://{door.fileno()}"),
        ]
        log = self.world.place / f"{self.database}-{next(self._names)}.log"
        group = groups.start(
            "gunicorn", command, env=self.env(settings), log=log, pass_fds=[door.fileno()]
        )
        web = Web(group.title, group.child, group.log)
        web.port = door.getsockname()[1]
        self._stack.callback(web.kill)
        wait_until("gunicorn answers", lambda: self._is_up(web), 60)
        return web

    def _is_up(self, web: Web) -> bool:
        assert web.alive(), tail(web.log, 40)
        return web.desk().ask("GET", "/sante/").status == 200

    def worker(self, *words: str, wait: bool = True, **settings: Any) -> Group:
        name = f"w{next(self._names)}@essai"
        group = self._celery(
            "worker",
            *("--hostname", name, "--without-gossip", "--without-mingle"),
            *(words or ("--concurrency", "2")),
            **settings,
        )
        if wait:
            group.wait_for("ready.", 60)
        return group

    def beat(self, **settings: Any) -> Group:
        schedule = self.world.place / f"{self.database}-{next(self._names)}.horaire"
        return self._celery("beat", "--schedule", str(schedule), "--pidfile=", **settings)

    def _celery(self, *words: str, **settings: Any) -> Group:
        command = [PYTHON, "-m", "celery", "-A", "marianne", *words, "--loglevel", "INFO"]
        return self.run(f"celery {words[0]}", command, **settings)

    def manage(self, *words: str, **settings: Any) -> Group:
        return self.run(words[0], [PYTHON, "manage.py", *words], **settings)

    # --- What the database says ------------------------------------------------------------------
    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        link = psycopg2.connect(self.postgres.dsn(self.database))
        try:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            link.close()

    def value(self, statement: str, *values: Any) -> Any:
        [(found,)] = self.rows(statement, *values)
        return found

    def ask(self, verb: str, **arguments: Any) -> Any:
        return self.world.ask(self.database, verb, **arguments)

    def demandes(self, days: int, per_day: int = 1, first: str = "2021-01-01") -> int:
        """Demandes of so many days, each day a stale cell."""
        organisation = self.world.known["organisation"]
        made: int = self.ask(
            "demandes", organisation=organisation, days=days, per_day=per_day, first=first
        )
        return made

    def touch(self) -> None:
        self.ask("touch", organisation=self.world.known["organisation"])

    def stale(self) -> int:
        """Cells that wait for a recount; what was set aside for a human does not."""
        return int(self.value(WAITING))

    def ring(self, count: int = 1) -> str:
        """What beat sends to wake a worker; returns the queue."""
        queue: str = self.ask("ring", count=count)
        return queue
