"""A process full of clients, who log contacts until told to stop.

    python -m tests.faults.harness.clients '{"port": …, "cookies": …, "name": …, …}'

A line on its input ends it: every client insists until the entry it began is confirmed, then the
ledger goes out as one line of JSON. A process of its own, because the harness starts others and a
process with threads should not.
"""

import json
import select
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from typing import Self

from launching import processes
from launching.places import ROOT

from tests.faults.harness.desk import Desk
from tests.faults.harness.ledger import Ledger, insist

PATIENCE = 60.0  # seconds that a client insists on one entry


@dataclass(frozen=True)
class Orders:
    port: int
    cookies: dict[str, str]
    name: str
    count: int
    per_second: float | None = None  # all clients together; null: as fast as they can


class Clients:
    """`with Clients(…) as clients:`; afterwards `clients.ledger` says what they know."""

    def __init__(
        self, desk: Desk, name: str, *, count: int, per_second: float | None = None
    ) -> None:
        self.orders = Orders(desk.port, desk.cookies, name, count, per_second)
        self.ledger = Ledger(name)

    def __enter__(self) -> Self:
        words = [sys.executable, "-m", "tests.faults.harness.clients"]
        self._child = processes.spawn(
            [*words, json.dumps(asdict(self.orders))],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._child.stdout is not None
        try:
            output, _errors = self._child.communicate(b"stop\n", PATIENCE + 60)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.communicate()
            raise AssertionError("the clients never ended") from None
        self.ledger.take(json.loads(output))


def work(orders: Orders, over: threading.Event, ledger: Ledger) -> None:
    desk, next_at = Desk(orders.port, orders.cookies), time.monotonic()
    every = orders.count / orders.per_second if orders.per_second else 0.0
    while not over.is_set():
        key, subject = ledger.new_entry()
        insist(desk, ledger, key, subject, seconds=PATIENCE)
        next_at += every
        over.wait(max(0.0, next_at - time.monotonic()))


def main(orders: Orders) -> None:
    over, ledger = threading.Event(), Ledger(orders.name)
    threads = [
        threading.Thread(target=work, args=(orders, over, ledger)) for _ in range(orders.count)
    ]
    for thread in threads:
        thread.start()
    select.select([sys.stdin], [], [])
    over.set()
    for thread in threads:
        thread.join()
    print(json.dumps(ledger.packed()))


if __name__ == "__main__":
    main(Orders(**json.loads(sys.argv[1])))
