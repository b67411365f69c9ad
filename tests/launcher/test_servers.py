"""The embedded servers: who may reach them, how long they live, what a kill leaves behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from launching import keeper
from launching.lease import Lease, throwaway
from launching.places import Refusal
from launching.postgres import NOBODY, PACKAGE, PROGRAMS, copy_programs
from launching.server import package_directory, short_enough
from redis import Redis

from tests.launcher.places import ROOT, Place, eventually, runs

pytestmark = pytest.mark.xdist_group("launcher")


@pytest.fixture
def home(place: Place) -> Path:
    return place.var / "serveurs" / "postgres"


@pytest.fixture
def valkey_home(place: Place) -> Path:
    return place.var / "serveurs" / "valkey"


def state(home: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((home / keeper.STATE).read_text())
    return found


def server_pid(home: Path) -> int:
    return int(state(home)["pid"])


def keeper_pid(home: Path) -> int:
    stat = Path(f"/proc/{server_pid(home)}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    link = psycopg2.connect(url)
    try:
        with link, link.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        link.close()


def ping(url: str) -> bool:
    with Redis.from_url(url) as client:
        return bool(client.ping())


# --- What is served, and to whom -------------------------------------------------------------
def test_postgresql_is_what_the_product_needs(home: Path) -> None:
    with Lease("postgres", home) as lease:
        assert ask(lease.url, "SELECT version() LIKE 'PostgreSQL 18%'") == [(True,)]
        assert ask(lease.url, "SHOW listen_addresses") == [("",)]
        assert ask(lease.url, "SHOW fsync") == [("on",)]
        assert ask(lease.url, "SHOW data_checksums") == [("on",)]
        assert ask(lease.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [
            (False,)
        ]
        cluster = "SELECT pg_encoding_to_char(encoding), datlocale FROM pg_database"
        assert ask(lease.url, f"{cluster} WHERE datname = current_database()") == [
            ("UTF8", "C.UTF-8")
        ]
        for extension in ("btree_gist", "pg_trgm", "unaccent"):
            ask(lease.url, f"CREATE EXTENSION {extension}")


def test_valkey_evicts_nothing_and_listens_on_no_port(valkey_home: Path) -> None:
    with Lease("valkey", valkey_home) as lease, Redis.from_url(lease.url) as client:
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("kind", ["postgres", "valkey"])
def test_another_user_cannot_reach_a_socket(kind: str, place: Place) -> None:
    home = place.var / "serveurs" / kind
    with Lease(kind, home):
        sockets = Path(state(home)["runtime"]) / keeper.SOCKETS
        [socket] = [path for path in sockets.iterdir() if path.is_socket()]
        script = f"import socket; socket.socket(socket.AF_UNIX).connect({str(socket)!r})"
        python = Path("/usr/bin/python3")
        if not python.exists():
            pytest.skip("no Python that another user may run")
        as_root = subprocess.run([python, "-c", script], check=False, capture_output=True)
        stranger = subprocess.run(
            [python, "-c", script],
            check=False,
            capture_output=True,
            user=12345,
            group=12345,
            cwd="/",
        )
    assert as_root.returncode == 0
    assert b"PermissionError" in stranger.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as nobody")
def test_root_runs_postgresql_as_nobody(home: Path) -> None:
    with Lease("postgres", home):
        assert Path(f"/proc/{server_pid(home)}").stat().st_uid == 65534


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_programs_copied_out_of_a_closed_checkout_run() -> None:
    """A checkout below /root: nobody cannot read there, and each program brings its libraries."""
    copy = Path(tempfile.mkdtemp(dir="/var/tmp"))
    try:
        copy.chmod(0o755)
        copy_programs(package_directory(PACKAGE).parent, copy / "ici")
        for program in ("initdb", "postgres", "psql", "pg_dump"):
            command = [str(copy / "ici" / PROGRAMS / program), "--version"]
            done = subprocess.run(
                command,
                check=False,
                capture_output=True,
                text=True,
                user=NOBODY,
                group=NOBODY,
                cwd="/",
            )
            assert "PostgreSQL" in done.stdout, done.stderr
    finally:
        shutil.rmtree(copy)


def test_a_socket_path_too_long_is_refused() -> None:
    short = Path("/", "a" * 106)
    assert short_enough(short) == short
    with pytest.raises(Refusal, match="trop long"):
        short_enough(Path("/", "a" * 107))


# --- How long they live ----------------------------------------------------------------------
def test_the_last_user_stops_the_server(valkey_home: Path) -> None:
    with Lease("valkey", valkey_home) as first:
        pid, runtime = server_pid(valkey_home), Path(state(valkey_home)["runtime"])
        with Lease("valkey", valkey_home) as second:
            assert second.url == first.url
        assert ping(first.url)
        assert server_pid(valkey_home) == pid
    assert not runs(pid)
    assert not runtime.exists()


def test_a_server_outlives_the_one_who_started_it(valkey_home: Path) -> None:
    first = Lease("valkey", valkey_home)
    first.__enter__()
    with Lease("valkey", valkey_home) as second:
        first.__exit__()
        assert ping(second.url)


def test_data_last_from_one_start_to_the_next(home: Path) -> None:
    with Lease("postgres", home) as lease:
        ask(lease.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    with Lease("postgres", home) as lease:
        assert ask(lease.url, "SELECT answer FROM kept") == [(42,)]


def test_a_throwaway_server_leaves_nothing() -> None:
    with throwaway("postgres") as lease:
        assert ask(lease.url, "SHOW fsync") == [("off",)]
        data, log = lease.data, lease.log
        assert data.exists()
    assert not data.exists()
    assert not log.parent.exists()


# --- Kills -----------------------------------------------------------------------------------
HOLD = """
import sys
from pathlib import Path
from launching.lease import Lease
with Lease(sys.argv[1], Path(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holding(kind: str, home: Path, place: Place) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, kind, home],
        env=place.env | {"PYTHONPATH": str(ROOT / "bin" / "lib")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as holder:
        yield holder
        holder.kill()


def test_a_killed_user_leaves_no_server(valkey_home: Path, place: Place) -> None:
    with holding("valkey", valkey_home, place) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        pid, runtime = server_pid(valkey_home), Path(state(valkey_home)["runtime"])
        holder.kill()
        holder.wait()
    assert eventually(lambda: not runs(pid) and not runtime.exists())


@pytest.mark.parametrize("whom", ["keeper", "keeper and server"])
def test_postgresql_starts_again_after_a_kill(whom: str, home: Path) -> None:
    with Lease("postgres", home) as lease:
        ask(lease.url, "CREATE TABLE kept AS SELECT 42 AS answer")
        server, guard = server_pid(home), keeper_pid(home)
        runtime = Path(state(home)["runtime"])
        os.kill(guard, signal.SIGKILL)
        if whom == "keeper and server":
            os.kill(server, signal.SIGKILL)
        assert eventually(lambda: not lease.alive())
    with Lease("postgres", home) as lease:
        assert not runs(server)
        assert not runtime.exists()
        assert ask(lease.url, "SELECT answer FROM kept") == [(42,)]


def test_a_server_that_dies_is_seen_and_replaced(valkey_home: Path) -> None:
    with Lease("valkey", valkey_home) as lease:
        os.kill(server_pid(valkey_home), signal.SIGKILL)
        assert eventually(lambda: not lease.alive())
        with Lease("valkey", valkey_home) as another:
            assert ping(another.url)


def test_a_cluster_cut_short_is_made_again(home: Path, place: Place) -> None:
    """Killed in the middle of initdb: what it had written is not taken for a cluster."""
    with holding("postgres", home, place) as holder:
        assert eventually(lambda: any(found_clusters(home, place)))
        [guard] = [pid for pid, command in place.processes().items() if "keeper" in command]
        os.kill(guard, signal.SIGKILL)
        assert holder.wait(60) != 0
    with Lease("postgres", home) as lease:
        assert ask(lease.url, "SELECT 1") == [(1,)]


def found_clusters(home: Path, place: Place) -> list[Path]:
    return [path for base in (home, *place.outside()) for path in base.glob("*/PG_VERSION")]


def test_two_places_do_not_share_their_data(home: Path, place: Place) -> None:
    """A copied checkout brings along the note that says where root's data lie."""
    with Lease("postgres", home) as lease:
        ask(lease.url, "CREATE TABLE kept AS SELECT 42 AS answer")
        copy = place.var / "copie"
        shutil.copytree(home, copy, ignore=shutil.ignore_patterns("donnees"))
        with Lease("postgres", copy) as other:
            assert other.data != lease.data
            assert ask(other.url, "SELECT to_regclass('kept')") == [(None,)]
            shutil.rmtree(copy / "donnees", ignore_errors=True)
        if other.data.parent not in (copy, home):
            shutil.rmtree(other.data.parent)
        assert ask(lease.url, "SELECT answer FROM kept") == [(42,)]


def test_a_physical_backup_can_be_taken(home: Path, tmp_path: Path) -> None:
    """Nothing of ours lies among PostgreSQL's files, where root's could not be read."""
    with Lease("postgres", home) as lease:
        program = package_directory(PACKAGE).parent / PROGRAMS / "pg_basebackup"
        sockets = lease.url.partition("host=")[2]
        command: list[str | Path] = [
            program,
            "-h",
            sockets,
            "-U",
            "postgres",
            "-c",
            "fast",
            "-D",
            tmp_path / "copie",
        ]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
