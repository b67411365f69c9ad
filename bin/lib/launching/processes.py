"""Starting children that never outlive their parent, and ending them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        _libc.prctl(option, value)


def _dies_with_parent(parent: int, death: signal.Signals) -> Callable[[], None]:
    def prepare_child() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        _prctl(PR_SET_PDEATHSIG, death)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return prepare_child


def spawn(
    command: Sequence[str | Path],
    *,
    death: signal.Signals = signal.SIGTERM,
    log: IO[bytes] | None = None,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Starts a child that gets `death` when this process dies, be it by kill -9."""
    if log is not None:
        options |= {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
    return subprocess.Popen(
        [str(word) for word in command],
        preexec_fn=_dies_with_parent(os.getpid(), death),
        **options,
    )


def stop(child: subprocess.Popen[bytes], *signals: signal.Signals, patience: float = 10) -> None:
    """Asks with each signal in turn, waiting `patience` seconds; the last word is SIGKILL."""
    for number in (*signals, signal.SIGKILL):
        if child.poll() is not None:
            return
        child.send_signal(number)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            continue


def birth(pid: int) -> int | None:
    """When the process was born, in ticks since boot: with its number, that names it for good."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else int(fields[19])


def end_orphan(pid: int, born: int | None, death: signal.Signals) -> None:
    """Waits for a server that lost its keeper; it was told to stop, so force comes last."""
    for attempt in range(100):
        if born is None or birth(pid) != born:
            return
        if attempt in {20, 60}:
            os.kill(pid, death if attempt == 20 else signal.SIGKILL)
        time.sleep(0.1)


def adopt_orphans() -> None:
    """Makes grandchildren whose parent died our children, so that none can be lost."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_leftovers() -> None:
    """Kills and reaps every child that remains, once each was asked to stop."""
    for pid in children():
        os.kill(pid, signal.SIGKILL)
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def children() -> list[int]:
    try:
        text = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(word) for word in text.split()]
