"""The whole product on this machine, in the foreground, until Ctrl-C."""

import argparse
import http.client
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from launching import environment, keeper, steps
from launching.crew import Asked, Crew, Member, block_signals, failure
from launching.django_servers import Servers, servers
from launching.locks import FileLock
from launching.places import EMBEDDED, LOGS, VAR, Refusal, elapsed, explain, refusing, say

FIRST_PORT = 8000
CLOCK = VAR / "horloge"
LOGINS = {
    "agent d'accueil": "agent@demo.example",
    "responsable": "responsable@demo.example",
    "qualité": "qualite@demo.example",
    "administration": "admin@demo.example",
}


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    os.umask(0o077)
    with only_one():
        if options.fresh:
            start_over()
        block_signals()
        try:
            with listening_socket(options.port) as door:
                say("Démarrage de PostgreSQL et de Valkey…")
                with servers() as found, looking_behind(found):
                    show(found, door, options.demandes)
        except Asked as asked:
            print("\nArrêté.", flush=True)
            return 0 if asked.number == signal.SIGINT else 128 + asked.number
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/demo", description="Lance Marianne sur cette machine, pour l'essayer."
    )
    parser.add_argument("--port", type=int, help="port de 127.0.0.1 (8000 ou le premier libre)")
    parser.add_argument("--fresh", action="store_true", help="efface les données et recommence")
    parser.add_argument(
        "--demandes", type=int, default=20_000, help="taille de la ville de démonstration"
    )
    return parser.parse_args(arguments)


@contextmanager
def only_one() -> Iterator[None]:
    with FileLock(VAR / "demo.verrou") as lock:
        if not lock.try_take():
            where = environment.running_demo_url() or "elle démarre"
            raise Refusal(
                f"bin/demo tourne déjà ici ({where}) : Ctrl-C dans son terminal l'arrête."
            )
        environment.URL_NOTE.unlink(missing_ok=True)  # a killed one left it
        try:
            yield
        finally:
            environment.URL_NOTE.unlink(missing_ok=True)


def start_over() -> None:
    """Deletes the data of the embedded servers; secrets and libraries stay."""
    if environment.is_set("DATABASE_URL"):
        raise Refusal(
            "--fresh n'efface que la base embarquée : videz vous-même celle de DATABASE_URL, "
            "ou retirez cette variable."
        )
    for kind, server in keeper.KINDS.items():
        home = EMBEDDED / kind
        with FileLock(home / keeper.USERS) as users:
            if not users.try_take():
                raise Refusal(f"Un bin/manage utilise encore {server.title} : attendez sa fin.")
            server(home, throwaway=False).forget()
            shutil.rmtree(home)
    shutil.rmtree(CLOCK, ignore_errors=True)


# --- The door --------------------------------------------------------------------------------
@contextmanager
def listening_socket(port: int | None) -> Iterator[socket.socket]:
    """Held from the start, so that nobody takes the port while the product gets ready."""
    door = open_door(port) if port is not None else first_free_door()
    with door:
        yield door


def open_door(port: int) -> socket.socket:
    door = socket.socket()
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", port))
        door.listen(128)
    except (OSError, OverflowError) as error:
        door.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise Refusal(
            f"Port {port} indisponible ({reason}) : choisissez-en un autre avec --port, "
            "ou laissez bin/demo prendre le premier libre."
        ) from error
    return door


def first_free_door() -> socket.socket:
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        with suppress(Refusal):
            return open_door(port)
    raise Refusal(
        f"Aucun port libre de {FIRST_PORT} à {FIRST_PORT + 99} : donnez-en un avec --port."
    )


# --- The show --------------------------------------------------------------------------------
def show(found: Servers, door: socket.socket, demandes: int) -> None:
    port = door.getsockname()[1]
    url = f"http://localhost:{port}/"
    env = found.env | {"PUBLIC_BASE_URL": url.rstrip("/")}
    with Crew(env) as crew:
        prepare(crew, found, "migrations", "static")
        say("Démarrage du serveur web…")
        server = crew.start("Le serveur web", "web", web(door), pass_fds=[door.fileno()])
        prepare(crew, found, "town", demandes=demandes)
        crew.watch_over(lambda: answers(port, server))
        seconds = elapsed()
        # Without its servers a worker would wait for ever; an interrupted task is done again.
        crew.start("Le worker Celery", "worker", worker(), death=signal.SIGKILL)
        crew.start("L'horloge Celery", "beat", beat(), death=signal.SIGKILL)
        environment.URL_NOTE.write_text(url)
        announce(url, seconds, found)
        crew.watch_over(lambda: lost_server(found))


@contextmanager
def looking_behind(found: Servers) -> Iterator[None]:
    """What fails in front may have its cause in a server: its log is read too."""
    try:
        yield
    except Refusal as refusal:
        causes = filter(None, (explain(lease.last_words(80)) for lease in found.leases))
        raise Refusal(next(causes, str(refusal))) from refusal


def prepare(crew: Crew, found: Servers, *names: str, demandes: int = 0) -> None:
    """Does what is due, each step with its own line; nothing when all is done."""
    due = steps.due(found, *names)
    if due:
        command = steps.command(found, due, "--demandes", str(demandes))
        crew.run("La préparation des données", command, LOGS / "preparation.log")


def web(door: socket.socket) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "marianne.wsgi", "--bind", f"fd://{door.fileno()}"),
        *("--workers", "2", "--threads", "4", "--preload", "--no-control-socket"),
        *("--access-logfile", "-", "--graceful-timeout", "5"),
    ]


def celery(*words: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "marianne", *words, "--loglevel", "INFO"]


def worker() -> list[str]:
    return celery("worker", "--concurrency", "2", "--without-gossip", "--without-mingle")


def beat() -> list[str]:
    CLOCK.mkdir(exist_ok=True)
    return celery("beat", "--schedule", str(CLOCK / "horaire"), "--pidfile=")


def answers(port: int, web: Member) -> bool:
    """Whether the home page, or where it sends us, is a plain 200; else not yet, or never."""
    path = "/"
    for _ in range(5):
        status, location = ask(port, path)
        if status in {0, 200}:
            return status == 200
        if status not in {301, 302}:
            raise failure(web, f"La page d'accueil répond {status}")
        path = urlsplit(location)._replace(scheme="", netloc="").geturl()
    return False


def ask(port: int, path: str) -> tuple[int, str]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        link.request("GET", path, headers={"Host": f"localhost:{port}"})
        answer = link.getresponse()
    except (OSError, http.client.HTTPException):
        return 0, ""
    else:
        return answer.status, answer.getheader("Location", "")
    finally:
        link.close()


def announce(url: str, seconds: float, found: Servers) -> None:
    print(f"\nMarianne répond en {seconds:.0f} s : {url}\n")
    for role, login in LOGINS.items():
        print(f"  {role:<16} {login}")
    print(f"  mot de passe     {found.env['MARIANNE_DEMO_PASSWORD']}")
    print(f"\nJournaux dans {LOGS}. Ctrl-C pour arrêter ; bin/demo reprendra où l'on en était.")
    sys.stdout.flush()


def lost_server(found: Servers) -> bool:
    for lease in found.leases:
        if not lease.alive():
            end = lease.last_words()
            raise Refusal(explain(end) or f"{end}\n{lease.title} : arrêt imprévu ({lease.log}).")
    return False


if __name__ == "__main__":
    with refusing():
        sys.exit(main(sys.argv[1:]))
