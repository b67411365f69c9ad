"""The cache that nobody waits for: Redis while it answers at once, else the process's own memory.

Only rate limits live here. While Redis is away each web process counts alone, so that a ceiling is
multiplied by the number of processes: a weaker limit, but never none, and never an error.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

# Seconds during which nobody asks a Redis that has just failed; then one request tries again.
REST = 15.0
SPARE_ENTRIES = 20_000


class Breaker:
    """Whether to ask Redis at all; shared by the threads of a process, each with its own cache."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next_try: float | None = None  # null while Redis answers

    def lets_through(self) -> bool:
        with self._lock:
            if self._next_try is None:
                return True
            if (now := time.monotonic()) < self._next_try:
                return False
            self._next_try = now + REST  # nobody else waits for this try
            return True

    def note_failure(self) -> None:
        with self._lock:
            self._next_try = time.monotonic() + REST

    def note_success(self) -> bool:
        """True when Redis has just come back."""
        with self._lock:
            was_away, self._next_try = self._next_try is not None, None
        return was_away


breaker = Breaker()


class ImpatientCache(BaseCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._redis = RedisCache(server, params)
        spare = {**params, "OPTIONS": {"MAX_ENTRIES": SPARE_ENTRIES}}
        self._spare = LocMemCache("redis-away", spare)

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        return self._ask(lambda cache: cache.add(key, value, timeout, version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask(lambda cache: cache.get(key, default, version))

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._ask(lambda cache: cache.set(key, value, timeout, version))

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._ask(lambda cache: cache.touch(key, timeout, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._ask(lambda cache: cache.delete(key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return self._ask(lambda cache: cache.incr(key, delta, version))

    def clear(self) -> None:
        self._ask(lambda cache: cache.clear())

    def _ask(self, question: Callable[[BaseCache], Result]) -> Result:
        if breaker.lets_through():
            try:
                answer = question(self._redis)
            except (RedisError, OSError) as error:
                breaker.note_failure()
                logger.warning("Rate limits without Redis for now: %s", type(error).__name__)
            else:
                if breaker.note_success():
                    self._spare.clear()
                return answer
        return question(self._spare)
