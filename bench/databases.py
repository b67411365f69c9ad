"""Databases of one run: each is a copy of a migrated, empty one, and goes when it is done with."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from django.core.management import call_command
from django.db import connection

TEMPLATE = "marianne"  # the database that the launcher makes, once migrated
EMPTY = "template1"


@dataclass(frozen=True)
class Database:
    """A database that this process can turn to; `url` is for its children."""

    name: str

    @property
    def url(self) -> str:
        parts = urlsplit(os.environ["DATABASE_URL"])
        return urlunsplit(parts._replace(path=f"/{self.name}"))

    def use(self) -> None:
        """Every query of this process goes there from now on."""
        if connection.settings_dict["NAME"] != self.name:
            connection.close()
            connection.settings_dict["NAME"] = self.name


def prepare() -> None:
    """The model of all others."""
    call_command("migrate", interactive=False, verbosity=0)


@contextmanager
def database(name: str, *, template: str = TEMPLATE) -> Iterator[Database]:
    """A fresh database, in use from the start; dropped at the end, whoever is connected."""
    _alone(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        made = Database(name)
        made.use()
        yield made
    finally:
        _alone(f"DROP DATABASE {name} WITH (FORCE)")


def _alone(statement: str) -> None:
    """Run from the maintenance database: a model is copied only while nobody is connected to it."""
    Database("postgres").use()
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()
