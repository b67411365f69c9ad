"""A ceiling on answers from one network address; the address itself is kept nowhere."""

import hashlib
import hmac
import logging
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

# A counter's tablet or a town hall's network may carry a queue of people, not a robot.
ANSWERS_PER_HOUR = 500


def is_flooding(address: str, *, at: datetime) -> bool:
    """Count one more answer from this address; true beyond the ceiling of the hour.

    Without the cache nothing is refused: a lost limit costs less than lost answers.
    """
    key = f"surveys:{_trace(address, at)}"
    try:
        cache.add(key, 0, timeout=3600)
        return cache.incr(key) > ANSWERS_PER_HOUR
    except (RedisError, OSError, ValueError) as error:
        logger.warning("Survey rate limit unavailable: %s", type(error).__name__)
        return False


def _trace(address: str, at: datetime) -> str:
    """Differs from hour to hour and cannot be turned back into the address without the secret."""
    words = f"{address} {at:%Y-%m-%d %H}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), words, hashlib.sha256).hexdigest()[:32]
