"""A place of the launcher's own for a test, and what is left of it in the system."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MARIANNE_STARTED", "PUBLIC_BASE_URL")


def eventually(condition: Callable[[], bool], seconds: float = 90) -> bool:
    """Ample, because a test machine may be busy; a test that passes does not wait."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@dataclass
class Place:
    """What MARIANNE_VAR names: data, secrets and logs of one installation."""

    var: Path
    env: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        kept = {key: value for key, value in os.environ.items() if key not in OURS}
        self.env = kept | {"MARIANNE_VAR": str(self.var)}

    def run(self, program: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [ROOT / "bin" / program, *words],
            env=self.env | env,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    @contextmanager
    def started(self, program: str, *words: str) -> Iterator["Started"]:
        """A program in a process group of its own, as a terminal would start it."""
        output = self.var.with_suffix(f".{program}.txt")
        with output.open("wb") as file:
            child = subprocess.Popen(
                [ROOT / "bin" / program, *words],
                env=self.env,
                stdout=file,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            yield Started(child, output)
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    # --- What is left ------------------------------------------------------------------------
    def processes(self) -> dict[int, str]:
        """Every process born of this place, by its environment or its working directory."""
        return {pid: command for pid, command in _processes() if self._is_ours(pid)}

    def server_processes(self) -> list[int]:
        return [pid for pid, command in self.processes().items() if _is_server(command)]

    def outside(self) -> list[Path]:
        """Root's PostgreSQL keeps its data elsewhere."""
        notes = self.var.glob("serveurs/*/emplacement")
        return [Path(note.read_text()) for note in notes]

    def _is_ours(self, pid: int) -> bool:
        mark = f"MARIANNE_VAR={self.var}".encode()
        try:
            if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                return True
            where = Path(f"/proc/{pid}/cwd").readlink()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return False
        return any(home in (where, *where.parents) for home in (self.var, *self.outside()))


@dataclass
class Started:
    child: subprocess.Popen[bytes]
    output: Path

    @property
    def text(self) -> str:
        return self.output.read_text()

    def says(self, words: str) -> bool:
        eventually(lambda: words in self.text or self.child.poll() is not None, 240)
        return words in self.text

    def end(self, number: signal.Signals) -> int:
        self.child.send_signal(number)
        return self.child.wait(60)


def _processes() -> Iterator[tuple[int, str]]:
    for directory in Path("/proc").iterdir():
        if directory.name.isdecimal() and runs(int(directory.name)):
            try:
                words = (directory / "cmdline").read_bytes().split(b"\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            yield int(directory.name), b" ".join(words).decode(errors="replace")


def _is_server(command: str) -> bool:
    return "postgres" in command or "valkey-server" in command
