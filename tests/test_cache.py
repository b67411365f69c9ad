"""Redis away: rate limits go on in the memory of the process, and nobody waits beyond one try."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import TimeoutError as NoAnswer

from marianne import cache as module
from marianne.cache import Breaker, ImpatientCache

PARAMS = settings.CACHES["default"]
QUICK = 0.1  # seconds: less than one try


@pytest.fixture(autouse=True)
def _breaker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "breaker", Breaker())


@pytest.fixture
def frozen(tmp_path: Path) -> Iterator[str]:
    """A Redis that accepts connections and never answers."""
    path = tmp_path / "redis.sock"
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen()
        yield f"unix://{path}"


@pytest.fixture
def alive() -> ImpatientCache:
    cache = ImpatientCache(str(PARAMS["LOCATION"]), {**PARAMS, "KEY_PREFIX": "impatient"})
    cache.clear()
    return cache


def test_it_is_the_cache_of_the_product() -> None:
    assert PARAMS["BACKEND"] == "marianne.cache.ImpatientCache"


def test_with_redis_every_process_counts_together(alive: ImpatientCache) -> None:
    assert alive.add("tries", 1)
    neighbour = ImpatientCache(str(PARAMS["LOCATION"]), {**PARAMS, "KEY_PREFIX": "impatient"})
    assert neighbour.incr("tries") == 2
    assert alive.get("tries") == 2
    assert neighbour.touch("tries", 60)
    assert neighbour.delete("tries")
    assert alive.get("tries", "gone") == "gone"


def test_without_redis_it_counts_alone_and_only_the_first_request_waits(frozen: str) -> None:
    cache = ImpatientCache(frozen, PARAMS)
    cache.clear()
    start = time.monotonic()
    assert cache.add("tries", 0)
    assert not cache.add("tries", 0)
    assert [cache.incr("tries") for _ in range(3)] == [1, 2, 3]
    cache.set("seen", [1], 60)
    assert cache.get("seen") == [1]
    assert time.monotonic() - start < QUICK


def test_the_try_itself_is_short(frozen: str) -> None:
    start = time.monotonic()
    ImpatientCache(frozen, PARAMS).get("anything")
    assert time.monotonic() - start < 0.7  # s: two time-outs and some


def test_control_the_plain_cache_fails(frozen: str) -> None:
    with pytest.raises(NoAnswer):
        RedisCache(frozen, PARAMS).get("anything")


def test_one_request_at_a_time_looks_whether_redis_is_back(
    frozen: str, alive: ImpatientCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive.set("tries", 7)
    ImpatientCache(frozen, PARAMS).get("tries")
    assert alive.get("tries") is None  # nobody asks a Redis that has just failed
    alive.set("tries", 1)
    monkeypatch.setattr(module, "REST", 0.0)
    module.breaker.note_failure()
    assert alive.get("tries") == 7
    module.breaker.note_failure()
    monkeypatch.setattr(module, "REST", 60.0)
    assert module.breaker.lets_through()
    assert not module.breaker.lets_through()
    assert alive.get("tries") is None  # what was counted meanwhile was forgotten at its return
