"""A program of the product in a process group of its own, killed as a whole."""

import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from launching import processes
from launching.places import ROOT, tail

from tests.faults.harness.waiting import wait_until


@dataclass
class Group:
    title: str
    child: subprocess.Popen[bytes]
    log: Path

    @property
    def leader(self) -> int:
        return self.child.pid

    def alive(self) -> bool:
        return self.child.poll() is None

    def count(self, words: str) -> int:
        """How many lines of its log hold these words."""
        return sum(words in line for line in self.log.read_text(errors="replace").splitlines())

    def says(self, words: str) -> bool:
        return self.count(words) > 0

    def wait_for(self, words: str, seconds: float) -> float:
        """Until its log holds these words; a program that ended meanwhile is a failure."""

        def said() -> bool:
            if not self.alive():
                raise AssertionError(f"{self.title} ended:\n{tail(self.log, 40)}")
            return self.says(words)

        return wait_until(f"{self.title} says “{words}”", said, seconds)

    def finish(self, seconds: float) -> int:
        """The status of a program that ends by itself."""
        wait_until(f"{self.title} ends", lambda: not self.alive(), seconds)
        return self.child.wait()

    def kill(self) -> None:
        """Kill -9 of the whole group; returns once nothing of it is left."""
        if members(self.leader):
            os.killpg(self.leader, signal.SIGKILL)
        self.child.wait(10)
        wait_until(f"{self.title} is gone", lambda: not members(self.leader), 10, every=0.01)


def start(
    title: str,
    command: Sequence[str],
    *,
    env: dict[str, str],
    log: Path,
    death: signal.Signals = signal.SIGKILL,
    pass_fds: Sequence[int] = (),
) -> Group:
    with log.open("ab") as output:
        child = processes.spawn(
            command,
            death=death,
            log=output,
            env=env,
            cwd=ROOT,
            pass_fds=pass_fds,
            start_new_session=True,
        )
    return Group(title, child, log)


def members(leader: int) -> list[int]:
    """Living processes of that group."""
    found = []
    for directory in Path("/proc").iterdir():
        if directory.name.isdecimal():
            try:
                fields = (directory / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[2]) == leader and fields[0] != "Z":
                found.append(int(directory.name))
    return found
