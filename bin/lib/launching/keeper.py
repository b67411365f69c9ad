"""The process that owns one embedded server and ends with its last user.

    python -m launching.keeper postgres HOME [--throwaway]

Users share a lock on `utilisateurs.verrou`. The keeper takes that lock whole as soon as it can: it
then knows that nobody is left (even after kill -9) and that newcomers wait until it has gone.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from launching import processes
from launching.locks import FileLock
from launching.places import Refusal, explain
from launching.postgres import Postgres
from launching.server import Server
from launching.valkey import Valkey

KINDS: dict[str, type[Server]] = {"postgres": Postgres, "valkey": Valkey}
USERS, KEEPER, STATE = "utilisateurs.verrou", "gardien.verrou", "etat.json"
READY = "prêt"
SOCKETS = "s"


def main(kind: str, home: Path, *, throwaway: bool) -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.umask(0o077)
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _: asked.append(received))
    with FileLock(home / KEEPER) as presence, FileLock(home / USERS) as users:
        presence.take()
        server = KINDS[kind](home, throwaway=throwaway)
        try:
            clear_after_predecessor(server)
            keep(server, users, asked)
        except Refusal as refusal:
            report(str(refusal))
        except OSError as error:
            report(explain(str(error)) or f"{server.title} : {error}")
        finally:
            if throwaway:
                server.forget()
                shutil.rmtree(home, ignore_errors=True)


def keep(server: Server, users: FileLock, asked: list[int]) -> None:
    runtime = new_runtime_directory(server)
    try:
        child = server.start(runtime / SOCKETS)
        write_state(server, runtime, child)
        report(READY)
        while child.poll() is None and not asked and not users.try_take():
            time.sleep(0.1)
        processes.stop(child, *server.stop_signals)
    finally:
        shutil.rmtree(runtime, ignore_errors=True)
        (server.home / STATE).unlink(missing_ok=True)


# --- Where the sockets are -------------------------------------------------------------------
def new_runtime_directory(server: Server) -> Path:
    """A short path of our own; below it, a directory that only the server's user may enter."""
    runtime = Path(tempfile.mkdtemp(prefix="marianne-", dir=runtime_parent()))
    write_state(server, runtime, None)
    (runtime / SOCKETS).mkdir(mode=0o700)
    if server.user is not None:
        runtime.chmod(0o711)
        os.chown(runtime / SOCKETS, server.user, server.user)
    return runtime


def runtime_parent() -> Path:
    session = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"))
    if os.geteuid() != 0 and len(str(session)) < 60 and os.access(session, os.W_OK | os.X_OK):
        return session
    return Path("/tmp")  # noqa: S108 mkdtemp makes the name and keeps others out


# --- What the next keeper must know, should this one be killed -------------------------------
def write_state(server: Server, runtime: Path, child: subprocess.Popen[bytes] | None) -> None:
    state = {
        "home": str(server.home),
        "runtime": str(runtime),
        "data": str(server.data),
        "url": server.url(runtime / SOCKETS),
        "pid": child and child.pid,
        "born": child and processes.birth(child.pid),
    }
    draft = server.home / f"{STATE}.ebauche"
    draft.write_text(json.dumps(state))
    draft.replace(server.home / STATE)


def read_state(home: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads((home / STATE).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return state


def clear_after_predecessor(server: Server) -> None:
    state = read_state(server.home)
    if state.get("home") == str(server.home):  # else the checkout is a copy: leave its model alone
        if state["pid"]:
            processes.end_orphan(state["pid"], state["born"], server.stop_signals[0])
        shutil.rmtree(state["runtime"], ignore_errors=True)


def report(line: str) -> None:
    """Tells who started us how it went, and lets go of the pipe."""
    print(line, flush=True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    if os.fork():  # nobody's child: it stays when the one who started it leaves
        os._exit(0)
    main(sys.argv[1], Path(sys.argv[2]), throwaway="--throwaway" in sys.argv[3:])
