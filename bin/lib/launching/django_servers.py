"""The two servers Django needs, embedded or brought, and the environment that names them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from launching import environment, external
from launching.lease import Lease


@dataclass
class Servers:
    env: dict[str, str]
    leases: list[Lease]

    # Beside the data of our own PostgreSQL; none when the database was brought.
    data: Path | None = None


@contextmanager
def servers() -> Iterator[Servers]:
    database, broker = external.database_url(), external.redis_url()
    with ExitStack() as stack:
        found = Servers(environment.for_demo(), [])
        for name, kind, url in (
            ("DATABASE_URL", "postgres", database),
            ("REDIS_URL", "valkey", broker),
        ):
            if url is None:
                lease = stack.enter_context(Lease(kind))
                found.leases.append(lease)
                if kind == "postgres":
                    found.data = lease.data.parent
                url = lease.url
            found.env[name] = url
        yield found
