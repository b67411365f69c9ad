"""Requests a second of a page: the same gunicorn and the same client for both sides."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from launching import processes
from launching.places import ROOT

from bench.databases import Database

WORKERS, THREADS, CONNECTIONS = 2, 4, 8
# A token that is its own secret: what the cookie holds is what the form sends.
CSRF = "c" * 32
BARE = {"DJANGO_SETTINGS_MODULE": "bench.bare.settings"}
Fields = Callable[[], dict[str, str]]


@dataclass(frozen=True)
class Page:
    """One address of a running server, asked again and again by somebody logged in."""

    socket_path: Path
    path: str
    session: str
    expected: int
    fields: Fields | None = None

    def request(self) -> bytes:
        cookie = f"sessionid={self.session}; csrftoken={CSRF}"
        head = f"{self.path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n"
        if self.fields is None:
            return f"GET {head}\r\n".encode()
        body = urlencode({"csrfmiddlewaretoken": CSRF, **self.fields()})
        return (
            f"POST {head}Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def rate_over(self, seconds: float) -> Callable[[], float]:
        return lambda: self.rate(seconds)

    def rate(self, seconds: float) -> float:
        """Requests a second over so many seconds, on a few connections kept open."""
        start = time.perf_counter()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            asked = [pool.submit(self._ask, start + seconds) for _ in range(CONNECTIONS)]
            answered = sum(one.result() for one in asked)
        return answered / (time.perf_counter() - start)

    def _ask(self, until: float) -> int:
        answered = 0
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(str(self.socket_path))
            while time.perf_counter() < until:
                link.sendall(self.request())
                status, body = _answer(link)
                if status != self.expected:
                    raise RuntimeError(f"{self.path}: {status}\n{body[:2000].decode()}")
                answered += 1
        return answered


def _answer(link: socket.socket) -> tuple[int, bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(link)
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields[b"content-length"]):
        body += _some(link)
    return int(head.split(b" ", 2)[1]), body


def _some(link: socket.socket) -> bytes:
    received = link.recv(1 << 16)
    if not received:
        raise RuntimeError("the server closed the connection")
    return received


@contextmanager
def gunicorn(application: str, database: Database, **env: str) -> Iterator[Path]:
    """The socket of a server that runs this application on this database."""
    with tempfile.TemporaryDirectory(prefix="marianne-web-") as place:
        path, log = Path(place, "web.sock"), Path(place, "web.log")
        command = [
            *(sys.executable, "-m", "gunicorn", application, "--bind", f"unix:{path}"),
            *("--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "60"),
            *("--preload", "--worker-tmp-dir", place, "--log-level", "warning"),
            *("--no-control-socket",),
        ]
        environment = os.environ | {"DATABASE_URL": database.url} | env
        with log.open("wb") as output:
            child = processes.spawn(command, log=output, env=environment, cwd=ROOT)
        try:
            _wait(path, log, child)
            yield path
        except Exception as error:
            error.add_note(log.read_text()[-3000:])
            raise
        finally:
            processes.stop(child, signal.SIGTERM)


def _wait(path: Path, log: Path, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not _answers(path):
        if child.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"gunicorn did not start:\n{log.read_text()}")
        time.sleep(0.05)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as link:
        try:
            link.connect(str(path))
        except OSError:
            return False
    return True


def run(module: str, *arguments: str, database: Database, **env: str) -> str:
    """What a Python module prints, run as a child on this database."""
    done = subprocess.run(  # noqa: S603 our own modules
        [sys.executable, "-m", module, *arguments],
        env=os.environ | {"DATABASE_URL": database.url} | env,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.strip()


def collect_static() -> None:
    """Pages name their style sheets by fingerprint."""
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)
