"""What the clients know: which contact they sent, which was confirmed to them, and how fast."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.harness.desk import Answer, Desk


@dataclass
class Ledger:
    """The subject names an entry whatever key the server stored it under."""

    name: str
    sent: dict[uuid.UUID, str] = field(default_factory=dict)
    confirmed: dict[uuid.UUID, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    unanswered: int = 0  # refused, cut, or answered by an error
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def new_entry(self) -> tuple[uuid.UUID, str]:
        with self._lock:
            key, subject = uuid.uuid4(), f"{self.name} {len(self.sent):06}"
            self.sent[key] = subject
        return key, subject

    def note(self, key: uuid.UUID, answer: Answer) -> None:
        with self._lock:
            if answer.confirmed:
                self.confirmed[key] = self.sent[key]
                self.seconds.append(answer.seconds)
            else:
                self.unanswered += 1

    @property
    def slowest(self) -> float:
        return max(self.seconds)

    def quantile(self, share: float) -> float:
        """Nearest rank, in seconds, over the confirmed saves."""
        ranked = sorted(self.seconds)
        return ranked[max(0, round(share * len(ranked) + 0.5) - 1)]


def insist(
    desk: Desk, ledger: Ledger, key: uuid.UUID, subject: str, *, until: float, pause: float = 0.05
) -> bool:
    """Sends the same form until it is confirmed, as an agent who presses the button again."""
    while True:
        answer = desk.save(key, subject)
        ledger.note(key, answer)
        if answer.confirmed:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(pause)


class Writers:
    """Threads that log contacts until told to stop; each insists on every entry it began."""

    def __init__(
        self,
        make_desk: Callable[[], Desk],
        ledger: Ledger,
        *,
        count: int,
        per_second: float | None = None,
        patience: float = 60,
    ) -> None:
        self.ledger = ledger
        self._make_desk = make_desk
        self._every = count / per_second if per_second else 0.0
        self._patience = patience
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._write) for _ in range(count)]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(self._patience + 40)
        assert not any(thread.is_alive() for thread in self._threads), "a writer never ended"

    def _write(self) -> None:
        desk, next_at = self._make_desk(), time.monotonic()
        while not self._over.is_set():
            key, subject = self.ledger.new_entry()
            insist(desk, self.ledger, key, subject, until=time.monotonic() + self._patience)
            next_at += self._every
            self._over.wait(max(0.0, next_at - time.monotonic()))
