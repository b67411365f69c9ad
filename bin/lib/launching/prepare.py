"""Readies the data, in one Django process.

python -m launching.prepare [migrations] [static] [town] [--data DIRECTORY] [--demandes N]
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from launching import steps
from launching.places import ROOT, say

ONE_AT_A_TIME = 1_789_1793  # an advisory lock of our own choosing


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("steps", nargs="+", choices=list(steps.FINGERPRINTS))
    parser.add_argument("--data", type=Path)
    parser.add_argument("--demandes", type=int)
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marianne.settings")
    django.setup()
    work: dict[str, Callable[[], None]] = {
        "migrations": migrate,
        "static": collect_static,
        "town": lambda: build_town(asked.demandes),
    }
    with one_at_a_time():
        for step in asked.steps:
            if not steps.is_current(step, asked.data):
                work[step]()
                stamp = steps.stamp(step, asked.data)
                if stamp is not None:
                    stamp.set()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands on a new database: the second waits, then finds everything done."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        yield
    connection.close()


def migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Migration de la base…")
        call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    from django.core.management import call_command

    say("Préparation des fichiers statiques…")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


def build_town(demandes: int) -> None:
    from django.apps import apps
    from django.core.management import call_command

    if not apps.get_model("directory", "Organisation").objects.exists():
        say(f"Construction de la ville de démonstration ({demandes} demandes)…")
        call_command("demo_town", demandes=demandes, stdout=sys.stderr)


if __name__ == "__main__":
    main()
