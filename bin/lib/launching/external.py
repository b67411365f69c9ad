"""Servers that the person brings: looked at before anything starts, refused in one line."""

import os
from urllib.parse import urlsplit

from launching.places import Refusal

POSTGRES_SCHEMES = {"postgres", "postgresql", "psql", "pgsql"}
REDIS_SCHEMES = {"redis", "rediss", "unix"}
EXAMPLE = {
    "DATABASE_URL": "postgresql://nom:motdepasse@localhost:5432/marianne",
    "REDIS_URL": "redis://localhost:6379/0",
}
EMBEDDED = {"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Valkey"}


def database_url() -> str | None:
    url = os.environ.get("DATABASE_URL")
    if url:
        check_database(url)
    return url or None


def redis_url() -> str | None:
    url = os.environ.get("REDIS_URL")
    if url:
        check_redis(url)
    return url or None


def check_database(url: str) -> None:
    """Read as the settings will read it, then connected to."""
    from environ import Env
    from psycopg2 import Error, connect

    _check_scheme("DATABASE_URL", url, POSTGRES_SCHEMES)
    try:
        read = Env.db_url_config(url)
        options = {"connect_timeout": 5} | read.get("OPTIONS", {})
        connect(
            dbname=read["NAME"],
            user=read["USER"] or None,
            password=read["PASSWORD"] or None,
            host=read["HOST"] or options.pop("host", None),
            port=read["PORT"] or None,
            **options,
        ).close()
    except (Error, ValueError, TypeError) as error:
        raise _refusal("DATABASE_URL", error) from error


def check_redis(url: str) -> None:
    from redis import Redis, RedisError

    _check_scheme("REDIS_URL", url, REDIS_SCHEMES)
    try:
        with Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except (RedisError, ValueError) as error:
        raise _refusal("REDIS_URL", error) from error


def _check_scheme(name: str, url: str, schemes: set[str]) -> None:
    if urlsplit(url).scheme not in schemes:
        raise Refusal(
            f"{name} n'a pas la forme attendue (par exemple {EXAMPLE[name]}). {_mend(name)}"
        )


def _refusal(name: str, error: Exception) -> Refusal:
    """The server's own words on one line; libpq never repeats the password there."""
    reason = " ".join(str(error).split())
    return Refusal(f"{name} : connexion impossible ({reason}). {_mend(name)}")


def _mend(name: str) -> str:
    return f"Corrigez-la, ou retirez-la (unset {name}) pour le {EMBEDDED[name]} embarqué."
