"""A management command with the demo's environment and data, and nothing else on stdout."""

import os
import signal
import subprocess
import sys

from launching import processes, steps
from launching.django_servers import servers
from launching.places import ROOT, refusing

# Those that tend migrations themselves, or have no use for the tables.
NEED_NO_TABLES = {
    *("migrate", "makemigrations", "showmigrations", "sqlmigrate", "squashmigrations"),
    *("optimizemigration", "help", "version", "--help", "--version", "check", "diffsettings"),
    *("makemessages", "compilemessages", "collectstatic", "findstatic", "startapp", "dbshell"),
}


def main(words: list[str]) -> int:
    os.umask(0o077)
    with servers() as found:
        if words and words[0] not in NEED_NO_TABLES and steps.due(found, "migrations"):
            status = run(steps.command(found, ["migrations"]), found.env, stdout=sys.stderr)
            if status != 0:
                return status
        return run([sys.executable, str(ROOT / "manage.py"), *words], found.env)


def run(command: list[str], env: dict[str, str], stdout: object = None) -> int:
    """Runs to the end, passing on the signals that are not the terminal's own."""
    child = processes.spawn(command, env=env, stdout=stdout)
    signal.signal(signal.SIGINT, lambda *_: None)  # the terminal tells the child as well
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: child.send_signal(received))
    return _status(child)


def _status(child: subprocess.Popen[bytes]) -> int:
    code = child.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    with refusing():
        sys.exit(main(sys.argv[1:]))
