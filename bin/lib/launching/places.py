"""Where the launcher keeps things, and how it speaks to the person in front of it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# A test gives another place than the checkout's own; nothing but tools and libraries is shared.
VAR = Path(os.environ.get("MARIANNE_VAR", ROOT / "var")).resolve()
EMBEDDED = VAR / "serveurs"
LOGS = VAR / "journaux"
STARTED = float(os.environ.get("MARIANNE_STARTED", time.time()))


class Refusal(Exception):
    """What stops the launcher, told in one French line with its mend."""


@contextmanager
def refusing() -> Iterator[None]:
    """Turns a refusal, or a full disk, into one line on stderr and exit status 1."""
    try:
        yield
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        known = explain(str(error))
        if known is None:
            raise
        sys.exit(known)


def elapsed() -> float:
    return time.time() - STARTED


def say(text: str) -> None:
    print(f"[{elapsed():3.0f} s] {text}", flush=True)


def tail(log: Path, lines: int = 15) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def explain(text: str) -> str | None:
    """The French line for a failure whose cause can be read in a log; None for the others."""
    if "No space left on device" in text:
        return (
            f"Plus de place sur le disque : libérez environ 600 Mo (données dans {VAR}) "
            "puis relancez."
        )
    return None
