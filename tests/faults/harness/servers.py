"""PostgreSQL and Valkey of a run: started by the launcher's own code, then broken on purpose.

Whoever answers on a socket is asked for its process number: an answer of any other process makes
the run invalid.
"""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg2
import redis
from launching import keeper, processes
from launching.postgres import DATABASE, ROLE, Postgres
from launching.server import Server
from launching.valkey import Valkey

from tests.faults.harness.waiting import wait_until

ALONE = 30.0  # seconds for the children of a killed server to go


class InvalidRun(Exception):
    """Something else than the server we started answers: nothing measured here counts."""


class Owned:
    """A server on a socket of its own, that can be killed, frozen and started again."""

    def __init__(self, server: Server) -> None:
        server.home.mkdir()
        self.server = server
        self.runtime = keeper.new_runtime_directory(server)
        self.sockets = self.runtime / keeper.SOCKETS
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self.server.url(self.sockets)

    @property
    def pid(self) -> int:
        if self.child is None or self.child.poll() is not None:
            raise InvalidRun(f"{self.server.title} is not running")
        return self.child.pid

    def start(self) -> None:
        self.child = self.server.start(self.sockets)
        self.check_identity()

    def answering_pid(self) -> int:
        raise NotImplementedError

    def check_identity(self) -> None:
        found = self.answering_pid()
        if found != self.pid:
            raise InvalidRun(f"{self.server.title}: {found} answers, {self.pid} was started")

    def kill(self) -> None:
        """Kill -9 of the server and of every child of it, and wait until none is left.

        Stopped first, it cannot make another child meanwhile.
        """
        pid = self.pid
        os.kill(pid, signal.SIGSTOP)
        born = [(child, processes.birth(child)) for child in children_of(pid)]
        for target in (*(child for child, _ in born), pid):
            os.kill(target, signal.SIGKILL)
        assert self.child is not None
        self.child.wait(ALONE)
        wait_until(
            f"the children of {self.server.title} go",
            lambda: all(processes.birth(child) != birth for child, birth in born),
            ALONE,
            every=0.005,
        )

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def ensure_running(self) -> None:
        """Whatever a test did to it: the next one finds it well."""
        if self.child is None or self.child.poll() is not None:
            self.start()
        else:
            self.thaw()

    def end(self) -> None:
        if self.child is not None and self.child.poll() is None:
            self.thaw()
            processes.stop(self.child, *self.server.stop_signals)
        self.server.forget()
        shutil.rmtree(self.runtime, ignore_errors=True)


class OwnPostgres(Owned):
    """Durable, unlike the server of the other tests: a confirmed commit is on disk."""

    def __init__(self, home: Path) -> None:
        super().__init__(Postgres(home, throwaway=False))

    def dsn(self, database: str) -> str:
        return f"host={self.sockets} port=5432 user={ROLE} dbname={database}"

    def url_of(self, database: str) -> str:
        return self.url.replace(f"/{DATABASE}?", f"/{database}?")

    def answering_pid(self) -> int:
        """The parent of the backend that answers, when `postmaster.pid` says the same."""
        link = psycopg2.connect(self.dsn(DATABASE))
        try:
            with link.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                [(backend,)] = cursor.fetchall()
            parent = parent_of(backend)
        finally:
            link.close()
        noted = int((self.server.data / "postmaster.pid").read_text().splitlines()[0])
        return parent if parent == noted else noted

    def clone(self, model: str, name: str) -> None:
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{model}"')

    def drop(self, name: str) -> None:
        self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _administer(self, statement: str) -> None:
        link = psycopg2.connect(self.dsn("postgres"))
        try:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute(statement)
        finally:
            link.close()


class OwnValkey(Owned):
    """Without any file of its own: what it held is lost when it is killed."""

    def __init__(self, home: Path) -> None:
        super().__init__(Valkey(home, throwaway=True))

    def answering_pid(self) -> int:
        with self.client() as client:
            return int(client.info("server")["process_id"])

    def client(self) -> "redis.Redis":
        return redis.Redis.from_url(self.url, socket_timeout=5)


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
