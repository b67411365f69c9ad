"""bin/manage: the command's own output and status, on servers that others may be using."""

import os
import subprocess

import django
import pytest

from tests.launcher.places import ROOT, Place, eventually

pytestmark = pytest.mark.xdist_group("launcher")

TABLES = (
    "from django.db import connection as c; "
    "from django.db.migrations.executor import MigrationExecutor as E; e = E(c); "
    "assert not e.migration_plan(e.loader.graph.leaf_nodes()); "
)


def shell(script: str) -> list[str]:
    return ["shell", "--no-imports", "-c", script]


def only_line(text: str) -> str:
    [line] = text.splitlines()
    return line


def test_stdout_is_the_commands_alone(shared_place: Place) -> None:
    done = shared_place.run("manage", *shell(TABLES + "print('seul')"))
    assert done.stdout == "seul\n", done.stderr
    assert done.returncode == 0
    for name in ("cle_secrete", "mot_de_passe_demo"):
        assert (shared_place.var / name).stat().st_mode & 0o777 == 0o600


def test_it_is_silent_when_all_is_ready_and_nothing_runs_afterwards(shared_place: Place) -> None:
    shared_place.run("manage", *shell("pass"))
    done = shared_place.run("manage", "version")
    assert (done.stdout, done.stderr) == (f"{django.get_version()}\n", "")
    assert shared_place.processes() == {}


def test_status_and_directory_are_passed_on(shared_place: Place) -> None:
    done = subprocess.run(
        [ROOT / "bin" / "manage", *shell("import os; print(os.getcwd()); raise SystemExit(7)")],
        env=shared_place.env,
        cwd="/usr",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (7, "/usr\n")


def test_a_short_command_leaves_the_servers_to_a_long_one(shared_place: Place) -> None:
    note = shared_place.var / "note"
    script = (
        "import pathlib, time; from django.db import connection as c; c.ensure_connection(); "
        f"note = pathlib.Path({str(note)!r}); note.touch()\n"
        "while note.exists(): time.sleep(0.05)\n"
        "c.cursor().execute('SELECT 1'); print('encore là')"
    )
    shared_place.run("manage", *shell("pass"))  # tells of its migrations, where it is the first
    with shared_place.started("manage", *shell(script)) as long:
        assert eventually(note.exists)
        assert shared_place.run("manage", "version").returncode == 0
        note.unlink()
        assert long.child.wait(60) == 0
        assert long.text == "encore là\n"
    assert shared_place.processes() == {}


# --- Servers that are brought ----------------------------------------------------------------
BAD = {
    "no such form": ("mysql://localhost/x", "n'a pas la forme attendue"),
    "no port": ("postgresql://localhost:abc/x", "connexion impossible"),
    "nobody there": ("postgresql://u:tres-secret@127.0.0.1:1/x", "connexion impossible"),
    "no directory": ("postgresql:///x?host=/nonexistent", "connexion impossible"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_database_url_is_one_line_with_its_mend(place: Place, name: str) -> None:
    url, said = BAD[name]
    done = place.run("manage", "version", DATABASE_URL=url)
    line = only_line(done.stderr)
    assert line.startswith("DATABASE_URL")
    assert said in line
    assert "unset DATABASE_URL" in line
    assert "tres-secret" not in line
    assert (done.returncode, done.stdout) == (1, "")


def test_a_bad_redis_url_is_one_line_with_its_mend(place: Place) -> None:
    done = place.run("manage", "version", REDIS_URL="redis://127.0.0.1:1/0")
    line = only_line(done.stderr)
    assert line.startswith("REDIS_URL : connexion impossible")
    assert "unset REDIS_URL" in line
    assert done.returncode == 1


def test_brought_servers_are_used(place: Place) -> None:
    brought = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    script = "from django.conf import settings as s; print(s.DATABASES['default']['OPTIONS'])"
    done = place.run("manage", "shell", "--no-imports", "-c", script, **brought)
    assert brought["DATABASE_URL"].partition("host=")[2] in done.stdout
    assert not (place.var / "serveurs").exists()
