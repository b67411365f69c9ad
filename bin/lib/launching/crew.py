"""The product's own processes under one roof: all run, or all stop."""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from launching import processes
from launching.places import LOGS, ROOT, Refusal, explain, tail
from launching.server import keep_previous

ENDINGS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


class Asked(BaseException):
    """Somebody asked the whole crew to stop: not an error."""

    def __init__(self, number: int) -> None:
        self.number = number


@dataclass
class Member:
    title: str
    child: subprocess.Popen[bytes]
    log: Path


class Crew:
    """Signals wait in line (they are blocked) until `watch` looks, so none cuts a step in two."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self._members: list[Member] = []

    def __enter__(self) -> Self:
        processes.adopt_orphans()
        return self

    def __exit__(self, *_: object) -> None:
        """Asks all at once, waits for them together, and leaves nobody behind."""
        running = [member.child for member in self._members if member.child.poll() is None]
        for child in running:
            child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 10
        for child in running:
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, deadline - time.monotonic()))
        processes.end_leftovers()

    def start(
        self,
        title: str,
        name: str,
        command: Sequence[str],
        *,
        death: signal.Signals = signal.SIGTERM,
        pass_fds: Sequence[int] = (),
    ) -> Member:
        path = LOGS / f"{name}.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        keep_previous(path)
        with path.open("wb") as log:
            child = processes.spawn(
                command, death=death, log=log, env=self.env, cwd=ROOT, pass_fds=pass_fds
            )
        member = Member(title, child, path)
        self._members.append(member)
        return member

    def run(self, title: str, command: Sequence[str], log: Path) -> None:
        """A step that ends by itself: its stdout is shown, its errors are kept for the log."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as errors:
            child = processes.spawn(command, env=self.env, cwd=ROOT, stderr=errors)
        self._members.append(Member(title, child, log))
        watch(lambda: child.poll() is not None)
        if child.returncode != 0:
            raise failure(self._members.pop())
        self._members.pop()

    def watch_over(self, until: Callable[[], bool]) -> None:
        """Waits; refuses as soon as a member is missing."""

        def checked() -> bool:
            for member in self._members:
                if member.child.poll() is not None:
                    raise failure(member)
            return until()

        watch(checked)


def failure(member: Member, what: str | None = None) -> Refusal:
    end = tail(member.log)
    told = what or f"{member.title} : arrêt imprévu"
    return Refusal(explain(end) or f"{end}\n{told} (journal {member.log}).")


def block_signals() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {*ENDINGS, signal.SIGCHLD})


def watch(until: Callable[[], bool]) -> None:
    """Looks at once when a child ends, and every tenth of a second besides."""
    while not until():
        seen = signal.sigtimedwait({*ENDINGS, signal.SIGCHLD}, 0.1)
        if seen is not None and seen.si_signo in ENDINGS:
            raise Asked(seen.si_signo)
