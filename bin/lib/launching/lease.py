"""Using an embedded server: it runs while anybody does, whoever came first."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from launching import keeper
from launching.locks import FileLock, exclusively, is_held
from launching.places import EMBEDDED, ROOT, Refusal, tail


class Lease:
    def __init__(self, kind: str, home: Path | None = None, *, throwaway: bool = False) -> None:
        self.title = keeper.KINDS[kind].title
        self.kind = kind
        self._home = home or EMBEDDED / kind
        self._throwaway = throwaway
        self.url = ""
        self.data = self._home

    @property
    def log(self) -> Path:
        return self._home / f"{self.kind}.log"

    def last_words(self, lines: int = 15) -> str:
        return tail(self.log, lines)

    def alive(self) -> bool:
        return is_held(self._home / keeper.KEEPER)

    def __enter__(self) -> Self:
        self._home.mkdir(parents=True, exist_ok=True)
        self._users = FileLock(self._home / keeper.USERS)
        self._users.share()  # waits for a keeper that is leaving
        try:
            with exclusively(self._home / "entree.verrou"):
                if not (self.alive() and keeper.read_state(self._home).get("pid")):
                    self._start_keeper()
            state = keeper.read_state(self._home)
            self.url, self.data = str(state["url"]), Path(state["data"])
        except BaseException:
            self._users.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Leaves; the last to leave waits until the server has stopped and nothing remains."""
        self._users.release()
        deadline = time.monotonic() + 60
        while self._home.exists() and self.alive() and time.monotonic() < deadline:
            if not self._users.try_take() and self._users.try_share():
                break  # somebody else still uses the server
            self._users.release()
            time.sleep(0.05)
        self._users.close()

    def _start_keeper(self) -> None:
        journal = self._home / "gardien.log"
        command = [sys.executable, "-m", "launching.keeper", self.kind, str(self._home)]
        with journal.open("wb") as log:
            child = subprocess.Popen(
                command + ["--throwaway"] * self._throwaway,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                cwd="/",
                env={**os.environ, "PYTHONPATH": str(ROOT / "bin" / "lib")},
            )
        assert child.stdout is not None  # noqa: S101 for the type checker
        with child.stdout as answer:
            line = answer.read().decode().strip()
        child.wait()
        if line != keeper.READY:
            raise Refusal(line or f"{self.title} n'a pas démarré :\n{tail(journal)}")


@contextmanager
def throwaway(kind: str) -> Iterator[Lease]:
    """A server of one's own, without a trace: for the tests."""
    home = Path(tempfile.mkdtemp(prefix=f"marianne-{kind}-", dir="/tmp"))
    try:
        with Lease(kind, home, throwaway=True) as lease:
            yield lease
    finally:
        shutil.rmtree(home, ignore_errors=True)
