"""What the clients know: which contact they sent, which was confirmed to them, and how fast."""

import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Self

from tests.faults.harness.desk import Answer, Desk


@dataclass
class Ledger:
    """The subject names an entry, whatever key the server stored it under."""

    name: str
    sent: dict[uuid.UUID, str] = field(default_factory=dict)
    confirmed: dict[uuid.UUID, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    refused: int = 0  # sendings cut, or answered by an error
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

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
                self.refused += 1

    @property
    def slowest(self) -> float:
        return max(self.seconds)

    def quantile(self, share: float) -> float:
        """Nearest rank, in seconds, over the confirmed sendings."""
        ranked = sorted(self.seconds)
        return ranked[max(0, round(share * len(ranked) + 0.5) - 1)]

    def packed(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "sent": {str(key): subject for key, subject in self.sent.items()},
            "confirmed": [str(key) for key in self.confirmed],
            "seconds": self.seconds,
            "refused": self.refused,
        }

    def take(self, packed: dict[str, Any]) -> Self:
        """What the clients of another process have noted under the same name."""
        self.sent = {uuid.UUID(key): subject for key, subject in packed["sent"].items()}
        self.confirmed = {uuid.UUID(key): packed["sent"][key] for key in packed["confirmed"]}
        self.seconds, self.refused = packed["seconds"], packed["refused"]
        return self


def insist(desk: Desk, ledger: Ledger, key: uuid.UUID, subject: str, *, seconds: float) -> bool:
    """Sends the same form until it is confirmed, as an agent who presses the button again."""
    until = time.monotonic() + seconds
    while True:
        answer = desk.save(key, subject)
        ledger.note(key, answer)
        if answer.confirmed:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
