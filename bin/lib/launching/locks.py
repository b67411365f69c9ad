"""File locks: the kernel lets go of them when their holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self


class FileLock:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def share(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def try_take(self) -> bool:
        return self._attempt(fcntl.LOCK_EX)

    def try_share(self) -> bool:
        return self._attempt(fcntl.LOCK_SH)

    def _attempt(self, mode: int) -> bool:
        try:
            fcntl.flock(self._file, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def exclusively(path: Path) -> Iterator[None]:
    with FileLock(path) as lock:
        lock.take()
        yield


def is_held(path: Path) -> bool:
    """False also when its folder has gone: a throw-away server left while we were asking."""
    try:
        with FileLock(path) as lock:
            return not lock.try_share()
    except FileNotFoundError:
        return False
