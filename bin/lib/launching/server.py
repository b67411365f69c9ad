"""What the keeper asks of a server: where it lives, how it starts, when it is ready."""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from launching.places import Refusal, explain, tail

SOCKET_PATH_MAX = 107  # sun_path, less its final zero


class Server(ABC):
    name: ClassVar[str]
    title: ClassVar[str]
    stop_signals: ClassVar[tuple[signal.Signals, ...]]

    def __init__(self, home: Path, *, throwaway: bool) -> None:
        self.home = home
        self.throwaway = throwaway
        self.data = home / "donnees"
        self.user: int | None = None  # whom the server runs as, when not as we are
        self.log = home / f"{self.name}.log"

    @abstractmethod
    def start(self, sockets: Path) -> subprocess.Popen[bytes]:
        """Starts the server with its socket in that directory; returns once it answers."""

    @abstractmethod
    def url(self, sockets: Path) -> str: ...

    def forget(self) -> None:  # noqa: B027 most servers keep everything below their home
        """Deletes the data kept outside the home."""

    def wait_until(self, ready: Callable[[], bool], child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 300
        while not ready():
            if child.poll() is not None or time.monotonic() > deadline:
                raise self.failure()
            time.sleep(0.02)

    def failure(self) -> Refusal:
        end = tail(self.log)
        return Refusal(
            explain(end) or f"{self.title} n'a pas démarré (journal {self.log}) :\n{end}"
        )


def package_directory(name: str) -> Path:
    """Where a wheel lies, without importing it: we want its programs alone."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise Refusal(f"La bibliothèque {name} manque : lancez bin/demo, qui l'installe.")
    return Path(spec.origin).parent


def short_enough(socket: Path) -> Path:
    if len(os.fsencode(socket)) > SOCKET_PATH_MAX:
        raise Refusal(f"Chemin de socket trop long : {socket} ; définissez un TMPDIR plus court.")
    return socket


def keep_previous(log: Path) -> None:
    """One log per start, and the one before it: enough to look into, and bounded."""
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
