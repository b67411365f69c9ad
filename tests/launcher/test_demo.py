"""bin/demo: the whole product comes up, tells where, and goes without a trace."""

import http.client
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.launcher.places import Place, Started, eventually, free_port

pytestmark = pytest.mark.xdist_group("launcher")

READY = "Ctrl-C pour arrêter"


@contextmanager
def demo(place: Place) -> Iterator[tuple[Started, int]]:
    port = free_port()
    with place.started("demo", "--port", str(port), "--demandes", "20") as started:
        assert started.says(READY), started.text
        yield started, port


def status(port: int, path: str) -> int:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        link.request("GET", path, headers={"Host": f"localhost:{port}"})
        return link.getresponse().status
    finally:
        link.close()


def members(place: Place, word: str) -> list[int]:
    return [pid for pid, command in place.processes().items() if word in command]


def left(place: Place) -> dict[int, str]:
    eventually(lambda: not place.processes(), 20)
    return place.processes()


def test_a_day_of_the_demo(shared_place: Place) -> None:
    """One start serves many looks: starting costs more than all of them."""
    with demo(shared_place) as (started, port):
        assert f"http://localhost:{port}/" in started.text
        for role in ("agent", "responsable", "qualite", "admin"):
            assert f"{role}@demo.example" in started.text
        assert (shared_place.var / "mot_de_passe_demo").read_text() in started.text
        assert status(port, "/sante/") == 200

        second = shared_place.run("demo")
        assert second.returncode == 1
        assert second.stderr.splitlines() == [
            f"bin/demo tourne déjà ici (http://localhost:{port}/) : "
            "Ctrl-C dans son terminal l'arrête."
        ]

        script = (
            "from directory.models import Organisation as O; from django.conf import settings as s;"
            "print(O.objects.exists(), s.PUBLIC_BASE_URL)"
        )
        asked = shared_place.run("manage", "shell", "--no-imports", "-c", script)
        assert asked.stdout == f"True http://localhost:{port}\n"
        assert status(port, "/sante/") == 200

        # As a terminal does it: the whole group gets the signal at once.
        os.killpg(started.child.pid, signal.SIGINT)
        assert started.child.wait(60) == 0
    assert left(shared_place) == {}
    assert not (shared_place.var / "demo.url").exists()


def test_a_killed_demo_leaves_nobody_and_starts_again(shared_place: Place) -> None:
    with demo(shared_place) as (started, _):
        assert eventually(lambda: len(worker(shared_place)) == 3)  # the main one and its two
        started.child.kill()
        started.child.wait()
        assert left(shared_place) == {}
    with demo(shared_place) as (started, port):
        assert status(port, "/sante/") == 200
        assert started.end(signal.SIGTERM) == 128 + signal.SIGTERM
    assert left(shared_place) == {}


def test_a_member_that_dies_is_named_and_stops_the_rest(shared_place: Place) -> None:
    with demo(shared_place) as (started, _):
        os.kill(worker(shared_place)[0], signal.SIGKILL)
        assert started.child.wait(60) == 1
        assert started.text.splitlines()[-1].startswith("Le worker Celery : arrêt imprévu")
    assert left(shared_place) == {}


def worker(place: Place) -> list[int]:
    """The worker's main process comes first: its children have higher numbers."""
    return sorted(members(place, "celery -A marianne worker"))


def test_a_port_already_taken_is_one_line(place: Place) -> None:
    import socket

    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        done = place.run("demo", "--port", str(door.getsockname()[1]))
    [line] = done.stderr.splitlines()
    assert line.startswith(f"Port {door_port(line)} indisponible")
    assert "--port" in line
    assert done.returncode == 1


def door_port(line: str) -> int:
    return int(line.split()[1])


def test_fresh_spares_a_brought_database(place: Place) -> None:
    done = place.run("demo", "--fresh", DATABASE_URL=os.environ["DATABASE_URL"])
    [line] = done.stderr.splitlines()
    assert line.startswith("--fresh n'efface que la base embarquée")
    assert done.returncode == 1


def test_fresh_starts_over(place: Place) -> None:
    place.run("manage", "version")
    kept = place.var / "serveurs" / "valkey" / "donnees" / "appendonlydir"
    assert kept.exists()
    old = [*place.outside(), kept]
    words = ("--fresh", "--demandes", "20", "--port", str(free_port()))
    with place.started("demo", *words) as started:
        assert started.says("Migration de la base")
        new = place.outside()
        started.end(signal.SIGTERM)
    assert not set(new) & set(old)
    assert not any(path.exists() for path in place.outside() if path in old)
    assert left(place) == {}
