"""One Django process that readies the data: migrations, static files, the demo town.

python -m launching.prepare [--static] [--town DEMANDES] [--migrations-stamp PATH]
"""

import argparse
import os
import sys
from pathlib import Path

import django

from launching import fingerprints
from launching.places import ROOT, VAR, say


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--static", action="store_true")
    parser.add_argument("--town", type=int)
    parser.add_argument("--migrations-stamp", type=Path)
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marianne.settings")
    django.setup()
    migrate(asked.migrations_stamp)
    if asked.static:
        collect_static()
    if asked.town is not None:
        build_town(asked.town)


def migrate(stamp_path: Path | None) -> None:
    from django.core.management import call_command

    stamp = stamp_path and fingerprints.Stamp(stamp_path, fingerprints.migrations())
    if stamp and stamp.is_current():
        return
    if is_behind():
        say("Migration de la base…")
        call_command("migrate", interactive=False, verbosity=0)
    if stamp:
        stamp.set()


def is_behind() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def collect_static() -> None:
    from django.core.management import call_command

    stamp = fingerprints.Stamp(VAR / "statique.empreinte", fingerprints.static_files())
    if not stamp.is_current():
        say("Préparation des fichiers statiques…")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.set()


def build_town(demandes: int) -> None:
    from django.apps import apps
    from django.core.management import call_command

    if not apps.get_model("directory", "Organisation").objects.exists():
        say(f"Construction de la ville de démonstration ({demandes} demandes)…")
        call_command("demo_town", demandes=demandes, stdout=sys.stderr)


if __name__ == "__main__":
    main()
