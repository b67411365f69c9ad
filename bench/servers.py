"""The two servers of a run: those of the product, with the settings of a small production machine.

Durable (every commit reaches the disk), unlike the servers of the tests; deleted at the end.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from launching import environment, processes
from launching.keeper import SOCKETS, new_runtime_directory
from launching.postgres import Postgres
from launching.server import Server
from launching.valkey import Valkey

# The same for both sides of every ratio, and printed with them.
TUNING = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "1GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "effective_cache_size": "4GB",
    "random_page_cost": "1.1",
}


class TunedPostgres(Postgres):
    def _settings(self, sockets: Path) -> list[str]:
        given = [word for key, value in TUNING.items() for word in ("-c", f"{key}={value}")]
        return [*super()._settings(sockets), *given]


@contextmanager
def running(server: Server) -> Iterator[str]:
    """The server's address while it runs; nothing of it remains afterwards."""
    runtime = new_runtime_directory(server)
    child = None
    try:
        child = server.start(runtime / SOCKETS)
        yield server.url(runtime / SOCKETS)
    finally:
        if child is not None:
            processes.stop(child, *server.stop_signals)
        server.forget()
        shutil.rmtree(runtime, ignore_errors=True)


@contextmanager
def servers() -> Iterator[Path]:
    """Both servers, named in the environment of this process and of its children.

    Yields a directory for files, deleted at the end like the rest.
    """
    before = dict(os.environ)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="marianne-mesure-")))
        urls = {}
        for name, kind in (("DATABASE_URL", TunedPostgres), ("REDIS_URL", Valkey)):
            home = place / kind.name
            home.mkdir()
            urls[name] = stack.enter_context(running(kind(home, throwaway=True)))
        stack.callback(_restore, before)
        os.environ.clear()
        os.environ |= environment.base() | environment.loopback() | urls
        os.environ |= {
            "SECRET_KEY": "pour-les-mesures-seulement",
            "STATIC_ROOT": str(place / "statique"),
            "DJANGO_SETTINGS_MODULE": "marianne.settings",
            "LOG_LEVEL": "ERROR",
        }
        yield place


def _restore(before: dict[str, str]) -> None:
    os.environ.clear()
    os.environ |= before
