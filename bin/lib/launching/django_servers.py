"""The two servers Django needs, embedded or brought, and the environment that names them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from launching import environment, external
from launching.lease import Lease


@dataclass
class Servers:
    env: dict[str, str]
    leases: list[Lease]

    @property
    def embedded_database(self) -> Lease | None:
        return next((lease for lease in self.leases if lease.kind == "postgres"), None)


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
                url = lease.url
            found.env[name] = url
        yield found
