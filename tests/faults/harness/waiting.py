"""Waiting for something, never for ever."""

import time
from collections.abc import Callable


def wait_until(
    what: str, ready: Callable[[], bool], seconds: float, *, every: float = 0.05
) -> float:
    """Returns how many seconds it took; says what did not happen when the time is over."""
    start = time.monotonic()
    while not ready():
        if time.monotonic() - start > seconds:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        time.sleep(every)
    return time.monotonic() - start
